"""Pictures of a ticket: what was wrong, and what was mended."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key, where


class PhotoState(StrEnum):
    WAITING = "waiting"
    KEPT = "kept"
    FAILED = "failed"
    GONE = "gone"  # kept as long as the district keeps pictures, and no longer


class Photo(Base):
    """ref, key: the channel's own names for it. media: hash of the clean picture, once kept. role: before, after, or
    pair (both in one, as the group saw it).

    file: it came as a file and still carries its metadata under `ref`, which therefore is never passed on.
    """

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_ticket_id", "ticket_id"),
        Index("ix_photos_draft_id", "draft_id"),
        Index("ix_photos_key", "key"),
        Index("ix_photos_bytes", "ticket_id", **where("state <> 'gone'")),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), default=None)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    role: Mapped[str] = mapped_column(default="before")
    round: Mapped[int] = mapped_column(default=1)
    department_id: Mapped[int | None] = mapped_column(default=None)
    """Whose part of a joint ticket it shows."""
    channel: Mapped[str]
    ref: Mapped[str]
    key: Mapped[str]
    file: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=PhotoState.WAITING)
    reason: Mapped[str | None] = mapped_column(default=None)
    media: Mapped[str | None] = mapped_column(default=None)
    thumbnail: Mapped[str | None] = mapped_column(default=None)
    taken_at: Mapped[datetime | None] = mapped_column(default=None)
    at: Mapped[datetime]

    @property
    def is_settled(self) -> bool:
        return self.state != PhotoState.WAITING

    @classmethod
    def of(cls, ticket_id: int) -> Select["Photo"]:
        return select(cls).where(cls.ticket_id == ticket_id).order_by(cls.id)

    @classmethod
    def of_draft(cls, draft_id: int) -> Select["Photo"]:
        return select(cls).where(cls.draft_id == draft_id).order_by(cls.id)
