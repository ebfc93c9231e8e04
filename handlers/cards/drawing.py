"""The living card of a ticket in one chat: drawn when it is sent, from what is true then,
with the buttons its stage allows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.buttons import buttons_of
from handlers.cards.face import Face, face_of
from handlers.cards.fitting import IN_A_MESSAGE, UNDER_A_PICTURE, length, shortened
from handlers.cards.further import with_further
from handlers.cards.joined import parting_buttons
from handlers.cards.joint import joint_template, with_calling
from handlers.labels import Label, draw_buttons
from handlers.leaders import side_of
from models.card import SHOWS_PICTURE, Card
from models.chat import Chat
from models.person import Person
from models.photo import Photo, PhotoKind, PhotoState
from models.rights import Standing, may
from models.task import Task
from models.ticket import Stage, Ticket, TicketEvent

HUSHED = "card.hushed"
"""What is not public any more, for departments that have nothing to do with it."""
BLANK = {"blank": True}
"""In place of the picture it had: a message keeps a picture for ever, but not which one."""


async def draw(
    session: AsyncSession, card: Card, ticket: Ticket, chat: Chat, book: Book, locale: str, now: datetime
) -> dict[str, Any]:
    """Text, buttons and picture of a card, as the outbox keeps what is said."""
    face = await face_of(session, card, ticket, book, locale, now)
    held = await _held(session, card, ticket, chat, book)
    is_unheard = await is_unreached(session, card, ticket)
    key = "card.unreached" if is_unheard else await _template(session, card, ticket, chat)
    if card.audience == "staff" and not held - {Standing.ANYONE, Standing.REPORTER, Standing.ADMIN}:
        key = HUSHED if ticket.is_restricted else "card.moved"
    key = await joint_template(session, card, ticket) or key
    # Of what is not public only those see a picture who have to act on it.
    is_hushed = key == HUSHED or (ticket.is_restricted and card.audience == "cc")
    is_shown = card.audience in SHOWS_PICTURE and not is_hushed
    photos = list(await session.scalars(Photo.of(ticket.id))) if is_shown else []
    picture = shown_of([photo for photo in photos if photo.role == "before"], blurs=book.district.blurs)

    def text_of(face: Face) -> str:
        return words.say(locale, key, card=face, now=now, zone=book.zone)

    room = (UNDER_A_PICTURE if picture else IN_A_MESSAGE) - length(text_of(replace(face, text="")))
    rows = buttons_of(card, ticket, chat, book, locale, held)
    rows = await with_calling(session, card, ticket, book, locale, rows)
    rows = [*rows, *parting_buttons(ticket, locale, face.notes)]
    rows = [*rows, *await _way_in(session, card, ticket), *_originals(card, ticket, chat, book, held, photos)]
    rows = await with_further(session, card, ticket, chat, locale, rows, photos, held)
    return {
        "text": text_of(replace(face, text=shortened(face.text, room))),
        "buttons": draw_buttons(locale, rows),
        "picture": BLANK if is_hushed else picture,
    }


def _originals(
    card: Card, ticket: Ticket, chat: Chat, book: Book, held: frozenset[Standing], photos: list[Photo]
) -> list[list[Label]]:
    """看原图, where the district allows it and something was hidden: on cards of those who may press it."""
    if card.ended or card.asks or not book.district.shows_originals or not any(has_original(photo) for photo in photos):
        return []
    is_theirs = card.audience == "leader" or (card.audience == "staff" and may("see_original", held))
    is_its = card.audience == "department" and chat.department_id == ticket.department_id
    is_theirs = is_theirs or (is_its and ticket.stage != Stage.RETURNED)
    return [[Label("button.original", "original", ticket.number)]] if is_theirs else []


async def _way_in(session: AsyncSession, card: Card, ticket: Ticket) -> list[list[Label]]:
    """What is not public goes on in private: whoever told of it and has no private chat yet is shown the way there. To
    others the link tells nothing (handlers/show.py)."""
    if card.audience != "group" or not (ticket.is_restricted and ticket.is_open) or ticket.reporter_id is None:
        return []
    if await session.scalar(Chat.private_of([ticket.reporter_id]).limit(1)) is not None:
        return []
    return [[Label("button.open_private", start=f"ticket-{ticket.number}")]]


async def _held(
    session: AsyncSession, card: Card, ticket: Ticket, chat: Chat, book: Book
) -> frozenset[Standing]:  # fmt: skip
    """What the one in whose private chat a card of his own stands is to the ticket, by now."""
    if card.audience != "staff" or chat.person_id is None:
        return frozenset()
    person = (await session.scalars(Person.by_ids([chat.person_id]))).one()
    tasks = list(await session.scalars(Task.of(ticket.id, ticket.round))) if ticket.response is not None else []
    own = next((task for task in tasks if person.works_for(task.department_id)), None)
    return ticket.standings(person, side_of(book, ticket, person), own)


async def _template(session: AsyncSession, card: Card, ticket: Ticket, chat: Chat) -> str:
    is_moved = card.audience == "department" and chat.department_id != ticket.department_id
    if ticket.is_restricted and (is_moved or (card.audience in ("cc", "leader") and card.ended)):
        return HUSHED
    if is_moved:
        return "card.moved" if await _had_it(session, ticket, chat) else "card.elsewhere"
    if card.audience == "cc" and card.ended and ticket.is_open:
        return "card.cc_leads" if chat.department_id == ticket.department_id else "card.cc_over"
    if card.audience == "group" and ticket.is_restricted:
        return "card.group_restricted"
    return f"card.{card.audience}"


async def _had_it(session: AsyncSession, ticket: Ticket, chat: Chat) -> bool:
    """Whether it was sent to the department of this chat; else the chat alone is another one's by now."""
    if chat.department_id is None:
        return False
    sent = await session.scalars(TicketEvent.of(ticket.id).where(TicketEvent.kind == "dispatched"))
    return any(event.data["to"] == chat.department_id for event in sent)


