"""The living card of a ticket in one chat: drawn when it is sent, from what is true then,
with the buttons its stage allows."""

import html
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.labels import Label, Rows, draw_buttons
from models.card import Card, Witness
from models.chat import Chat
from models.department import Department
from models.photo import Photo, PhotoState
from models.ticket import WITH_LEADER, Stage, Ticket, TicketEvent
from reading.datum import map_link, to_datum

LIKELY_DEPARTMENTS = 3
A_ROW = 2
IN_A_MESSAGE, UNDER_A_PICTURE = 4096, 1024
"""UTF-16 units a card may have. The reporter's words are cut, and never what stands below them: the place,
the limit, what to do."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a card tells, already in the chat's language."""

    number: str
    stage: str
    category: str
    grid: str
    place: str | None
    place_source: str
    map: str | None
    department: str | None
    phone: str | None
    deadline: datetime | None
    urgent: bool
    hotline: str | None
    text: str
    met: int
    reason: str | None
    overdue: bool
    asks: str | None


async def draw(
    session: AsyncSession, card: Card, ticket: Ticket, chat: Chat, book: Book, locale: str, now: datetime
) -> dict[str, Any]:
    """Text, buttons and picture of a card, as the outbox keeps what is said."""
    face = await _face(session, card, ticket, book, locale, now)
    picture = await _picture(session, ticket) if card.audience in ("department", "cc", "leader") else None
    key = "card.unreached" if await _is_unreached(session, card, ticket) else _template(card, ticket, chat)

    def text_of(face: Face) -> str:
        return words.say(locale, key, card=face, now=now, zone=book.zone)

    room = (UNDER_A_PICTURE if picture else IN_A_MESSAGE) - _length(text_of(replace(face, text="")))
    return {
        "text": text_of(replace(face, text=_shortened(face.text, room))),
        "buttons": draw_buttons(locale, _buttons(card, ticket, chat, book, locale)),
        "picture": picture,
    }


def _template(card: Card, ticket: Ticket, chat: Chat) -> str:
    if card.audience == "department" and chat.department_id != ticket.department_id:
        return "card.moved"
    if card.audience == "group" and ticket.is_restricted:
        return "card.group_restricted"
    return f"card.{card.audience}"


async def _face(session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime) -> Face:
    category, department = book.category(ticket.category), book.departments.get(ticket.department_id or 0)
    returned = None
    if ticket.stage == Stage.RETURNED:
        returned = await session.scalar(
            select(TicketEvent)
            .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "returned")
            .order_by(TicketEvent.seq.desc())
            .limit(1)
        )
    met = await session.scalar(select(func.count()).select_from(Witness).where(Witness.ticket_id == ticket.id))
    point = None
    if ticket.latitude is not None and ticket.longitude is not None:
        latitude, longitude = to_datum(ticket.latitude, ticket.longitude, "wgs84", book.datum)
        point = map_link(latitude, longitude, datum=book.datum, name=ticket.place or ticket.number)
    return Face(
        number=ticket.number,
        stage=ticket.stage,
        category=category.name(locale),
        grid=book.grids[ticket.grid_id].name,
        place=ticket.place,
        place_source=words.plain(locale, f"place_source.{ticket.place_source}"),
        map=point,
        department=department.name if department else None,
        phone=department.phone if department else None,
        deadline=ticket.deadline,
        urgent=ticket.is_urgent or category.is_urgent,
        hotline=category.hotline if ticket.is_urgent or category.is_urgent or category.deadline_unit == "now" else None,
        text=ticket.text,
        met=met or 0,
        reason=returned.data.get("reason") if returned else None,
        overdue=ticket.is_overdue(now),
        asks=card.asks,
    )


async def _is_unreached(session: AsyncSession, card: Card, ticket: Ticket) -> bool:
    """Whether the leader has to know that his department reads nothing here."""
    if card.audience != "leader" or ticket.stage != Stage.DISPATCHED or ticket.department_id is None:
        return False
    chats = await session.scalars(Chat.of_department(ticket.department_id))
    return all(chat.is_parked for chat in chats)


