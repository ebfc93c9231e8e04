"""What happened to a ticket: written once, never changed.
The ticket's present state can be told from its events alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key

SCHEMA = 1


class TicketEvent(Base):
    """kind: the verb in the past tense. data: every argument of the verb, by id and never by name,
    and the stage it led to."""

    __tablename__ = "ticket_events"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    seq: Mapped[int]
    kind: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    schema: Mapped[int] = mapped_column(default=SCHEMA)
    cause_id: Mapped[int | None] = mapped_column(default=None)
    """The inbox row of the turn it happened in."""

    @classmethod
    def of(cls, ticket_id: int) -> Select["TicketEvent"]:
        return select(cls).where(cls.ticket_id == ticket_id).order_by(cls.seq)
