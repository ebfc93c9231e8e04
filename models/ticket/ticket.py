"""A ticket's verbs. Each asks who, moves by the LIFECYCLE table, leaves an event, or refuses and changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from models.category import Category
from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.photo import Photo
from models.refusal import Refusal
from models.spot import Spot
from models.ticket.bordering import Bordering
from models.ticket.judging import Judging
from models.ticket.stage import UNSETTLED, Border, Stage
from models.ticket.waiting import Waiting
from models.told import NOTHING_TOLD, Told


class Ticket(Waiting, Bordering, Judging):
    """One incident, from the rider's photo to the photo of the fix."""

    __tablename__ = "tickets"

    @classmethod
    def report(
        cls,
        *,
        number: str,
        case_code: str,
        category: Category,
        grid: Grid,
        text: str,
        spot: Spot,
        by: Person | None,
        at: datetime,
        is_urgent: bool = False,
        told: Told = NOTHING_TOLD,
        border: Grid | None = None,
        is_outside: bool = False,
        is_named: bool = True,
    ) -> Self:
        """border: the grid on the other side, where it may be meant just as well. is_outside: it lies in none of ours.
        is_named: the reporter may be named in the group."""
        ticket = cls(
            number=number,
            case_code=case_code,
            stage=Stage.PENDING,
            category=category.code,
            grid_id=grid.id,
            reporter_id=by.id if by else None,
            text=text,
            is_urgent=is_urgent,
            is_restricted=category.is_restricted,
            told=told.as_data(),
            border_id=border.id if border else None,
            border_stage=Border.OPEN if border else None,
            is_outside=is_outside,
            is_named=is_named,
            escalated=0,
            reported_at=at,
            round=1,
            returns=0,
            last_seq=0,
            fix_said=0,
            place_source="grid",
        )
        ticket._woken()
        ticket._stand(spot)
        ticket._tell(
            "reported", by, at, category=category.code, grid=grid.id, text=text, spot=spot.as_data(), urgent=is_urgent,
            told=ticket.told, border=ticket.border_id, outside=is_outside, named=is_named,
        )  # fmt: skip
        return ticket

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

        grid: of a ticket at a border the one for whose leader he speaks; who sends it takes it.
        """
        if by is not None:
            self._only_leader(by, grid)
            if grid.id not in self.sides:
                raise Refusal("ticket.not_your_grid", number=self.number)
        if self.stage == Stage.DISPATCHED and self.department_id == to.id:
            raise Refusal("dispatch.already", number=self.number, department=to.name)
        if self.stage == Stage.PENDING:
            self.file(by=by, at=at)
        self._move(
            "dispatch", by, at, to=to.id, was=self.department_id, rule=rule, cc=list(cc), limits=limits.as_data()
        )
        self.department_id, self.accepted_at = to.id, None
        self._reckon(hours)
        if by is not None and self.border_stage in UNSETTLED:
            self._settle(grid, by, at)

    def accept(self, *, by: Person, at: datetime) -> None:
        self._only_department(by)
        if self.stage == Stage.WORKING:
            raise Refusal("ticket.already_accepted", number=self.number)
        self._move("accept", by, at)
        self.accepted_at = at

    def hand_back(self, reason: str, *, by: Person, at: datetime) -> None:
        """退回: back to the leader, with a reason. What was entered stays; the clock keeps running."""
        self._only_department(by)
        if not reason.strip():
            raise Refusal("ticket.reason_needed", number=self.number)
        self._move("return", by, at, reason=reason, department=self.department_id)
        self.returns += 1
        self.escalated = 0
        self.accepted_at = None

    def resolve(self, photos: Sequence[Photo], *, by: Person, at: datetime) -> None:
        """完成, with a picture of the fix. A department that mends at once need not press 接单 first:
        it has plainly taken the case."""
        self._only_department(by)
        if not photos:
            raise Refusal("ticket.photo_needed", number=self.number)
        if self.stage == Stage.DISPATCHED:
            self.accept(by=by, at=at)
        self._move("resolve", by, at, round=self.round)
        self.resolved_at = at

    def confirm(self, *, by: Person, at: datetime) -> None:
        self._only_reporter(by)
        self._move("confirm", by, at)
        self.ended_at = at

    def secure(self, *, by: Person, at: datetime, hours: OfficeHours) -> None:
        """已围护: nobody can be hurt any more; the mending goes on."""
        self._only_department(by)
        if self.stage == Stage.DISPATCHED:
            self.accept(by=by, at=at)
        if self.secured_at is not None and self.stage == Stage.WORKING:
            raise Refusal("ticket.already_secured", number=self.number)
        if not self.may_be_secured:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="secure")
        self._tell("secured", by, at)
        self._reckon(hours)

    def unsolved(self, *, by: Person, at: datetime, limits: Limits, hours: OfficeHours) -> None:
        """没解决: the same department again, in a new round with a new limit (field.md b, rework)."""
        self._only_reporter(by)
        self._rework("unsolved", by, at, limits, hours)

    def withdraw(self, *, by: Person, at: datetime) -> None:
        self._only_reporter(by)
        if self.is_open and not self.is_before_work:
            raise Refusal("ticket.too_late_to_withdraw", number=self.number)
        self._move("withdraw", by, at)
        self.ended_at = at

    def join(self, *, by: Person, at: datetime, message: int | None = None) -> None:
        """我也遇到, or a second report of the same problem."""
        if not self.is_open:
            raise Refusal("ticket.not_open", number=self.number)
        self._tell("joined", by, at, message=message)

    def stand_at(
        self,
        spot: Spot,
        grid: Grid,
        *,
        by: Person | None,
        at: datetime,
        border: Grid | None = None,
        is_outside: bool = False,
    ) -> bool:
        """A better-trusted place replaces a lesser one. Returns whether it did.

        What leaders have said of a border stays said.
        """
        if not spot.outranks(self.spot):
            return False
        self._stand(spot)
        was, was_border, was_outside = self.grid_id, self.border_id, self.is_outside
        self.is_outside = is_outside
        if self.border_stage in (None, Border.OPEN):
            self.grid_id = grid.id
            self.border_id, self.border_stage = (border.id, Border.OPEN) if border else (None, None)
        self._tell(
            "placed", by, at, spot=spot.as_data(), grid=self.grid_id, was=was, border=self.border_id,
            was_border=was_border, outside=is_outside, was_outside=was_outside,
        )  # fmt: skip
        return True

    def _rework(
        self, verb: str, by: Person | None, at: datetime, limits: Limits, hours: OfficeHours, **data: Any
    ) -> None:
        self._move(verb, by, at, round=self.round + 1, limits=limits.as_data(), **data)
        self.round += 1
        self.accepted_at = self.resolved_at = self.ended_at = None
        self._reckon(hours)
