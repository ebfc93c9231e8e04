"""Who was let in, who was shut out, and who looked at what: kept for whoever has to answer for it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key

INVITED_FOR = timedelta(hours=48)


class Invitation(Base):
    """A link that makes its first user what it says, once, for 48 hours. Only the hash of its secret is kept."""

    __tablename__ = "invitations"

    id: Mapped[Key]
    hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"), default=None)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), default=None)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)

    @classmethod
    def hashed(cls, digest: str) -> Select["Invitation"]:
        return select(cls).where(cls.hash == digest)


class Ban(Base):
    """Why somebody is not heard, since when, and until it was undone. told_at: he was told, once, in private."""

    __tablename__ = "bans"
    __table_args__ = (Index("ix_bans_person_id", "person_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)


class Look(Base):
    """Somebody looked at who is behind a report. about: reporter, caller, audit or data (one's own)."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_ticket_id", "ticket_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    about: Mapped[str]
    at: Mapped[datetime]


class Caller(Base):
    """Who asked a leader to report for him (代报): as the leader wrote it, for leaders' eyes alone."""

    __tablename__ = "callers"

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    words: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
