"""What it is and how dangerous: put right by those in charge, raised by whoever tells of a danger."""

from collections.abc import Sequence
from datetime import datetime

from models.category import Category
from models.deadline import OfficeHours
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.refusal import Refusal
from models.ticket.record import Record
from models.ticket.stage import OPEN, WITH_DEPARTMENT, WITH_LEADER, Stage

NOT_YET_MENDED = OPEN - {Stage.RESOLVED}


class Judging(Record):
    __abstract__ = True

    @property
    def may_be_recategorised(self) -> bool:
        """What is mended is only checked: its kind and its limit are settled."""
        return self.stage in NOT_YET_MENDED

    @property
    def rushes(self) -> bool:
        """Danger that goes before what is queued, and rings."""
        return self.is_urgent and not self.reading.is_in_line

    @property
    def is_danger_over(self) -> bool:
        """Made safe and not told of again, or mended, or done with: nobody needs to call anybody."""
        is_safe = self.secured_at is not None and not self.reading.again
        return is_safe or self.stage not in NOT_YET_MENDED

    def recategorise(
        self, new: Category, *, by: Person, at: datetime, grid: Grid, limits: Limits, hours: OfficeHours
    ) -> None:
        """改类: by the grid's leader, or by the department while it is in charge. The clock keeps its start and gets
        the new limits; whether the group may read of it follows the category.
        """
        self.check_may_recategorise(by, grid)
        if new.code == self.category:
            raise Refusal("category.same", number=self.number)
        self._become(new, by, at, limits)
        self._reckon(hours)

    @property
    def asks_reporter(self) -> bool:
        """Whether what it is still is a guess, which he who saw it may put right: nobody has sorted it yet."""
        return self.reading.is_guess and self.stage in WITH_LEADER and not self.returns

    def tell_kind(self, new: Category, *, by: Person, at: datetime, limits: Limits) -> None:
        """The reporter says what it is, also that it is what was guessed. It has no clock yet."""
        self._only("tell_kind", by)
        if not self.asks_reporter:
            raise Refusal("category.sorted", number=self.number)
        self._become(new, by, at, limits)

    def check_may_recategorise(self, by: Person, grid: Grid) -> None:
        """Also asked before the card asks into what."""
        self._only("recategorise", by, grid)
        leads = by.leads(grid)
        if not self.may_be_recategorised or not (leads or self.stage in WITH_DEPARTMENT):
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="recategorise")

    def alarm(self, calls: Sequence[str], text: str, *, by: Person, at: datetime, is_in_line: bool = False) -> bool:
        """Somebody tells that it is dangerous now; text: his words, masked. is_in_line: he told of many. Returns
        whether that is news; what is mended or done with stays so."""
        if self.stage not in NOT_YET_MENDED:
            return False
        was = self.reading
        is_in_line = is_in_line and (was.is_in_line or not self.is_urgent)
        told = was.alarmed(calls, again=self.secured_at is not None, is_in_line=is_in_line)
        if self.is_urgent and told == was:
            return False
        self.is_urgent, self.told = True, told.as_data()
        # Whoever asked for time asked it of something that hurts nobody.
        fell = self._drop_request()
        self._tell("alarmed", by, at, calls=list(told.calls), again=told.again, in_line=is_in_line, text=text, **fell)
        return True

    def _become(self, new: Category, by: Person, at: datetime, limits: Limits) -> None:
        old, self.category = self.category, new.code
        self.is_restricted = new.is_restricted or self.reading.is_minor
        self.told = self.reading.put_right(new.code).as_data()
        self._tell(
            "recategorised", by, at, old=old, new=new.code, limits=limits.as_data(), restricted=self.is_restricted
        )
