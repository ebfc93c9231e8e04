"""核查, 结案, 返工: whether it is truly mended, and who says so."""

from datetime import datetime, timedelta
from typing import Any

from models.deadline import OfficeHours
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.refusal import Refusal
from models.ticket.record import Record
from models.ticket.stage import IN_HAND, Stage


class Checking(Record):
    __abstract__ = True

    def confirm(self, *, by: Person, at: datetime) -> None:
        """已解决, says who reported it."""
        self._only("confirm", by)
        self._move("confirm", by, at)
        self._end("confirmed", at)

    def verify(self, *, by: Person, at: datetime, grid: Grid) -> None:
        """核查通过, says a leader or an inspector."""
        self._only("verify", by, grid)
        self._move("verify", by, at)
        self._end("verified", at)

    def lapse(self, *, at: datetime, days: int) -> None:
        """Nobody answered for so many days: it closes by itself, and is marked so; not while a picture wants a look."""
        if self.is_doubted:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="lapse")
        self._move("lapse", None, at, days=days)
        self._end("lapsed", at)

    def unsolved(self, *, by: Person, at: datetime, limits: Limits, hours: OfficeHours, days: int) -> None:
        """没解决: the same department again, in a new round with a new limit (field.md b, rework). Also after somebody
        else closed it, for so many days."""
        self._only("unsolved", by)
        self._only_lately(at, days)
        self._rework("unsolved", by, at, limits, hours)

    def reopen(
        self, reason: str, *, by: Person, at: datetime, grid: Grid, limits: Limits, hours: OfficeHours, days: int
    ) -> None:
        """返工, by a leader or an inspector, with a reason; what is closed within so many days."""
        self._only("reopen", by, grid)
        self._needs(reason)
        self._only_lately(at, days)
        self._rework("reopen", by, at, limits, hours, reason=reason)

    def rate(self, satisfied: bool, *, by: Person, at: datetime) -> None:
        """满意 or 不满意: one further tap of the reporter, once."""
        self._only("rate", by)
        if self.stage != Stage.CLOSED:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="rate")
        if self.satisfied is not None:
            raise Refusal("rate.again", number=self.number)
        self.satisfied = satisfied
        self._tell("rated", by, at, satisfied=satisfied)

    def waive(self, reason: str, *, by: Person, at: datetime, grid: Grid) -> None:
        """免照片: there is nothing to photograph; in this round the department may say 完成 without a picture."""
        self._only("waive", by, grid)
        self._needs(reason)
        if self.stage not in IN_HAND:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="waive")
        if self.photo_waived:
            raise Refusal("waive.again", number=self.number)
        self.photo_waived = True
        self._tell("waived", by, at, reason=reason)

    def _only_lately(self, at: datetime, days: int) -> None:
        if self.stage == Stage.CLOSED and self.ended_at is not None and at > self.ended_at + timedelta(days=days):
            raise Refusal("reopen.too_late", number=self.number, days=days)

    def _end(self, how: str, at: datetime) -> None:
        self.ended_by, self.ended_at = how, at
        self.is_doubted = False  # somebody who was there, or who has to answer for it, has looked

    def _rework(
        self, verb: str, by: Person | None, at: datetime, limits: Limits, hours: OfficeHours, **data: Any
    ) -> None:
        if self.department_id is None:  # 自行处置: nobody could do it again
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb=verb)
        self._move(verb, by, at, round=self.round + 1, limits=limits.as_data(), **data)
        self.round += 1
        self.accepted_at = self.resolved_at = self.ended_at = self.ended_by = self.satisfied = None
        self.photo_waived, self.response, self.urged_at, self.is_doubted = False, None, None, False
        self._reckon(hours)
