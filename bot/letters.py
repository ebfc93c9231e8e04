"""From an outbox row to a letter: the card drawn from what is true now, our rows turned into the channel's ids."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Button, Document, Letter, Picture
from handlers import cards
from handlers import tray as trays
from handlers.book import Book
from media.blank import blank
from models.card import Card
from models.chat import Chat, Message
from models.mail import Outbox
from models.ticket import Ticket
from models.tray import Tray


class Unsayable(Exception):
    """There is nothing (any more) that this row could say. The reason is kept with the row."""


class Moot(Unsayable):
    """What it would have said has settled itself before anybody heard of it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter, and the picture it still lacks: `media` is brought from the store after the claim was committed.

    about: id of the ticket a tray shows on top, to which a reply to it refers.
    is_blank: a picture of nothing replaces the one that is there. shape: photo, or what else `media` is.
    guarded: as in Picture. drawn: digest of its words and buttons (Message.drawn).
    """

    letter: Letter
    media: str | None = None
    ref: str | None = None
    about: int | None = None
    is_blank: bool = False
    shape: Literal["photo", "video", "voice", "round"] = "photo"
    guarded: bool = False
    drawn: str = ""

    def with_picture(self, data: bytes | None) -> Letter:
        if self.is_blank:
            return replace(self.letter, picture=Picture(data=blank()))
        if data is not None:
            return replace(self.letter, picture=Picture(data=data, kind=self.shape, guarded=self.guarded))
        return replace(self.letter, picture=Picture(ref=self.ref)) if self.ref else self.letter


async def prepare(
    session: AsyncSession, row: Outbox, chat: Chat, book: Book | None, locale: str, now: datetime
) -> Prepared:
    content: dict[str, Any] = dict(row.content)
    kind = "say" if row.kind == "reply" else row.kind
    target, topic, about = row.message_id, row.topic, row.ticket_id
    reply_to, is_silent = content.get("reply_to"), False
    if row.kind == "card":
        card = await session.get_one(Card, row.card_id)
        ticket = await session.get_one(Ticket, card.ticket_id)
        if card.ended and card.message_id is None:
            raise Moot("it is history before anybody saw it")
        if book is None:
            raise Unsayable("no district")
        content = await cards.draw(session, card, ticket, chat, book, locale, now)
        kind, target = ("edit", card.message_id) if card.message_id is not None else ("say", None)
        if kind == "say" and ticket.chat_id == chat.id and ticket.report_id is not None:
            report = await session.get_one(Message, ticket.report_id)
            reply_to, topic = report.external_id, report.topic
    elif row.kind == "tray":
        if book is None:
            raise Unsayable("no district")
        tray = (await session.scalars(Tray.in_chats([chat.id]))).one()
        drawn = await trays.draw(session, tray, chat, book, locale, now)
        if drawn.is_empty and tray.message_id is None:
            raise Moot("nothing waits")
        # Nobody is rung for what is over; then the one that stands there says so.
        goes_anew = tray.message_id is None or (content.get("anew") and not drawn.is_empty)
        is_silent = bool(content.get("silent"))
        kind, target = ("say", None) if goes_anew else ("edit", tray.message_id)
        content, about = drawn.content, drawn.ticket_id
    elif row.reply_to_id is not None:
        if "under" in content and (await session.get_one(Card, content["under"])).ended:
            raise Moot("it is another's by now")
        reply_to = (await session.get_one(Message, row.reply_to_id)).external_id
    message = await session.get(Message, target) if target is not None and kind in ("edit", "remove") else None
    if kind in ("edit", "remove") and (message is None or message.external_id is None):
        raise Unsayable("the message it changes was never sent")
    picture, file = content.get("picture") or {}, content.get("document")
    if chat.kind != "private":
        picture = _for_many(picture, book)
    letter = Letter(
        kind=kind,  # type: ignore[arg-type]
        chat=chat.external_id,
        topic=topic,
        text=content.get("text", ""),
        document=Document(file["name"], file["text"].encode()) if file else None,
        buttons=tuple(tuple(Button(**button) for button in line) for line in content.get("buttons", ())),
        reply_to=reply_to,
        edit_of=message.external_id if message else await _reacted_to(session, content),
        pictured=bool(message and message.pictured),
        answer_to=content.get("press"),
        alert=bool(content.get("alert")),
        opens=content.get("start"),
        emoji=content.get("emoji"),
        silent=is_silent,
    )
    # A card that already shows its picture keeps it: only its words change.
    shows = not (row.kind == "card" and message is not None and message.pictured)
    prepared = Prepared(
        letter,
        picture.get("media") if shows and not picture.get("ref") else None,
        picture.get("ref") if shows else None,
        about,
        is_blank=bool(picture.get("blank") and message and message.pictured),
        shape=picture.get("kind", "photo"),
        guarded=bool(picture.get("guarded")),
        drawn=sha256(repr((letter.text, letter.buttons)).encode("utf-8", "replace")).hexdigest()[:32],
    )
    if message is not None and kind == "edit":
        if message.drawn == prepared.drawn and not (prepared.media or prepared.ref or prepared.is_blank):
            raise Moot("it reads so already")  # a call for nothing is one of the group's twenty a minute
        message.drawn = None  # until the note of how it went: what dies between them leaves doubt
    return prepared


def _for_many(picture: dict[str, Any], book: Book | None) -> dict[str, Any]:
    """What may stand where many read, whoever wrote the row, and when."""
    if picture.get("guarded") or picture.get("kind", "photo") != "photo":
        return {}  # nobody has looked for faces in a film
    if book is None or book.district.blurs:
        return {key: value for key, value in picture.items() if key != "ref"}  # nor in what the channel keeps
    return picture


async def _reacted_to(session: AsyncSession, content: dict[str, Any]) -> str | None:
    if "message_row" in content:
        return (await session.get_one(Message, content["message_row"])).external_id
    message: str | None = content.get("message")
    return message
