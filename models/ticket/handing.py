"""派单, 接单, 退回: whose hands it is in."""

from collections.abc import Sequence
from datetime import datetime

from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.refusal import Refusal
from models.ticket.bordering import Bordering
from models.ticket.judging import Judging
from models.ticket.stage import IN_HAND, UNSETTLED, Stage


class Handing(Bordering, Judging):
    __abstract__ = True

    def file(self, *, by: Person | None, at: datetime) -> None:
        self._move("file", by, at)

    def dispatch(
        self,
        to: Department,
        *,
        by: Person | None,
        at: datetime,
        grid: Grid,
        limits: Limits,
        hours: OfficeHours,
        rule: str,
        cc: Sequence[int] = (),
    ) -> None:
        """Send it to a department, which starts its clock (field.md c). by None: the rule named in `rule` decided.

        grid: of a ticket at a border the one for whose leader he speaks; who sends it takes it. Its event tells whether
        it was taken out of busy hands (`working`), and of which grid he is the leader who sent it (`led`).
        """
        if by is not None:
            self._only("dispatch", by, grid)
            if grid.id not in self.sides:
                raise Refusal("ticket.not_your_grid", number=self.number)
        if self.stage in IN_HAND and self.department_id == to.id:
            raise Refusal("dispatch.already", number=self.number, department=to.name)
        if self.stage == Stage.PENDING:
            self.file(by=by, at=at)
        self._move(
            "dispatch", by, at, to=to.id, was=self.department_id, rule=rule, cc=list(cc), limits=limits.as_data(),
            working=self.stage == Stage.WORKING,
            led=next((id for id in reversed(grid.line) if by is not None and id in by.grids), None),
        )  # fmt: skip
        self.department_id, self.accepted_at, self.whose_id = to.id, None, None
        self._reckon(hours)
        if by is not None and self.border_stage in UNSETTLED:
            self._settle(grid, by, at)

    def accept(self, *, by: Person, at: datetime) -> None:
        self._only("accept", by)
        if self.stage == Stage.WORKING:
            raise Refusal("ticket.already_accepted", number=self.number)
        self._move("accept", by, at)
        self.accepted_at = at

    def hand_back(
        self, reason: str, *, by: Person, at: datetime, whose: Department | None = None, level: int = 0
    ) -> None:
        """退回: back to who sent it, with a reason, and whose it is instead, if they know. What was entered stays; the
        clock keeps running. level: how many levels above the grid's leader he stands who sent it by hand."""
        self._only("return", by)
        self._needs(reason)
        whose_id = self._others(whose) if whose else None
        self._move(
            "return", by, at, reason=reason, department=self.department_id, whose=whose_id, level=level
        )  # fmt: skip
        self.returns += 1
        self.escalated, self.whose_id = level, whose_id
        self.accepted_at = None

    def point_to(self, whose: Department, *, by: Person, at: datetime) -> None:
        """Whose it is, said after it was handed back, by whose department handed it back."""
        self._only("return", by)
        if self.stage != Stage.RETURNED:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="return")
        self.whose_id = self._others(whose)
        self._tell("pointed", by, at, whose=whose.id, department=self.department_id)

    def _others(self, whose: Department) -> int:
        if whose.id == self.department_id:
            raise Refusal("return.own", number=self.number, department=whose.name)
        return whose.id

    def secure(self, *, by: Person, at: datetime, hours: OfficeHours) -> None:
        """已围护: nobody can be hurt any more; the mending goes on."""
        self._only("secure", by)
        if self.stage == Stage.DISPATCHED:
            self.accept(by=by, at=at)
        if self.secured_at is not None and self.stage == Stage.WORKING:
            raise Refusal("ticket.already_secured", number=self.number)
        if not self.may_be_secured:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="secure")
        self._tell("secured", by, at)
        self._reckon(hours)
