"""The two tables in the middle of the house, and the two beside them: what happened, what is to be said, to be done, and to be thought of."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, UniqueConstraint, exists, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models.types import Base, Key


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class Inbox(Base):
    """Something that happened: stored before it is understood.

    update, natural: what a repeat is known by, within its channel. lane: rows of one lane are handled strictly in order.
    payload: the raw event; emptied some days later, the row and its keys stay.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update"),
        UniqueConstraint("channel", "natural"),
        Index(
            "ix_inbox_waiting", "lane", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")
        ),
        Index("ix_inbox_new", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
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
        """The oldest due row whose lane has no unfinished elder. PostgreSQL skips what another worker holds; SQLite has one writer."""
        elder = aliased(cls)
        blocked = exists().where(elder.lane == cls.lane, elder.state == InboxState.NEW.value, elder.id < cls.id)
        return (
            select(cls)
            .where(cls.state == InboxState.NEW.value, cls.due_at <= at, ~blocked)
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


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Repeat(StrEnum):
    """What may be done with something that may have arrived already (design.md 3.6)."""

    FREELY = "freely"  # edits, removals: the second changes nothing
    SPARINGLY = "sparingly"  # cards, fixes, answers: better twice than never, and counted
    NEVER = "never"  # reminders, answers to presses


class Outbox(Base):
    """Something to be said. kind: say, edit, answer, react, remove, or card (drawn when sent, posted or edited).

    content: text, buttons, picture, press … in words of no channel. message_id: our own row of the message to be made, edited or removed.
    uncertain: how often it may have arrived without our knowing.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "chat_id", "id", sqlite_where=text("state IN ('pending', 'sending')"),
              postgresql_where=text("state IN ('pending', 'sending')")),
        Index("ix_outbox_card_id", "card_id", sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
    )  # fmt: skip

    id: Mapped[Key]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    kind: Mapped[str]
    topic: Mapped[str | None] = mapped_column(default=None)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), default=None)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    repeat: Mapped[str] = mapped_column(default=Repeat.SPARINGLY)
    state: Mapped[str] = mapped_column(default=OutboxState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(default=None)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)


class ErrandState(StrEnum):
    WAITING = "waiting"
    UNDERWAY = "underway"
    DONE = "done"
    FAILED = "failed"


class Errand(Base):
    """Work outside a turn: fetch a picture, pair two. Leased, tried again; its end is an inbox row of `lane`."""

    __tablename__ = "errands"
    __table_args__ = (
        Index("ix_errands_open", "due_at", sqlite_where=text("state IN ('waiting', 'underway')"),
              postgresql_where=text("state IN ('waiting', 'underway')")),
    )  # fmt: skip

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


class Timer(Base):
    """Something to think of at a time. `key` keeps a timer single: setting it again moves it. The clock makes it an inbox row when it is due."""

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_timers_due_at", "due_at", sqlite_where=text("rung = 0"), postgresql_where=text("NOT rung")),
    )

    id: Mapped[Key]
    key: Mapped[str]
    kind: Mapped[str]
    lane: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime]
    rung: Mapped[bool] = mapped_column(default=False)
    times: Mapped[int] = mapped_column(default=0)

    @classmethod
    def due(cls, at: datetime) -> Select["Timer"]:
        return select(cls).where(cls.rung.is_(False), cls.due_at <= at).order_by(cls.due_at, cls.id).limit(200)
