"""Who shares a ticket and finds that his is another one; who asked for it without being its reporter."""

from datetime import datetime

from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.rights import Standing, may
from models.task import Task
from models.ticket.record import Record
from models.ticket.stage import Stage
from models.trust import Look

CAME_TO_NOTHING = frozenset({Stage.DECLINED, Stage.WITHDRAWN, Stage.MERGED})


class Sharing(Record):
    __abstract__ = True

    def leave(self, other: int, *, by: Person, at: datetime, is_witness: bool = True) -> None:
        """不是同一件: who joined with a report says that his is another one, which now is the ticket with the id
        `other`. is_witness: he does not share this one any more."""
        self._only("leave", by)
        self._tell("left", by, at, ticket=other, witness=is_witness)

    def check_may_withdraw(self, by: Person) -> None:
        self._only("withdraw", by)
        if not self.allows("withdraw"):
            if self.is_open:
                raise Refusal("ticket.too_late_to_withdraw", number=self.number)
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="withdraw")

    def pass_on(self, to: int, *, by: Person, at: datetime, is_named: bool = True) -> None:
        """Who reported it takes it back while others are on it: from now on it is the report of the person with the id
        `to`, who met it too, and is asked whether it is mended. is_named: he may be named in the group."""
        self._pass(to, by, at, is_named=is_named)

    def go_on_alone(self, *, by: Person, at: datetime) -> None:
        """As `pass_on`, of what is not public: nobody's report from now on. Who met it too knows its number alone, and
        is not to read whom it is about, nor to see the other's pictures, because that one took it back."""
        self._pass(None, by, at, is_named=False)

    def _pass(self, to: int | None, by: Person, at: datetime, *, is_named: bool) -> None:
        self.check_may_withdraw(by)
        self.reporter_id, self.is_named = to, is_named
        self._tell("passed", by, at, person=to, named=is_named)

    def look_at_caller(self, *, by: Person, at: datetime, grid: Grid) -> Look:
        """来电人: who asked a leader to report it, for the leader of its grid; that he looked is kept."""
        self._only("look_at_caller", by, grid)
        return Look(person_id=by.id, ticket_id=self.id, about="caller", at=at)

    def check_may_see_photos(self, *, by: Person, grid: Grid, task: Task | None = None) -> None:
        """更多照片 of what is not public; of everything else anybody may see the copies for all."""
        if by.is_banned or not self.shows_all_to(by, grid, task):
            raise Refusal("ticket.restricted", number=self.number)

    def shows_all_to(self, by: Person, grid: Grid, task: Task | None = None) -> bool:
        """Whether he may see every picture and film of it; a department no longer, once it has given it back."""
        held = self.standings(by, grid, task)
        return may("see_photos", held - {Standing.OFFICER} if self.stage == Stage.RETURNED else held)

    def see_original(self, *, by: Person, at: datetime, grid: Grid) -> Look:
        """看原图: its pictures with nothing hidden, for those who have to act on it or to check it; that he looked is
        kept. What came to nothing needs no look, nor does a department what it gave back."""
        self._only("see_original", by, grid)
        is_judge = not self.standings(by, grid).isdisjoint({Standing.LEADER, Standing.INSPECTOR})
        if self.stage in CAME_TO_NOTHING or (self.stage == Stage.RETURNED and not is_judge):
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="original")
        return Look(person_id=by.id, ticket_id=self.id, about="photo", at=at)
