"""甄别: what a leader does with a report besides sending it: decline it, merge it, chase it."""

from datetime import datetime, timedelta

from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.ticket.record import Record
from models.ticket.stage import IN_HAND, OPEN, Stage


class Sorting(Record):
    __abstract__ = True

    def decline(self, reason: str, *, by: Person, at: datetime, grid: Grid) -> None:
        """不予立案, with a reason that the reporter is told; until work has begun."""
        self._only("decline", by, grid)
        self._needs(reason)
        self._move("decline", by, at, reason=reason)
        self.ended_at = at

    def merge(self, into: "Sorting", *, by: Person, at: datetime, grid: Grid, there: Grid | None = None) -> None:
        """合并: it is the same incident as `into`, whose leader this person must be too. Who reported it hears the
        end of the other one. there: the grid for which he speaks of `into`; None: the same.

        What the department says is mended takes nothing in: who reports it now says that it is not.
        """
        self._only("merge", by, grid)
        if into.id == self.id:
            raise Refusal("merge.itself", number=self.number)
        into._only("merge", by, there or grid)
        if into.stage not in OPEN - {Stage.RESOLVED}:
            raise Refusal("merge.not_open", number=into.number)
        if self.is_restricted and not into.is_restricted:
            # Its witnesses would be named in a group.
            raise Refusal("merge.restricted", number=into.number)
        self._move("merge", by, at, into=into.id)
        self.merged_into_id, self.ended_at = into.id, at
        into._tell("absorbed", by, at, ticket=self.id)

    def urge(self, words: str, *, by: Person, at: datetime, grid: Grid, period: timedelta) -> None:
        """催办: the department is told to hurry, at most once in a period."""
        self._only("urge", by, grid)
        if self.stage not in IN_HAND:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="urge")
        if self.is_urged(at, period):
            raise Refusal("urge.again", number=self.number, at=self.urged_at)
        self.urged_at = at
        self._tell("urged", by, at, words=words, department=self.department_id)

    def is_urged(self, at: datetime, period: timedelta) -> bool:
        return self.urged_at is not None and at < self.urged_at + period
