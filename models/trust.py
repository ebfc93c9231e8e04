"""Who was let in, who was shut out, and who looked at what: kept for whoever has to answer for it."""

from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, Update, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.person import Person, RoleKind
from models.refusal import Refusal
from models.types import Base, Key

INVITED_FOR = timedelta(hours=48)
TRIES = 5
"""Links that open nothing, one after another; then he has to wait …"""
REST = timedelta(minutes=10)
"""… so long, whatever he tries."""


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
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)

    @classmethod
    def to(
        cls, kind: RoleKind, digest: str, *, by: Person, at: datetime, grid_id: int | None, department_id: int | None
    ) -> Self:
        """digest: SHA-256 of the link's secret, hexadecimal."""
        if by.is_banned or not by.is_admin:
            raise Refusal("who.only_admin")
        return cls(
            hash=digest, kind=kind.value, grid_id=grid_id, department_id=department_id, by_id=by.id, at=at,
            expires_at=at + INVITED_FOR,
        )  # fmt: skip

    @classmethod
    def hashed(cls, digest: str) -> Select["Invitation"]:
        return select(cls).where(cls.hash == digest)

    @classmethod
    def open_now(cls, at: datetime) -> Select["Invitation"]:
        fresh = cls.used_at.is_(None), cls.revoked_at.is_(None), cls.expires_at > at
        return select(cls).where(*fresh).order_by(cls.id)

    @classmethod
    def taken(cls, digest: str, *, by: Person, at: datetime) -> Update:
        """Use it up. Of two at once one changes a row and the other none, on every database."""
        fresh = cls.used_at.is_(None), cls.revoked_at.is_(None), cls.expires_at > at
        return update(cls).where(cls.hash == digest, *fresh).values(used_at=at, used_by_id=by.id)

    @classmethod
    def taken_back(cls, id: int, *, by: Person, at: datetime) -> Update:
        """An open link is made worthless; one that was used or is over stays as it is, and no row changes."""
        if by.is_banned or not by.is_admin:
            raise Refusal("who.only_admin")
        fresh = cls.used_at.is_(None), cls.revoked_at.is_(None), cls.expires_at > at
        return update(cls).where(cls.id == id, *fresh).values(revoked_at=at, revoked_by_id=by.id)


def may_try(person: Person, at: datetime) -> bool:
    """Whether another link is looked at: who has tried many that open nothing waits for a while."""
    return person.misses < TRIES or person.missed_at is None or at >= person.missed_at + REST


def missed(person: Person, at: datetime) -> None:
    """He came with a link that opens nothing; what he tried long ago is forgotten."""
    is_old = person.missed_at is not None and at >= person.missed_at + REST
    person.misses, person.missed_at = (1 if is_old else person.misses + 1), at


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

    @classmethod
    def in_force(cls, person_id: int) -> Select["Ban"]:
        return select(cls).where(cls.person_id == person_id, cls.lifted_at.is_(None)).order_by(cls.id.desc()).limit(1)


class Look(Base):
    """Somebody looked at who is behind a report. about: reporter, caller, audit, data (one's own), or photo (with
    nothing hidden in it)."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_ticket_id", "ticket_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    about: Mapped[str]
    at: Mapped[datetime]

    @classmethod
    def at_tickets(cls, tickets: list[int] | Select[Any]) -> Select["Look"]:
        """At these tickets: their ids, or the question for them; the newest first."""
        return select(cls).where(cls.ticket_id.in_(tickets)).order_by(cls.id.desc())


class Caller(Base):
    """Who asked a leader to report for him (代报): as the leader wrote it, for leaders' eyes alone."""

    __tablename__ = "callers"

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    words: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
