"""What people put right: a report's words, what was read out of them, and what it really was."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.ticket import Stage, Ticket, TicketEvent
from models.types import Base, Key


class Correction(Base):
    """A leader's or a department's change of category. text is masked, as the ticket's. Exported, the rows are
    lines to learn from.
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_ticket_id", "ticket_id"),)

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    text: Mapped[str]
    pictured: Mapped[bool]
    old: Mapped[str]
    new: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    @classmethod
    def standing(cls) -> Select[Any]:
        """One row a ticket, as it stands now: text, category, whether it was declined as no problem, whether its words
        were read as urgent, whether there was a photo. What was put right again since is none.
        """
        is_declined = Ticket.stage == Stage.DECLINED.value
        last = (
            select(func.max(cls.id))
            .join(Ticket, Ticket.id == cls.ticket_id)
            .where(or_(cls.new == Ticket.category, is_declined))
            .group_by(cls.ticket_id)
        )
        was_urgent = func.coalesce(TicketEvent.data["urgent"].as_boolean(), False)
        return (
            select(cls.text, cls.new, is_declined, was_urgent, cls.pictured)
            .join(Ticket, Ticket.id == cls.ticket_id)
            .join(TicketEvent, (TicketEvent.ticket_id == Ticket.id) & (TicketEvent.kind == "reported"))
            .where(cls.id.in_(last))
            .order_by(cls.id)
        )
