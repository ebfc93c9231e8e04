"""Pictures of a ticket: what was wrong, and what was mended."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key, where


class PhotoState(StrEnum):
    WAITING = "waiting"
    KEPT = "kept"
    FAILED = "failed"
    GONE = "gone"  # kept as long as the district keeps pictures, and no longer


class PhotoKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    ROUND = "round"  # a round video message


class View(StrEnum):
    """From where a picture shows the thing (field.md b, proof)."""

    NEAR = "near"
    FAR = "far"
    LANDMARK = "landmark"


class Photo(Base):
    """ref, key: the channel's own names for it. media: hash of the clean picture, once kept. role: before, after, or
    pair (both in one, as the group saw it). kind: what it is; view: from where it shows the thing, where that was said.

    file: it came as a file and still carries its metadata under `ref`, which therefore is never passed on.
    public: hash of the copy that many may see, its faces and plates (`hidden`, so many) made unreadable; the same as
    media where there was none. digest: SHA-256 of the bytes as they came; likeness: how it looks (media/likeness.py).
    Both stay when the picture goes: by them it is known again.
    marks: what was found out about it as evidence (models/proof.py). shows: of a pair, ids of the pictures in it.
    """

    __tablename__ = "photos"
    __table_args__ = (
        Index("ix_photos_ticket_id", "ticket_id"),
        Index("ix_photos_draft_id", "draft_id"),
        Index("ix_photos_key", "key"),
        Index("ix_photos_digest", "digest"),
        Index("ix_photos_known", "id", **where("likeness IS NOT NULL")),
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
    kind: Mapped[str] = mapped_column(default=PhotoKind.PHOTO)
    view: Mapped[str | None] = mapped_column(default=None)
    forwarded: Mapped[bool] = mapped_column(default=False)
    public: Mapped[str | None] = mapped_column(default=None)
    hidden: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(default=None)
    likeness: Mapped[bytes | None] = mapped_column(default=None)
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    shows: Mapped[list[int]] = mapped_column(JSON, default=list)
    taken_at: Mapped[datetime | None] = mapped_column(default=None)
    at: Mapped[datetime]

    @property
    def trouble(self) -> str:
        """Why it cannot be shown: too_large, unopened, or unfetched. What could not be opened has a reason of one
        small word (media/); a channel that did not bring it says a sentence, or the name of an error."""
        reason = self.reason or ""
        if reason == "too_large":
            return reason
        return "unopened" if reason.islower() and reason.isidentifier() else "unfetched"

    @property
    def is_for_all(self) -> bool:
        """A picture of which there is a copy that anybody may see."""
        return self.kind == PhotoKind.PHOTO and self.state == PhotoState.KEPT and self.public is not None

    @property
    def is_settled(self) -> bool:
        return self.state != PhotoState.WAITING

    @classmethod
    def of(cls, ticket_id: int) -> Select["Photo"]:
        return select(cls).where(cls.ticket_id == ticket_id).order_by(cls.id)

    @classmethod
    def of_draft(cls, draft_id: int) -> Select["Photo"]:
        return select(cls).where(cls.draft_id == draft_id).order_by(cls.id)
