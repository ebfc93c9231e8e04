"""The record of a ticket: what is kept, what can be asked of it, and the one way it moves."""

from datetime import datetime, timedelta
from math import cos, radians
from typing import Any, Self

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Select, case, func, select
from sqlalchemy.orm import Mapped, mapped_column, reconstructor

from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.spot import Spot
from models.ticket.event import TicketEvent
from models.ticket.stage import BEFORE_WORK, LIFECYCLE, OPEN, PAST, WITH_DEPARTMENT, Stage
from models.ticket.timetable import Timetable
from models.told import Told
from models.types import Base, Key, where

DUPLICATE_WITHIN = timedelta(hours=24)
METRES_PER_DEGREE = 111_000  # of latitude
DUPLICATE_RADIUS_M = 50  # field.md b, duplicates


class Record(Base):
    """One incident. text is masked before it is kept. chat_id: the group it was reported in; report_id:
    the reporter's message there.

    round counts how often it was mended: 1, and one more after each rework.
    returns counts how often a department handed it back.
    border_id: the other grid, where the point lies near a border, and border_stage how that stands (stage.py);
    is_outside: it lies in no grid of ours.
    told: what was read out of the words (models/told.py). is_named: the reporter may be named in the group.
    secure_by, secured_at: made safe (fenced, shut off); deadline: mended. Both told from the events (timetable.py),
    whose sum so far stands in clocks.
    escalated: how many levels up it was told, because nobody sorted it in time.
    """

    __abstract__ = True
    __table_args__ = (
        Index("ix_tickets_grid_id", "grid_id", "stage"),
        Index("ix_tickets_department_id", "department_id", "stage"),
        Index("ix_tickets_reporter_id", "reporter_id"),
        Index("ix_tickets_category", "category", "reported_at"),
        Index("ix_tickets_border_id", "border_id", **where("border_id IS NOT NULL")),
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
    is_outside: Mapped[bool] = mapped_column(default=False)
    border_id: Mapped[int | None] = mapped_column(default=None)
    border_stage: Mapped[str | None] = mapped_column(default=None)
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_named: Mapped[bool] = mapped_column(default=True)
    escalated: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    returns: Mapped[int] = mapped_column(default=0)
    reported_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    secure_by: Mapped[datetime | None] = mapped_column(default=None)
    secured_at: Mapped[datetime | None] = mapped_column(default=None)
    clocks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fix_said: Mapped[int] = mapped_column(default=0)
    """The last round whose fix was posted: once per round, whoever comes first (the picture or the minute)."""
    fix_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    last_seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @reconstructor
    def _woken(self) -> None:
        self.news: list[TicketEvent] = []

    # --- what it is now -------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_before_work(self) -> bool:
        return self.stage in BEFORE_WORK

    @property
    def due_at(self) -> datetime | None:
        """What comes next: to make it safe, or to mend it."""
        if self.secure_by is not None and self.secured_at is None:
            return min(self.secure_by, self.deadline or self.secure_by)
        return self.deadline

    @property
    def may_be_secured(self) -> bool:
        return self.stage in (Stage.DISPATCHED, Stage.WORKING) and bool(self.secure_by) and self.secured_at is None

    def is_overdue(self, at: datetime) -> bool:
        return self.stage in WITH_DEPARTMENT - {Stage.SUSPENDED} and self.due_at is not None and at > self.due_at

    @property
    def timetable(self) -> Timetable:
        return Timetable.kept(self.clocks) if self.clocks else Timetable(self.department_id, self.dispatched_at)

    @property
    def reading(self) -> Told:
        return Told.of(self.told)

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
            .order_by(cls._due().is_(None), cls._due(), cls.id)
        )

    @classmethod
    def _due(cls) -> ColumnElement[datetime | None]:
        """`due_at`, as the database reckons it."""
        return case((cls.secured_at.is_(None), func.coalesce(cls.secure_by, cls.deadline)), else_=cls.deadline)

    @classmethod
    def reported_by(cls, person: Person) -> Select[Self]:
        return select(cls).where(cls.reporter_id == person.id).order_by(cls.id.desc())

    @classmethod
    def alike(cls, category: str, latitude: float, longitude: float, at: datetime) -> Select[Self]:
        """Open tickets of this category, young and near enough to be the same problem.

        Near by a box in degrees, somewhat wider than the radius; the caller measures the distance.
        """
        north = 1.1 * DUPLICATE_RADIUS_M / METRES_PER_DEGREE
        east = north / max(0.01, cos(radians(latitude)))
        return select(cls).where(
            cls.category == category,
            cls.reported_at > at - DUPLICATE_WITHIN,
            cls.stage.in_(OPEN - {Stage.RESOLVED}),
            cls.latitude.between(latitude - north, latitude + north),
            cls.longitude.between(longitude - east, longitude + east),
        )

    # --- how it moves -------------------------------------------------------

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
        event = TicketEvent(seq=self.last_seq, kind=kind, by_id=by.id if by else None, at=at, data=data)
        self.news.append(event)
        self.clocks = self.timetable.after(event).as_data()
