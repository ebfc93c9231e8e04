"""A leader's tray: one living 待办 card in his private chat for all that waits for him."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key

RINGS_EVERY = timedelta(minutes=10)
"""At most so often for what came in meanwhile; for what is urgent at once."""


class Tray(Base):
    """ticket_id: the one he turned to, or is asked about; None: the most pressing stands on top.
    asks: what it asks about that one, as `Card.asks`.

    said_at: when it was last sent anew, which rings; edits ring on nobody's phone.
    fresh: ids of the tickets that came in since then, for which it will ring when it may again.
    """

    __tablename__ = "trays"

    id: Mapped[Key]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), unique=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    asks: Mapped[str | None] = mapped_column(default=None)
    said_at: Mapped[datetime | None] = mapped_column(default=None)
    fresh: Mapped[list[int]] = mapped_column(JSON, default=list)

    def rings_from(self, at: datetime) -> datetime:
        """When it may ring for what is not urgent."""
        return at if self.said_at is None else max(at, self.said_at + RINGS_EVERY)

    def turn_to(self, ticket_id: int | None, asks: str | None = None) -> None:
        self.ticket_id, self.asks = ticket_id, asks

    @classmethod
    def in_chats(cls, chats: list[int]) -> Select["Tray"]:
        return select(cls).where(cls.chat_id.in_(chats)).order_by(cls.id)

    @classmethod
    def asking_about(cls, ticket_id: int) -> Select["Tray"]:
        return select(cls).where(cls.ticket_id == ticket_id, cls.asks.is_not(None))