async def is_unreached(session: AsyncSession, card: Card, ticket: Ticket) -> bool:
    """Whether the leader has to know that his department reads nothing here."""
    if card.audience != "leader" or card.ended or ticket.stage != Stage.DISPATCHED or ticket.department_id is None:
        return False
    chats = await session.scalars(Chat.of_department(ticket.department_id))
    return all(chat.is_parked for chat in chats)


async def picture_of(session: AsyncSession, ticket: Ticket, *, blurs: bool = True) -> dict[str, Any] | None:
    """The first picture of the problem that can be shown."""
    photos = [photo for photo in await session.scalars(Photo.of(ticket.id)) if photo.role == "before"]
    return shown_of(photos, blurs=blurs)


async def pictures_to_judge(session: AsyncSession, ticket: Ticket) -> list[Photo]:
    """What a leader looks at: of what is said to be mended, what they sent as proof in this round; else the problem."""
    photos = [photo for photo in await session.scalars(Photo.of(ticket.id)) if photo.kind == PhotoKind.PHOTO]
    if ticket.stage == Stage.RESOLVED:
        return [photo for photo in photos if photo.role == "after" and photo.round == ticket.round]
    return [photo for photo in photos if photo.role == "before"]


def shown_of(photos: Iterable[Photo], *, blurs: bool) -> dict[str, Any] | None:
    """The first of them that can be shown."""
    return next((shown for photo in photos if (shown := as_picture(photo, blurs=blurs))), None)


def has_original(photo: Photo) -> bool:
    """Whether something was hidden in it, and what was is still kept."""
    return bool(photo.hidden) and photo.state == PhotoState.KEPT and photo.media is not None


def as_picture(photo: Photo, *, blurs: bool = True) -> dict[str, Any] | None:
    """How a photo may be shown to anybody but its sender: by the copy for many eyes, once it was looked at.

    blurs: whether the district has faces and plates hidden. Else nothing need be looked for, and what came as a photo
    goes on at once, under the channel's own name for it; a file still tells where and when, until it is clean.
    """
    if photo.kind != PhotoKind.PHOTO:
        return None
    is_kept = photo.state == PhotoState.KEPT
    if blurs:
        # Never under the channel's name: that one is larger than what was looked at, and nothing in it is hidden.
        return {"media": photo.public} if is_kept and photo.public else None
    ref = photo.ref if not photo.file and (is_kept or photo.state == PhotoState.WAITING) else None
    media = (photo.public or photo.media) if is_kept else None
    return {"media": media, "ref": ref or None} if media or ref else None