def _buttons(card: Card, ticket: Ticket, chat: Chat, book: Book, locale: str) -> Rows:
    number = ticket.number
    if card.ended:
        return []
    if card.audience == "group":
        shared = ticket.is_open and ticket.stage != Stage.RESOLVED and not ticket.is_restricted
        return [[Label("button.join", "join", number)]] if shared else []
    if card.audience == "department" and chat.department_id == ticket.department_id:
        return _department_buttons(card, ticket, locale)
    if card.audience == "leader":
        return _leader_buttons(card, ticket, book)
    return []


def _department_buttons(card: Card, ticket: Ticket, locale: str) -> Rows:
    number, back = ticket.number, ticket.allows("return")
    if card.asks == "return" and back:
        reasons = [
            Label(verb="return", ticket=number, argument=str(index), text=reason)
            for index, reason in enumerate(words.listed(locale, "reasons.return"))
        ]
        return [*([reason] for reason in reasons), [Label("button.cancel", "cancel", number)]]
    accept = [Label("button.accept", "accept", number)] if ticket.allows("accept") else []
    return [[*accept, Label("button.return", "return", number)]] if back else []


def _leader_buttons(card: Card, ticket: Ticket, book: Book) -> Rows:
    number = ticket.number
    if not ticket.is_before_work:
        return []
    current = [department for department in book.departments.values() if department.retired_at is None]
    if card.asks == "dispatch":
        return [*_in_rows(current, number), [Label("button.cancel", "cancel", number)]]
    if ticket.stage in WITH_LEADER:
        return [
            *_in_rows(likely_departments(ticket, book), number),
            [Label("button.other_department", "redispatch", number)],
        ]
    return [[Label("button.redispatch", "redispatch", number)]]


def likely_departments(ticket: Ticket, book: Book) -> list[Department]:
    """Whose it most likely is: the category's own, those that join in with it,
    and never who has just handed it back first."""
    category = book.category(ticket.category)
    way = book.way(category, book.grids[ticket.grid_id], ticket.text)
    joint = [department for name in category.joint_depts if (department := book.department_named(name))]
    found: list[Department] = []
    for department in ([way.lead] if way else []) + book.own_departments(category) + joint:
        if department not in found and not (ticket.stage == Stage.RETURNED and department.id == ticket.department_id):
            found.append(department)
    return found[:LIKELY_DEPARTMENTS]


def _in_rows(departments: list[Department], number: str) -> list[list[Label]]:
    labels = [
        Label(verb="dispatch", ticket=number, argument=str(department.id), text=department.name)
        for department in departments
    ]
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]


def _shortened(text: str, room: int) -> str:
    """At most `room` units, ending in … after a whole character."""
    if _units(text) <= room:
        return text
    while text and (_units(text) >= room or unicodedata.category(text[-1]) in ("Mn", "Me", "Cf")):
        text = text[: -max(1, (_units(text) - room) // 2)]
    return text.rstrip() + "…"


def _length(markup: str) -> int:
    """Units of a sentence as people see it."""
    return _units(html.unescape(re.sub(r"<[^>]*>", "", markup)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


async def _picture(session: AsyncSession, ticket: Ticket) -> dict[str, Any] | None:
    photos = [photo for photo in await session.scalars(Photo.of(ticket.id)) if photo.role == "before"]
    return next((shown for photo in photos if (shown := as_picture(photo))), None)


def as_picture(photo: Photo) -> dict[str, Any] | None:
    """How a photo may be shown: kept clean, else again under the channel's own name, unless it is a file,
    which still tells where and when."""
    if photo.state == PhotoState.KEPT and photo.media:
        return {"media": photo.media, "ref": None if photo.file else photo.ref}
    return {"ref": photo.ref} if not photo.file and photo.state != PhotoState.FAILED else None
