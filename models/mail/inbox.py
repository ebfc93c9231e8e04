"""What happened: stored before it is understood."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Select, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.types import Base, Key, spelled, where


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class Inbox(Base):
    """Something that happened.

    update, natural: what a repeat is known by, within its channel.
    lane: rows of one lane are handled strictly in order.
    payload: the raw event; emptied some days later, the row and its keys stay.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update"),
        UniqueConstraint("channel", "natural"),
        Index("ix_inbox_waiting", "lane", "id", **where("state = 'new'")),
        Index("ix_inbox_new", "id", **where("state = 'new'")),
        Index("ix_inbox_full", "id", **where("payload IS NOT NULL")),
    )

    id: Mapped[Key]
    channel: Mapped[str]
    update: Mapped[str]
    natural: Mapped[str]
    lane: Mapped[str]
    what: Mapped[str]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    state: Mapped[str] = mapped_column(default=InboxState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)

    TRIES = 5
    PAUSES = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8))  # tried 5 times within 20 s (design.md 3.5)

    @classmethod
    def next_due(cls, at: datetime) -> Select["Inbox"]:
        """The oldest due row whose lane has no unfinished elder. PostgreSQL skips what another worker holds."""
        elder, new = aliased(cls), spelled(InboxState.NEW.value)
        blocked = exists().where(elder.lane == cls.lane, elder.state == new, elder.id < cls.id)
        return (
            select(cls)
            .where(cls.state == new, cls.due_at <= at, ~blocked)
            .order_by(cls.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=cls)
        )

    def finish(self, at: datetime) -> None:
        self.state, self.done_at = InboxState.DONE, at

    def fail(self, reason: str, at: datetime) -> bool:
        """Another try later, or set aside after the last. Returns whether it is now set aside."""
        self.attempts += 1
        self.reason = reason
        if self.attempts >= self.TRIES:
            self.state, self.done_at = InboxState.FAILED, at
            return True
        self.due_at = at + self.PAUSES[self.attempts - 1]
        return False
