"""A leader's tray: one living 待办 card in his private chat for all that waits for him."""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key


class Tray(Base):
    """ticket_id: the one on top, whose buttons it shows. asks: what it asks about that one, as `Card.asks`.

    said_at: when it was last sent anew, which rings; edits ring on nobody's phone.
    """

    __tablename__ = "trays"

    id: Mapped[Key]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), unique=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    asks: Mapped[str | None] = mapped_column(default=None)
    said_at: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def in_chats(cls, chats: list[int]) -> Select["Tray"]:
        return select(cls).where(cls.chat_id.in_(chats)).order_by(cls.id)
