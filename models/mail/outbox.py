"""What is to be said: a row until it is known to have arrived."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Select, Update, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.card import Card
from models.types import Base, Key, spelled, where


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Repeat(StrEnum):
    """What may be done with something that may have arrived already (design.md 3.6)."""

    FREELY = "freely"  # edits, removals: the second changes nothing
    SPARINGLY = "sparingly"  # cards, fixes, answers: better twice than never, and counted
    NEVER = "never"  # reminders, answers to presses


class Outbox(Base):
    """Something to be said. kind: say, reply (to what was asked), edit, answer, react, remove; card, or tray (the
    chat's own), drawn when sent.

    content: text, buttons, picture, document, press … in words of no channel; "secret": for its hearer alone, and
    forgotten as soon as it was said.
    message_id: our own row of the message to be made, edited or removed.
    uncertain: how often it may have arrived without our knowing.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "chat_id", "id", **where("state IN ('pending', 'sending')")),
        Index("ix_outbox_ticket_id", "ticket_id", "id", **where("state IN ('pending', 'sending')")),
        Index("ix_outbox_sending", "id", **where("state = 'sending'")),
        Index("ix_outbox_card_id", "card_id", **where("state = 'pending'")),
    )

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
    receipt: Mapped[str | None] = mapped_column(default=None)
    """That it arrived, put down before it is noted (bot/receipts.py)."""
    cause_id: Mapped[int | None] = mapped_column(default=None)
    """The inbox row of the turn that decided to say it (bot/tracing.py)."""
    card: Mapped[Card | None] = relationship(lazy="raise")
    """For a card that has no id yet: both are written together, in the right order."""

    UNSENT_FOR = timedelta(hours=24)
    """What surely did not arrive is tried for a day …"""
    DOUBTS = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 300, 600))
    """… and what may have arrived is repeated so often at most, ever later (docs/decisions/0006)."""
    NEVER_TRIES = 3
    PAUSES = tuple(timedelta(seconds=s) for s in (1, 2, 5, 10, 30, 60, 120, 300))

    @classmethod
    def is_pending(cls) -> ColumnElement[bool]:
        return cls.state == spelled(OutboxState.PENDING.value)

    @classmethod
    def is_under_way(cls) -> ColumnElement[bool]:
        return cls.state == spelled(OutboxState.SENDING.value)

    @classmethod
    def of_cards(cls, ticket_id: int) -> Select[int | None]:
        """Cards of a ticket that are still to be sent: their ids."""
        return select(cls.card_id).where(cls.ticket_id == ticket_id, cls.kind == "card", cls.is_pending())

    @classmethod
    def let_go(cls, ticket_id: int, at: datetime) -> Update:
        """Cards that were held back for a picture may go; what waits because a call failed waits on."""
        held = cls.ticket_id == ticket_id, cls.kind == "card", cls.is_pending(), cls.attempts == 0, cls.due_at > at
        return update(cls).where(*held).values(due_at=at)

    @property
    def lane(self) -> "Lane":
        return self.chat_id, self.kind == "answer"

    def is_leased(self, at: datetime) -> bool:
        return self.leased_until is not None and self.leased_until > at

    def lease_to(self, lease: str, until: datetime) -> None:
        self.state, self.lease, self.leased_until, self.receipt = OutboxState.SENDING, lease, until, None
        self.attempts += 1

    def arrived(self, at: datetime) -> None:
        self.state, self.sent_at, self.lease = OutboxState.SENT, at, None
        self._forget()

    def give_up(self, reason: str) -> None:
        self.state, self.reason, self.lease = OutboxState.FAILED, reason, None
        self._forget()

    def _forget(self) -> None:
        if self.content and self.content.get("secret"):
            self.content = {}

    def wait(self, reason: str, until: datetime) -> None:
        self.state, self.reason, self.due_at, self.lease = OutboxState.PENDING, reason, until, None

    def did_not_arrive(self, reason: str, at: datetime) -> None:
        """Again after a growing pause; what is stale by tomorrow, or was meant for this moment only, is given up."""
        fleeting = self.repeat == Repeat.NEVER and self.attempts > self.NEVER_TRIES
        if fleeting or at - self.created_at > self.UNSENT_FOR:
            self.give_up(reason)
        else:
            self.wait(reason, at + self.PAUSES[min(self.attempts, len(self.PAUSES)) - 1])

    def may_have_arrived(self, reason: str, at: datetime) -> None:
        """Repeated by kind (design.md 3.6); each doubt is counted. The lease stays with it: until another takes it up,
        whoever had it may still say that it did arrive."""
        self.uncertain += 1
        if self.repeat == Repeat.NEVER or self.uncertain > len(self.DOUBTS):
            self.give_up(f"uncertain: {reason}")
        else:
            lease = self.lease
            self.wait(f"uncertain: {reason}", at + self.DOUBTS[self.uncertain - 1])
            self.lease = lease


Lane = tuple[int, bool]
"""A chat, and whether it is about answers to presses, which are no messages and keep no order with them."""
