"""A ticket and its verbs. Each verb asks who, moves by the LIFECYCLE table, leaves an event, or refuses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column, reconstructor

from models.category import Category
from models.deadline import OfficeHours, due
from models.department import Department
from models.grid import Grid
from models.person import Person
from models.photo import Photo
from models.refusal import Refusal
from models.spot import Spot
from models.ticket.event import TicketEvent
from models.ticket.stage import BEFORE_WORK, LIFECYCLE, OPEN, WITH_DEPARTMENT, WITH_LEADER, Stage
from models.types import Base, Key

DUPLICATE_WITHIN = timedelta(hours=24)
DUPLICATE_RADIUS_M = 50  # field.md b, duplicates


class Ticket(Base):
    """One incident. text is masked before it is kept. chat_id: the group it was reported in; report_id: the reporter's message there.

    round counts how often it was mended: 1, and one more after each rework. returns counts how often a department handed it back.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_grid_id", "grid_id", "stage"),
        Index("ix_tickets_department_id", "department_id", "stage"),
        Index("ix_tickets_reporter_id", "reporter_id"),
        Index("ix_tickets_category", "category", "reported_at"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    case_code: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[str]
    category: Mapped[str]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), default=None)
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"), default=None)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    text: Mapped[str]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str | None] = mapped_column(default=None)
    latitude: Mapped[float | None] = mapped_column(default=None)
    longitude: Mapped[float | None] = mapped_column(default=None)
    datum: Mapped[str | None] = mapped_column(default=None)
    place_source: Mapped[str]
    accuracy: Mapped[float | None] = mapped_column(default=None)
    round: Mapped[int] = mapped_column(default=1)
    returns: Mapped[int] = mapped_column(default=0)
    reported_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    fix_said: Mapped[int] = mapped_column(default=0)
    """The last round whose fix was posted: once per round, whoever comes first (the picture or the minute)."""
    fix_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    last_seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @reconstructor
    def _woken(self) -> None:
        self.news: list[TicketEvent] = []

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
    ) -> Self:
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
            "reported", by, at, category=category.code, grid=grid.id, text=text, spot=spot.as_data(), urgent=is_urgent
        )
        return ticket

    # --- what it is now -------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_before_work(self) -> bool:
        return self.stage in BEFORE_WORK

    def is_overdue(self, at: datetime) -> bool:
        return self.stage in WITH_DEPARTMENT - {Stage.SUSPENDED} and self.deadline is not None and at > self.deadline

    @property
    def spot(self) -> Spot:
        return Spot(self.place_source, self.latitude, self.longitude, self.datum, self.accuracy, self.place)

    def allows(self, verb: str) -> bool:
        return Stage(self.stage) in LIFECYCLE[verb]

    # --- questions to the database --------------------------------------

    @classmethod
    def numbered(cls, number: str) -> Select[Self]:
        return select(cls).where(cls.number == number)

    @classmethod
    def awaiting_department(cls, departments: frozenset[int]) -> Select[Self]:
        return (
            select(cls)
            .where(cls.department_id.in_(departments), cls.stage.in_(WITH_DEPARTMENT))
            .order_by(cls.deadline.is_(None), cls.deadline, cls.id)
        )

    @classmethod
    def awaiting_leader(cls, grids: list[int]) -> Select[Self]:
        return (
            select(cls)
            .where(cls.grid_id.in_(grids), cls.stage.in_(WITH_LEADER | {Stage.RESOLVED}))
            .order_by(cls.is_urgent.desc(), cls.id)
        )

    @classmethod
    def reported_by(cls, person: Person) -> Select[Self]:
        return select(cls).where(cls.reporter_id == person.id).order_by(cls.id.desc())

    @classmethod
    def alike(cls, category: str, at: datetime) -> Select[Self]:
        """Open tickets of this category young enough to be the same problem; how near they are is for the caller to measure."""
        return select(cls).where(
            cls.category == category, cls.reported_at > at - DUPLICATE_WITHIN, cls.stage.in_(OPEN - {Stage.RESOLVED})
        )

    # --- verbs ------------------------------------------------------------

    def file(self, *, by: Person | None, at: datetime) -> None:
        self._move("file", by, at)

    def dispatch(
        self,
        to: Department,
        *,
        by: Person | None,
        at: datetime,
        grid: Grid,
        category: Category,
        hours: OfficeHours,
        rule: str,
        cc: Sequence[int] = (),
    ) -> None:
        """Send it to a department, which starts its clock (field.md c). by None: the rule named in `rule` decided."""
        if by is not None:
            self._only_leader(by, grid)
        if self.stage == Stage.PENDING:
            self.file(by=by, at=at)
        # The clock goes on when the same department gets it back; another one starts anew.
        start = self.dispatched_at if self.department_id == to.id and self.dispatched_at else at
        deadline = due(start, Decimal(category.deadline_value), category.deadline_unit, hours)
        again = self.department_id
        self._move(
            "dispatch", by, at, to=to.id, was=again, rule=rule, cc=list(cc),
            limit=[category.deadline_value, category.deadline_unit], deadline=deadline.isoformat() if deadline else None,
        )  # fmt: skip
        self.department_id, self.dispatched_at, self.accepted_at, self.deadline = to.id, start, None, deadline

    def triage(self, *, at: datetime) -> None:
        """No rule knows whose it is, or the district wants a person to say so: the leader sorts it by hand."""
        if self.stage == Stage.PENDING:
            self.file(by=None, at=at)
        self._tell("triaged", None, at)

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
        self.accepted_at = None

    def resolve(self, photos: Sequence[Photo], *, by: Person, at: datetime) -> None:
        """完成, with a picture of the fix. A department that mends at once need not press 接单 first: it has plainly taken the case."""
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

    def unsolved(self, *, by: Person, at: datetime, category: Category, hours: OfficeHours) -> None:
        """没解决: the same department again, in a new round with a new limit (field.md b, rework)."""
        self._only_reporter(by)
        self._rework("unsolved", by, at, category, hours)

    def withdraw(self, *, by: Person, at: datetime) -> None:
        self._only_reporter(by)
        if not self.is_before_work:
            raise Refusal("ticket.too_late_to_withdraw", number=self.number)
        self._move("withdraw", by, at)
        self.ended_at = at

    def join(self, *, by: Person, at: datetime, message: int | None = None) -> None:
        """我也遇到, or a second report of the same problem."""
        if not self.is_open:
            raise Refusal("ticket.not_open", number=self.number)
        self._tell("joined", by, at, message=message)

    def stand_at(self, spot: Spot, grid: Grid, *, by: Person | None, at: datetime) -> bool:
        """A better-trusted place replaces a lesser one. Returns whether it did."""
        if not spot.outranks(self.spot):
            return False
        self._stand(spot)
        self.grid_id = grid.id
        self._tell("placed", by, at, spot=spot.as_data(), grid=grid.id)
        return True

    # --- how ---------------------------------------------------------------

    def _rework(
        self, verb: str, by: Person | None, at: datetime, category: Category, hours: OfficeHours, **data: Any
    ) -> None:
        deadline = due(at, Decimal(category.deadline_value), category.deadline_unit, hours)
        self._move(verb, by, at, round=self.round + 1, deadline=deadline.isoformat() if deadline else None, **data)
        self.round += 1
        self.dispatched_at, self.accepted_at, self.resolved_at, self.ended_at, self.deadline = (
            at,
            None,
            None,
            None,
            deadline,
        )

    def _only_department(self, person: Person) -> None:
        if not person.works_for(self.department_id):
            raise Refusal("ticket.not_yours", number=self.number)

    def _only_leader(self, person: Person, grid: Grid) -> None:
        if not person.leads(grid):
            raise Refusal("ticket.not_your_grid", number=self.number)

    def _only_reporter(self, person: Person) -> None:
        if self.reporter_id is None or person.id != self.reporter_id:
            raise Refusal("ticket.not_your_report", number=self.number)

    def _move(self, verb: str, by: Person | None, at: datetime, **data: Any) -> None:
        to = LIFECYCLE[verb].get(Stage(self.stage))
        if to is None:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb=verb)
        self.stage = to
        self._tell(PAST[verb], by, at, **data)

    def _stand(self, spot: Spot) -> None:
        self.place_source, self.latitude, self.longitude = spot.source, spot.latitude, spot.longitude
        self.datum, self.accuracy = spot.datum, spot.accuracy
        self.place = spot.words or self.place

    def _tell(self, kind: str, by: Person | None, at: datetime, **data: Any) -> None:
        self.last_seq += 1
        data["stage"] = self.stage
        self.news.append(TicketEvent(seq=self.last_seq, kind=kind, by_id=by.id if by else None, at=at, data=data))


PAST = {
    "file": "filed",
    "decline": "declined",
    "merge": "merged",
    "withdraw": "withdrawn",
    "dispatch": "dispatched",
    "accept": "accepted",
    "return": "returned",
    "suspend": "suspended",
    "resume": "resumed",
    "resolve": "resolved",
    "confirm": "confirmed",
    "verify": "verified",
    "reopen": "reopened",
    "unsolved": "unsolved",
}
