"""One department's part in a ticket that several were called to (吹哨报到, 协商): its own words, deadline, photo."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key, where

LIFT = "lift"
"""解除, the last step of an emergency's check-list (models/ticket/convening.py)."""


class Part(StrEnum):
    LEAD = "lead"  # 主办
    JOINT = "joint"  # 协办
    PARTY = "party"  # of a council


class Response(StrEnum):
    """How several were called to a ticket; what stands further down overrides what stands above."""

    WHISTLE = "whistle"  # 吹哨
    COUNCIL = "council"  # 协商
    EMERGENCY = "emergency"  # 应急

    @classmethod
    def after(cls, was: str | None, new: str) -> str:
        ranks = list(cls)
        return max((cls(was), cls(new)), key=ranks.index).value if was else cls(new).value


class Task(Base):
    """One per department and round of a ticket.

    words: what it is to do, masked; empty: what the ticket says. due_at: by when; None: the ticket's own deadline.
    report_in_by: by when it is to be there (报到). reported_in_by_id: who pressed it; None where it was only implied,
    by 接单 or a photo. excused_at: it was let off, with `reason`; a reason alone: it asks whether it has to come.
    told_late: it was said already that it has not reported in.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("ticket_id", "round", "department_id"),
        Index("ix_tasks_to_do", "department_id", **where("done_at IS NULL AND excused_at IS NULL")),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    round: Mapped[int] = mapped_column(default=1)
    part: Mapped[str]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    words: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    called_at: Mapped[datetime]
    report_in_by: Mapped[datetime | None] = mapped_column(default=None)
    reported_in_at: Mapped[datetime | None] = mapped_column(default=None)
    reported_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    excused_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    told_late: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.excused_at is None

    @property
    def is_excused(self) -> bool:
        return self.excused_at is not None

    @property
    def asks_off(self) -> bool:
        """It wants to hand its part back, and the leader has not answered yet."""
        return self.is_open and self.reason is not None

    @property
    def allowed(self) -> timedelta:
        """How long it was given to be there."""
        return self.report_in_by - self.called_at if self.report_in_by is not None else timedelta(0)

    @property
    def allowed_minutes(self) -> int:
        return int(self.allowed.total_seconds() // 60)

    @property
    def minutes(self) -> int | None:
        """From the call to 报到. None: nobody pressed that."""
        if self.reported_in_at is None or self.reported_in_by_id is None:
            return None
        return int((self.reported_in_at - self.called_at).total_seconds() // 60)

    def is_awaited(self, at: datetime) -> bool:
        """Called, and not there in time."""
        return self.is_expected and self.report_in_by is not None and at >= self.report_in_by

    @property
    def is_expected(self) -> bool:
        """Called, and not there yet."""
        return self.is_open and self.reported_in_at is None

    def call(self, part: Part, at: datetime, report_in: timedelta) -> None:
        """For the first time, or anew, as if it had not been called before."""
        self.part, self.called_at, self.report_in_by, self.told_late = part, at, at + report_in, False
        self.reported_in_at = self.reported_in_by_id = self.done_at = self.done_by_id = None
        self.excused_at = self.reason = None

    @classmethod
    def is_to_do(cls) -> ColumnElement[bool]:
        """`is_open`, as the database reckons it."""
        return and_(cls.done_at.is_(None), cls.excused_at.is_(None))

    @classmethod
    def of(cls, ticket_id: int, round: int) -> Select["Task"]:
        return select(cls).where(cls.ticket_id == ticket_id, cls.round == round).order_by(cls.id)


class Council(Base):
    """协商议事会: when and where the parties of a ticket meet, and what they found the causes to be (masked)."""

    __tablename__ = "councils"

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    at: Mapped[datetime]
    place: Mapped[str]
    causes: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
