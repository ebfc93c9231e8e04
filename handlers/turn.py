"""The turn: who spoke, where, now; in what language, and against which district."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.heard import Heard
from models.card import Card
from models.chat import Chat
from models.person import Person
from models.refusal import Refusal
from models.task import Task
from models.ticket import Ticket
from reading.numbers import leading_ticket_number


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for: the ticket's number, if one was named, and the rest of the words."""

    number: str | None = None
    words: str = ""

    @classmethod
    def read(cls, text: str) -> "Order":
        number, rest = leading_ticket_number(text)
        return cls(number, rest.strip())


@dataclass
class Turn:
    """One turn. `person` is None for timers, errands and those who are nobody (bots, anonymous administrators).

    cards, tasks: of the tickets in hand, by ticket id, as far as they were asked for. drawn: cards
    posted or edited already. awaited: ids of tickets whose pictures were sent for in this turn.
    reports: how each report of this turn came in (opening.py). refused: numbers of the tickets it had in hand when it
    was refused; None where it was not.
    at_hand: rows that were fetched; the session forgets what nobody holds, and would fetch it again.
    """

    session: AsyncSession
    now: datetime
    locale: str
    book: Book | None
    heard: Heard | None = None
    person: Person | None = None
    chat: Chat | None = None
    order: Order = field(default_factory=Order)
    default_locale: str = words.DEFAULT
    tickets: dict[int, Ticket] = field(default_factory=dict)
    tasks: dict[int, list[Task]] = field(default_factory=dict)
    cards: dict[int, list[Card]] = field(default_factory=dict)
    drawn: set[Card] = field(default_factory=set)
    awaited: set[int] = field(default_factory=set)
    at_hand: list[Any] = field(default_factory=list)
    answered: bool = False
    reports: list[str] = field(default_factory=list)
    refused: dict[int, str] | None = None

    @property
    def me(self) -> Person:
        if self.person is None:
            raise Refusal("who.unknown")
        return self.person

    @property
    def here(self) -> Chat:
        if self.chat is None:
            raise RuntimeError("this turn has no chat")
        return self.chat

    @property
    def said(self) -> Heard:
        if self.heard is None:
            raise RuntimeError("nothing was heard in this turn")
        return self.heard

    @property
    def town(self) -> Book:
        if self.book is None:
            raise Refusal("town.not_loaded")
        return self.book

    @property
    def dialect(self) -> str:
        """The database's, for what the two of them spell each in its own way (models/types.py)."""
        return self.session.get_bind().dialect.name

    async def stand_in(self, chat_id: int, person_id: int | None) -> None:
        """A timer or an errand speaks for the chat and the person it was set for."""
        self.chat = await self.session.get_one(Chat, chat_id)
        self.locale = self.language_of(self.chat)
        if person_id is not None:
            self.person = (await self.session.scalars(Person.by_ids([person_id]))).one()

    def language_of(self, chat: Chat) -> str:
        return chat.locale or self.default_locale
