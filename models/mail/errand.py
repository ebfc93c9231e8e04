"""What is to be done outside a turn."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key, where


class ErrandState(StrEnum):
    WAITING = "waiting"
    UNDERWAY = "underway"
    DONE = "done"
    FAILED = "failed"


class Errand(Base):
    """Work outside a turn: fetch a picture, pair two. Leased, tried again; its end is an inbox row of `lane`."""

    __tablename__ = "errands"
    __table_args__ = (Index("ix_errands_open", "due_at", **where("state IN ('waiting', 'underway')")),)

    id: Mapped[Key]
    kind: Mapped[str]
    lane: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(default=ErrandState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(default=None)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    cause_id: Mapped[int | None] = mapped_column(default=None)
    """The inbox row of the turn that asked for it."""
