"""The turn: who spoke, where, now. Through it a handler fetches, calls and says; the worker commits, or nothing of it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.heard import Heard
from models.card import Card
from models.chat import Chat, Message
from models.district import District
from models.grid import Grid
from models.mail import Errand, Outbox, Repeat, Timer
from models.person import Person
from models.refusal import Refusal
from models.ticket import Ticket
from reading.numbers import leading_ticket_number, ticket_number


@dataclass(frozen=True, slots=True)
class Label:
    """A button of ours: the key of its words (or the words themselves), and what it carries."""

    key: str = ""
    verb: str = ""
    ticket: str | None = None
    argument: str | None = None
    text: str | None = None
    url: str | None = None
    start: str | None = None


Rows = Sequence[Sequence[Label]]


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
class Desk:
    """One turn. `person` is None for timers, errands and those who are nobody (bots, anonymous administrators)."""

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
    answered: bool = False
    _opened_cards: list[Card] = field(default_factory=list)

    # --- who and where, for handlers that need them ------------------------------

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

    async def stand_in(self, chat_id: int, person_id: int | None) -> None:
        """A timer or an errand speaks for the chat and the person it was set for."""
        self.chat = await self.session.get_one(Chat, chat_id)
        self.locale = self.language_of(self.chat)
        if person_id is not None:
            self.person = (await self.session.scalars(Person.by_ids([person_id]))).one()

    def language_of(self, chat: Chat) -> str:
        return chat.locale or self.default_locale

    # --- the one door to a ticket ---------------------------------------------------

    async def ticket(self, number: str | None = None) -> Ticket:
        """The ticket that was named, or the one whose card was replied to or pressed. Refuses kindly when there is none."""
        named = number or self.order.number or (self.heard.press.ticket if self.heard and self.heard.press else None)
        if named is None:
            replied = await self.replied_to()
            if replied is None or replied.ticket_id is None:
                raise Refusal("ticket.which")
            return await self.ticket_by_id(replied.ticket_id)
        canonical = ticket_number(named)
        found = await self.session.scalar(Ticket.numbered(canonical)) if canonical else None
        if found is None:
            raise Refusal("ticket.unknown", number=(canonical or named)[:32])
        return self.tickets.setdefault(found.id, found)

    async def ticket_by_id(self, ticket_id: int) -> Ticket:
        if ticket_id in self.tickets:
            return self.tickets[ticket_id]
        ticket = await self.session.get(Ticket, ticket_id)
        if ticket is None:
            raise Refusal("ticket.unknown", number="")
        return self.tickets.setdefault(ticket.id, ticket)

    async def replied_to(self) -> Message | None:
        if self.heard is None or self.chat is None or self.heard.reply_to is None:
            return None
        return await self.session.scalar(Message.heard_as(self.chat.id, self.heard.reply_to))

    def grid_of(self, ticket: Ticket) -> Grid:
        return self.town.grids[ticket.grid_id]

    async def all_of(self, statement: Any) -> list[Any]:
        return list(await self.session.scalars(statement))

    # --- what happened, kept ----------------------------------------------------------

    async def keep_message(self, purpose: str, *, ticket: Ticket | None = None, pictured: bool = False) -> Message:
        """A row for the message just heard, so that it can be answered to later."""
        heard = self.said
        if heard.message is None:
            raise RuntimeError("what was heard is no message")
        known = await self.session.scalar(Message.heard_as(self.here.id, heard.message))
        if known is not None:
            known.ticket_id = ticket.id if ticket else known.ticket_id
            return known
        message = Message(
            chat_id=self.here.id, external_id=heard.message, topic=heard.chat.topic, person_id=self.person.id if self.person else None,
            ticket_id=ticket.id if ticket else None, purpose=purpose, pictured=pictured, at=self.now,
        )  # fmt: skip
        self.session.add(message)
        await self.session.flush()
        return message

    def run_errand(self, kind: str, lane: str, **data: Any) -> None:
        self.session.add(Errand(kind=kind, lane=lane, data=data, due_at=self.now))

    async def set_timer(self, key: str, kind: str, at: datetime | timedelta, lane: str, **data: Any) -> None:
        """Set it, or move it: `key` keeps it single."""
        due = at if isinstance(at, datetime) else self.now + at
        timer = await self.session.scalar(select(Timer).where(Timer.key == key))
        if timer is None:
            self.session.add(Timer(key=key, kind=kind, lane=lane, data=data, due_at=due))
        else:
            timer.due_at, timer.rung, timer.data = due, False, data

    def lane(self, chat: Chat) -> str:
        return f"{chat.channel}:{chat.external_id}"

    # --- what is said ---------------------------------------------------------------------

    async def say(
        self,
        chat: Chat,
        key: str,
        *,
        purpose: str = "answer",
        ticket: Ticket | None = None,
        reply_to: int | None = None,
        buttons: Rows = (),
        picture: dict[str, Any] | None = None,
        repeat: Repeat = Repeat.SPARINGLY,
        topic: str | None = None,
        remember: bool = False,
        **values: Any,
    ) -> Message | None:
        """A new message in a chat, in that chat's language. remember: it gets a row of ours, to be edited, removed or replied to."""
        locale = self.language_of(chat)
        content: dict[str, Any] = {
            "text": self.sentence(locale, key, **values),
            "buttons": draw_buttons(locale, buttons),
        }
        if picture:
            content["picture"] = picture
        message = None
        if remember:
            message = Message(
                chat_id=chat.id,
                topic=topic,
                ticket_id=ticket.id if ticket else None,
                purpose=purpose,
                pictured=bool(picture),
                at=self.now,
            )
            self.session.add(message)
            await self.session.flush()
        self.post(
            chat,
            "say",
            content,
            ticket=ticket,
            message_id=message.id if message else None,
            reply_to_id=reply_to,
            repeat=repeat,
            topic=topic,
        )
        return message

    def edit(self, message: Message, chat: Chat, key: str, *, buttons: Rows = (), ticket: Ticket | None = None,
             picture: dict[str, Any] | None = None, **values: Any) -> None:  # fmt: skip
        locale = self.language_of(chat)
        content: dict[str, Any] = {
            "text": self.sentence(locale, key, **values),
            "buttons": draw_buttons(locale, buttons),
        }
        if picture:
            content["picture"] = picture
        self.post(chat, "edit", content, ticket=ticket, message_id=message.id, repeat=Repeat.FREELY)

    def remove(self, message_id: int, chat_id: int) -> None:
        self.session.add(
            Outbox(
                chat_id=chat_id,
                kind="remove",
                message_id=message_id,
                repeat=Repeat.FREELY,
                created_at=self.now,
                due_at=self.now,
            )
        )

    def post(
        self, chat: Chat, kind: str, content: dict[str, Any], *, ticket: Ticket | None = None, **columns: Any
    ) -> None:
        urgent = bool(ticket and ticket.is_urgent)
        self.session.add(
            Outbox(
                chat_id=chat.id, kind=kind, content=content, ticket_id=ticket.id if ticket else None, is_urgent=urgent,
                created_at=self.now, due_at=self.now, **columns,
            )
        )  # fmt: skip

    async def answer(
        self, key: str, *, alert: bool = False, buttons: Rows = (), ticket: Ticket | None = None, **values: Any
    ) -> None:
        """An answer to the one who asked, where he asked: a press is answered on its button, words under the words."""
        heard = self.said
        if heard.press is not None:
            text = words.plain(self.locale, key, **self._all(values))
            self.answered = True
            self.post(self.here, "answer", {"press": heard.press.id, "text": text, "alert": alert}, repeat=Repeat.NEVER)
            return
        content = {
            "text": self.sentence(self.locale, key, **values),
            "buttons": draw_buttons(self.locale, buttons),
            "reply_to": heard.message,
        }
        message = None
        if ticket is not None:
            message = Message(
                chat_id=self.here.id, topic=heard.chat.topic, ticket_id=ticket.id, purpose="answer", at=self.now
            )
            self.session.add(message)
            await self.session.flush()
        self.post(
            self.here, "say", content, ticket=ticket, message_id=message.id if message else None, topic=heard.chat.topic
        )

    async def whisper(
        self, key: str, *, start: str = "help", ticket: Ticket | None = None, buttons: Rows = (), **values: Any
    ) -> None:
        """An answer for the asker's eyes alone: in his private chat, or a button in the group that opens it."""
        if self.here.is_private:
            await self.answer(key, ticket=ticket, buttons=buttons, **values)
            return
        private = await self.session.scalar(Chat.private_of([self.me.id]))
        if private is None:
            await self.answer("private.open_first", buttons=[[Label("button.open_private", start=start)]])
            return
        await self.say(private, key, ticket=ticket, buttons=buttons, remember=ticket is not None, **values)

    async def tell_privately(self, person_id: int, key: str, **values: Any) -> bool:
        """A word to somebody alone, if his private chat is open. Returns whether it is."""
        private = await self.session.scalar(Chat.private_of([person_id]))
        if private is not None:
            await self.say(private, key, **values)
        return private is not None

    def react(self, emoji: str) -> None:
        heard = self.said
        self.post(self.here, "react", {"emoji": emoji, "message": heard.message}, repeat=Repeat.FREELY)

    async def finish_press(self) -> None:
        """Every press gets its answer, if only an empty one: else the button keeps spinning on the phone."""
        if self.heard is not None and self.heard.press is not None and not self.answered:
            self.post(
                self.here, "answer", {"press": self.heard.press.id, "text": "", "alert": False}, repeat=Repeat.NEVER
            )
            self.answered = True

    def sentence(self, locale: str, key: str, **values: Any) -> str:
        return words.say(locale, key, **self._all(values))

    def _all(self, values: dict[str, Any]) -> dict[str, Any]:
        return {"now": self.now, "zone": self.book.zone if self.book else None, **values}

    # --- cards -----------------------------------------------------------------------------

    async def open_card(self, ticket: Ticket, chat: Chat, audience: str) -> Card:
        """The ticket's card in a chat: posted anew, or the one that stands there taken up again."""
        cards = await self.session.scalars(
            select(Card).where(Card.ticket_id == ticket.id, Card.chat_id == chat.id, Card.audience == audience)
        )
        card = cards.one_or_none()
        if card is None:
            card = Card(ticket_id=ticket.id, chat_id=chat.id, audience=audience)
            self.session.add(card)
            await self.session.flush()
        card.ended, card.asks = False, None
        self.draw(card, ticket)
        return card

    def draw(self, card: Card, ticket: Ticket) -> None:
        """Have the card posted or edited; how it looks is decided when it is sent, so that only the newest is ever shown."""
        self.session.add(
            Outbox(
                chat_id=card.chat_id, kind="card", card_id=card.id, ticket_id=ticket.id, is_urgent=ticket.is_urgent,
                repeat=Repeat.SPARINGLY if card.message_id is None else Repeat.FREELY, created_at=self.now, due_at=self.now,
            )
        )  # fmt: skip

    async def redraw(self, ticket: Ticket) -> None:
        for card in await self.session.scalars(Card.of(ticket.id)):
            if not card.ended:
                self.draw(card, ticket)

    async def bump_edition(self) -> None:
        district = await self.session.scalar(select(District))
        if district is not None:
            district.edition += 1


def draw_buttons(locale: str, rows: Iterable[Iterable[Label]]) -> list[list[dict[str, Any]]]:
    """Buttons as the outbox keeps them: words in the chat's language, and what they carry."""
    return [
        [
            {
                "label": label.text if label.text is not None else words.plain(locale, label.key),
                **{
                    name: value
                    for name in ("verb", "ticket", "argument", "url", "start")
                    if (value := getattr(label, name))
                },
            }
            for label in row
        ]
        for row in rows
        if row
    ]
