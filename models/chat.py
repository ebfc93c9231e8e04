"""Chats: a grid's group, a department's chat, somebody's private chat."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key, inserting


class Chat(Base):
    """A chat is bound to a grid or to a department, or to none.

    person_id: whose private chat it is. quiet_until: the channel asked for a pause.
    parked_at: we are not there (any more); nothing is sent until we are let in again.
    unbound_at: an administrator took the binding away; loading the folder again does not bring it back.
    wants_digest: hears twice a day how things stand, where there is something to tell.
    """

    __tablename__ = "chats"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_chats_grid_id", "grid_id"),
        Index("ix_chats_department_id", "department_id"),
        Index("ix_chats_person_id", "person_id"),
    )

    id: Mapped[Key]
    channel: Mapped[str]
    external_id: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    locale: Mapped[str | None] = mapped_column(default=None)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"), default=None)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), default=None)
    unbound_at: Mapped[datetime | None] = mapped_column(default=None)
    wants_digest: Mapped[bool] = mapped_column(default=True)
    quiet_until: Mapped[datetime | None] = mapped_column(default=None)
    parked_at: Mapped[datetime | None] = mapped_column(default=None)
    park_reason: Mapped[str | None] = mapped_column(default=None)

    @property
    def is_private(self) -> bool:
        return self.kind == "private"

    @property
    def is_bound(self) -> bool:
        return self.grid_id is not None or self.department_id is not None

    @property
    def is_parked(self) -> bool:
        return self.parked_at is not None

    def park(self, reason: str, at: datetime) -> None:
        self.parked_at, self.park_reason = at, reason

    def unpark(self) -> None:
        self.parked_at = self.park_reason = None

    @classmethod
    def known_as(cls, channel: str, external_id: str) -> Select["Chat"]:
        return select(cls).where(cls.channel == channel, cls.external_id == external_id)

    @classmethod
    def known_among(cls, channel: str, external_ids: list[str]) -> Select["Chat"]:
        return select(cls).where(cls.channel == channel, cls.external_id.in_(external_ids))

    @classmethod
    def of_grids(cls, grids: list[int]) -> Select["Chat"]:
        return select(cls).where(cls.grid_id.in_(grids)).order_by(cls.id)

    @classmethod
    def of_department(cls, department_id: int) -> Select["Chat"]:
        return select(cls).where(cls.department_id == department_id).order_by(cls.id)

    @classmethod
    def of_departments(cls, departments: list[int] | BindParameter[Any]) -> Select["Chat"]:
        return select(cls).where(cls.department_id.in_(departments)).order_by(cls.id)

    @classmethod
    def private_of(cls, people: list[int]) -> Select["Chat"]:
        """Private chats that are open: the person pressed Start and has not blocked us."""
        return select(cls).where(cls.person_id.in_(people), cls.kind == "private", cls.parked_at.is_(None))


class Alias(Base):
    """The id a chat had before it became a supergroup: what still comes under it is led to the chat."""

    __tablename__ = "chat_aliases"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[Key]
    channel: Mapped[str]
    external_id: Mapped[str]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))


class Message(Base):
    """A message that matters to us: a report, a card, a question, a fix. external_id is empty until it is sent.

    purpose: report, photo, place, card, tray, fix, ask, answer, welcome.
    drawn: digest of the words and buttons it shows (bot/letters.py); None while that is not known, as during a call.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("chat_id", "external_id"),
        Index("ix_messages_ticket_id", "ticket_id"),
    )

    id: Mapped[Key]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    external_id: Mapped[str | None] = mapped_column(default=None)
    topic: Mapped[str | None] = mapped_column(default=None)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    ticket_id: Mapped[int | None] = mapped_column(default=None)
    draft_id: Mapped[int | None] = mapped_column(default=None)
    """Back references without foreign keys: tickets and drafts point at messages, and a circle cannot be made."""
    purpose: Mapped[str]
    pictured: Mapped[bool] = mapped_column(default=False)
    drawn: Mapped[str | None] = mapped_column(default=None)
    at: Mapped[datetime]

    @classmethod
    @cache
    def keeping(cls, dialect: str) -> Any:
        """A new row, which it returns; nothing where this message is known already."""
        return inserting(cls, dialect).on_conflict_do_nothing().returning(cls)

    @classmethod
    def heard_as(cls, chat_id: int, external_id: str) -> Select["Message"]:
        return select(cls).where(cls.chat_id == chat_id, cls.external_id == external_id)

    @classmethod
    def in_chat(cls, chat_id: int, purpose: str) -> Select["Message"]:
        return select(cls).where(cls.chat_id == chat_id, cls.purpose == purpose)
