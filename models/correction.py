"""What people put right: a report's words, what was read out of them, and what it really was."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

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
