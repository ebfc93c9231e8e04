"""What may yet become a ticket: an album still arriving, a photo without words."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.form import Form
from models.person import Person
from models.types import Base, Key

ALBUM_WAIT = timedelta(seconds=1.5)  # contract 4: after the last part …
ALBUM_CAP = timedelta(seconds=10)  # … and at most, after the first
ASK_FOR = timedelta(minutes=30)
ANSWER_WITHIN = timedelta(hours=24)
JOINED = "joined"
ASKED_FOR = "report"
"""The step of a draft of which it is settled that it is a report: only its place is missing."""


class Draft(Base):
    """state: gathering (an album), asked (a photo without words), opened (it became `ticket_id`),
    dropped (chatter, or given up), form (/report, step by step), part (an album that went into one), joined (a second
    report of `ticket_id`, which may still turn out to be another problem; step: how it came in).

    step: what is settled already: ASKED_FOR, or the code of the category that was chosen. question_id: our question,
    or the living message of a form. reply_ticket_id: the album is an officer's, and ended a round of this ticket.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("chat_id", "album"),
        Index("ix_drafts_person_id", "person_id", "chat_id", "state"),
        Index("ix_drafts_chat_id", "chat_id", "state"),
    )

    id: Mapped[Key]
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    album: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str]
    step: Mapped[str | None] = mapped_column(default=None)
    text: Mapped[str] = mapped_column(default="")
    form: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Of a form: what was filled in so far (models/form.py). Of a report in private: that its place was asked for."""
    report_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    reply_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), default=None)
    begun_at: Mapped[datetime]

    @classmethod
    def of_album(cls, chat_id: int, album: str) -> Select["Draft"]:
        return select(cls).where(cls.chat_id == chat_id, cls.album == album)

    @classmethod
    def unexplained(cls, person_id: int, chat_id: int, at: datetime) -> Select["Draft"]:
        """Photos without words of this person, which a word of his still makes a report; the newest first."""
        return (
            select(cls)
            .where(
                cls.person_id == person_id,
                cls.chat_id == chat_id,
                cls.state == "asked",
                cls.begun_at > at - ANSWER_WITHIN,
            )
            .order_by(cls.id.desc())
        )

    @classmethod
    def unexplained_in(cls, chats: list[int] | Select[int], at: datetime) -> Select["Draft"]:
        """In these chats: their ids, or the question for them."""
        return (
            select(cls)
            .where(cls.chat_id.in_(chats), cls.state == "asked", cls.begun_at > at - ANSWER_WITHIN)
            .order_by(cls.id)
        )

    @classmethod
    def form_of(cls, person_id: int, chat_id: int) -> Select["Draft"]:
        """The /report he has begun in private and neither sent nor given up."""
        return (
            select(cls)
            .where(cls.person_id == person_id, cls.chat_id == chat_id, cls.state == "form")
            .order_by(cls.id.desc())
            .limit(1)
        )

    @classmethod
    def parts_of(cls, form: "Draft") -> Select["Draft"]:
        """The albums that went into a form: there is but one form at a time in a chat."""
        return select(cls).where(cls.chat_id == form.chat_id, cls.state == "part")

    @classmethod
    def joined_by(cls, person_id: int, ticket_id: int) -> Select["Draft"]:
        """The reports with which somebody joined a ticket and which may still be parted from it; the newest first."""
        return (
            select(cls)
            .where(cls.person_id == person_id, cls.ticket_id == ticket_id, cls.state == JOINED)
            .order_by(cls.id.desc())
        )

    @property
    def is_joined(self) -> bool:
        """Whether it may still be parted: what he told is kept (/erase takes it)."""
        return self.state == JOINED and bool(self.form)

    @property
    def told(self) -> Form:
        return Form.of(self.form)

    def fill(self, form: Form) -> None:
        self.form = form.as_data()

    def is_stale(self, at: datetime) -> bool:
        """A form nobody has touched for a day."""
        return at - self.told.touched_at >= ANSWER_WITHIN

    def awaits(self, person: Person, at: datetime) -> bool:
        """Whether a word of this person still makes it a report."""
        return self.state == "asked" and self.person_id == person.id and self.begun_at > at - ANSWER_WITHIN

    def due_at(self, at: datetime) -> datetime:
        """When an album that got a part at `at` is taken as whole."""
        return min(at + ALBUM_WAIT, max(self.begun_at + ALBUM_CAP, at))
