"""The living post of a ticket in one chat, and who shares a ticket."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key

SHOWS_PICTURE = frozenset({"department", "cc", "leader", "joint", "staff"})
"""Audiences whose cards show the first picture of the problem; the group has it under its reporter's own message."""


class Card(Base):
    """audience: group, private, department, joint, cc, leader, or staff (in the private chat of an officer or an
    inspector, with what he may do). message_id: its post, once there is one. ended: it is history there (已改派) and no
    longer edited.

    asks: what its buttons ask for just now (a reason, a department), empty for the usual ones.
    """

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("ticket_id", "chat_id", "audience"), Index("ix_cards_ticket_id", "ticket_id"))

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    audience: Mapped[str]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    asks: Mapped[str | None] = mapped_column(default=None)
    ended: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def of(cls, ticket_id: int) -> Select["Card"]:
        return select(cls).where(cls.ticket_id == ticket_id).order_by(cls.id)


class Witness(Base):
    """Who reported it or met it too: hears its end, shares its credit. message_id: what they wrote,
    where the end is told to them."""

    __tablename__ = "witnesses"
    __table_args__ = (UniqueConstraint("ticket_id", "person_id"), Index("ix_witnesses_person_id", "person_id"))

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    at: Mapped[datetime]

    @classmethod
    def of(cls, ticket_id: int) -> Select["Witness"]:
        return select(cls).where(cls.ticket_id == ticket_id).order_by(cls.id)
