"""What is said in a turn: rows for the outbox, each in the language of its chat."""

from datetime import datetime, timedelta
from typing import Any

from handlers import words
from handlers.labels import Label, Rows, draw_buttons
from handlers.turn import Turn
from models.card import SHOWS_PICTURE, Card
from models.chat import Chat, Message
from models.mail import Outbox, Repeat
from models.ticket import Ticket

HOLDS = timedelta(seconds=5)
"""So long a new card waits for its picture; then it goes without, and the picture joins it by an edit."""


class Saying(Turn):
    """Answers, words to other chats, edits, cards."""

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
        urgent: bool = False,
        document: dict[str, str] | None = None,
        secret: bool = False,
        under: Card | None = None,
        **values: Any,
    ) -> Message | None:
        """A new message in a chat, in that chat's language. remember: it gets a row of ours, to be edited,
        removed or replied to. document: a file, by name and text. secret: forgotten once it was said.
        urgent: it goes before what is queued, as all that is said of an urgent ticket. under: said only
        while that card is no history."""
        content = self._content(chat, key, buttons, picture, values)
        if document is not None:
            content["document"] = document
        if secret:
            content["secret"] = True
        if under is not None:
            content["under"] = under.id
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
            "reply" if secret else "say",
            content,
            ticket=ticket,
            message_id=message.id if message else None,
            reply_to_id=reply_to,
            repeat=repeat,
            topic=topic,
            urgent=urgent,
        )
        return message

    def edit(self, message: Message, chat: Chat, key: str, *, buttons: Rows = (), ticket: Ticket | None = None,
             picture: dict[str, Any] | None = None, **values: Any) -> None:  # fmt: skip
        content = self._content(chat, key, buttons, picture, values)
        self.post(chat, "edit", content, ticket=ticket, message_id=message.id, repeat=Repeat.FREELY)

    def _content(
        self, chat: Chat, key: str, buttons: Rows, picture: dict[str, Any] | None, values: dict[str, Any]
    ) -> dict[str, Any]:
        locale = self.language_of(chat)
        content = {"text": self.sentence(locale, key, **values), "buttons": draw_buttons(locale, buttons)}
        return {**content, "picture": picture} if picture else content

    def remove(self, message_id: int, chat_id: int) -> None:
        self.session.add(
            Outbox(
                chat_id=chat_id, kind="remove", message_id=message_id, repeat=Repeat.FREELY, created_at=self.now,
                due_at=self.now,
            )
        )  # fmt: skip

    def post(
        self,
        chat: Chat,
        kind: str,
        content: dict[str, Any],
        *,
        ticket: Ticket | None = None,
        urgent: bool = False,
        **columns: Any,
    ) -> None:
        urgent = urgent or bool(ticket and ticket.rushes)
        self.session.add(
            Outbox(
                chat_id=chat.id, kind=kind, content=content, ticket_id=ticket.id if ticket else None, is_urgent=urgent,
                created_at=self.now, due_at=self.now, **columns,
            )
        )  # fmt: skip

    async def answer(
        self, key: str, *, alert: bool = False, buttons: Rows = (), ticket: Ticket | None = None,
        remember: bool = False, **values: Any,
    ) -> None:  # fmt: skip
        """An answer to the one who asked, where he asked: a press is answered on its button, words under the words.
        remember: it gets a row of ours also without a ticket, to be edited."""
        heard = self.said
        if heard.press is not None:
            text = words.plain(self.locale, key, **self._all(values))
            self.answered = True
            self.post(self.here, "answer", {"press": heard.press.id, "text": text, "alert": alert}, repeat=Repeat.NEVER)
            return
        if ticket is not None and ticket.is_restricted and not (self.here.is_private or self.here.department_id):
            # A group would read what it is, or how it goes.
            await self.whisper(key, start=f"ticket-{ticket.number}", ticket=ticket, buttons=buttons, **values)
            return
        content = {
            "text": self.sentence(self.locale, key, **values),
            "buttons": draw_buttons(self.locale, buttons),
            "reply_to": heard.message,
        }
        message = None
        if ticket is not None or remember:
            message = Message(
                chat_id=self.here.id, topic=heard.chat.topic, ticket_id=ticket.id if ticket else None,
                purpose="answer", at=self.now,
            )  # fmt: skip
            self.session.add(message)
            await self.session.flush()
        # What came of a deed is news, and stands before what follows from it; the rest was merely asked for.
        is_news = any(one.news for one in self.tickets.values())
        self.post(
            self.here, "say" if is_news else "reply", content, ticket=ticket,
            message_id=message.id if message else None, topic=heard.chat.topic,
        )  # fmt: skip

    async def language_of_whispers(self) -> str:
        """What is whispered now is read in this language."""
        private = await self.session.scalar(Chat.private_of([self.me.id]))
        return self.language_of(private or self.here)

    async def whisper(
        self, key: str, *, start: str = "help", ticket: Ticket | None = None, buttons: Rows = (),
        remember: bool = False, **values: Any,
    ) -> None:  # fmt: skip
        """An answer for the asker's eyes alone: in his private chat, or a button in the group that opens it."""
        if self.here.is_private:
            await self.answer(key, ticket=ticket, buttons=buttons, remember=remember, **values)
            return
        private = await self.session.scalar(Chat.private_of([self.me.id]))
        if private is None:
            await self.answer("private.open_first", buttons=[[Label("button.open_private", start=start)]])
            return
        await self.say(private, key, ticket=ticket, buttons=buttons, remember=remember or ticket is not None, **values)

    async def alone(self, start: str) -> Chat | None:
        """The asker's private chat. None: it is not open, and the group has shown him the button that opens it."""
        if self.here.is_private:
            return self.here
        private: Chat | None = await self.session.scalar(Chat.private_of([self.me.id]))
        if private is None:
            await self.answer("private.open_first", buttons=[[Label("button.open_private", start=start)]])
        return private

    async def tell_privately(self, person_id: int, key: str, **values: Any) -> bool:
        """A word to somebody alone, if his private chat is open. Returns whether it is."""
        private = await self.session.scalar(Chat.private_of([person_id]))
        if private is not None:
            await self.say(private, key, **values)
        return private is not None

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

    async def cards_of(self, ticket: Ticket) -> list[Card]:
        """A ticket's cards, asked for once a turn."""
        if ticket.id not in self.cards:
            self.cards[ticket.id] = list(await self.session.scalars(Card.of(ticket.id)))
        return self.cards[ticket.id]

    async def open_card(self, ticket: Ticket, chat: Chat, audience: str) -> Card:
        """The ticket's card in a chat: posted, or the one that stands there taken up again, with a word that rings."""
        cards = await self.cards_of(ticket)
        card = next((card for card in cards if (card.chat_id, card.audience) == (chat.id, audience)), None)
        if card is None:
            card = Card(ticket_id=ticket.id, chat_id=chat.id, audience=audience, ended=False, asks=None)
            cards.append(card)
            self.session.add(card)
        card.ended, card.asks = False, None
        self.draw(card, ticket, self._when(card, ticket))
        if card.message_id is not None and audience != "cc":
            # An edit rings on nobody's phone, which is right for who need do nothing.
            await self.say(
                chat, "card.again", ticket=ticket, reply_to=card.message_id, number=ticket.number, remember=True,
                under=card,
            )  # fmt: skip
        return card

    def _when(self, card: Card, ticket: Ticket) -> datetime:
        """When it may go: one that shows a picture waits a moment, so that one message brings both; danger does not."""
        is_first = card.message_id is None and card.audience in SHOWS_PICTURE
        blurs = self.book is not None and self.book.district.blurs
        is_held = is_first and blurs and ticket.id in self.awaited and not ticket.is_urgent
        return self.now + HOLDS if is_held else self.now

    def draw(self, card: Card, ticket: Ticket, due: datetime | None = None) -> None:
        """Have the card posted or edited; how it looks is decided when it is sent,
        so that only the newest is ever shown."""
        if card in self.drawn:
            return
        self.drawn.add(card)
        self.session.add(
            Outbox(
                chat_id=card.chat_id, kind="card", card=card, ticket_id=ticket.id, is_urgent=ticket.rushes,
                repeat=Repeat.SPARINGLY if card.message_id is None else Repeat.FREELY, created_at=self.now,
                due_at=due or self.now,
            )
        )  # fmt: skip

    async def redraw(self, ticket: Ticket) -> None:
        for card in await self.cards_of(ticket):
            if not card.ended:
                self.draw(card, ticket)
