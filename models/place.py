"""The gazetteer, and where people said they were."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key


class Place(Base):
    """A name people use for a spot. Degrees, WGS-84."""

    __tablename__ = "places"

    id: Mapped[Key]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    kind: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"), default=None)


class Whereabouts(Base):
    """The last point a person sent in a chat: it belongs to the report sent just before or after."""

    __tablename__ = "whereabouts"
    __table_args__ = (Index("ix_whereabouts_person_id_chat_id", "person_id", "chat_id", unique=True),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    latitude: Mapped[float]
    longitude: Mapped[float]
    accuracy: Mapped[float | None] = mapped_column(default=None)
    at: Mapped[datetime]
    live_until: Mapped[datetime | None] = mapped_column(default=None)
