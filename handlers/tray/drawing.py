"""A leader's tray as it is now: drawn when it is sent, so that only the newest is ever shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.drawing import is_unreached, pictures_to_judge
from handlers.cards.face import Face, face_of
from handlers.cards.fitting import IN_A_MESSAGE, length, shortened
from handlers.cards.line import line_of
from handlers.labels import draw_buttons
from handlers.tray.buttons import buttons_of
from handlers.tray.reports import reports_to_look_at
from handlers.tray.waiting import pictures_in, what_waits
from handlers.whose import escalated_to_him, why_it_waits
from models.card import Card
from models.chat import Chat
from models.draft import Draft
from models.photo import PhotoState
from models.ticket import Stage, Ticket, TicketEvent
from models.tray import Tray

OTHERS = 6
PHOTOS = 3
WORDS = 400
"""UTF-16 units of the reporter's words: who has more to read than that asks for the ticket."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """content: as the outbox keeps what is said. ticket_id: the one on top, to which a reply to this refers.
    is_empty: nothing waits."""

    content: dict[str, Any]
    ticket_id: int | None
    is_empty: bool


async def draw(session: AsyncSession, tray: Tray, chat: Chat, book: Book, locale: str, now: datetime) -> Drawn:
    waiting = await what_waits(session, book, chat, now)
    photos = await _photos(session, waiting.photos[:PHOTOS], book)
    unexplained = await pictures_in(session, waiting.photos)
    top = waiting.top(tray)
    marked = await reports_to_look_at(session, chat, waiting.rungs.get(0, ()), top, book, locale, now)
    if top is None:
        shown = {"photos": photos, "unexplained": unexplained, "now": now, "zone": book.zone}
        text = words.say(locale, "tray.photos", **shown) if photos else words.say(locale, "tray.nothing")
        text = "\n".join([text, words.say(locale, "tray.reports", reports=marked)]) if marked else text
        return Drawn({"text": text, "buttons": []}, None, not photos)
    # Those beside the one on top, in the order in which 下一件 shows them.
    at = waiting.ids.index(top)
    others = (waiting.ids[at + 1 :] + waiting.ids[:at])[:OTHERS]
    found = {ticket.id: ticket for ticket in await session.scalars(select(Ticket).where(Ticket.id.in_([top, *others])))}
    ticket = found[top]
    values = {
        "count": len(waiting.ids), "position": at + 1, "more": len(waiting.ids) - 1 - len(others),
        "lines": [line_of(found[id], book, locale, now) for id in others],
        "photos": photos, "unexplained": unexplained, "reports": marked, "now": now, "zone": book.zone,
        **await _why(session, ticket, chat, book, locale, waiting.above(ticket)),
    }  # fmt: skip
    face = await face_of(session, _as_card(tray, ticket), ticket, book, locale, now)

    def text_of(face: Face) -> str:
        return words.say(locale, "tray.card", card=face, **values)

    room = min(WORDS, IN_A_MESSAGE - length(text_of(replace(face, text=""))))
    pictures = await pictures_to_judge(session, ticket)
    is_pictured = any(photo.state in (PhotoState.KEPT, PhotoState.WAITING) for photo in pictures)
    buttons = buttons_of(tray, ticket, book, locale, is_pictured=is_pictured, has_others=bool(others))
    text = text_of(replace(face, text=shortened(face.text, room)))
    return Drawn({"text": text, "buttons": draw_buttons(locale, buttons)}, top, False)


def moved(locale: str, number: str | None) -> dict[str, Any]:
    """What is left of a tray of which a newer one stands below."""
    return {"text": words.say(locale, "tray.moved", number=number), "buttons": []}


async def _why(
    session: AsyncSession, ticket: Ticket, chat: Chat, book: Book, locale: str, above: int
) -> dict[str, Any]:
    """Since when it waits, and why. above: how many levels below had it first."""
    events = list(await session.scalars(TicketEvent.of(ticket.id)))
    last = {event.kind: event for event in events}
    sent, returned = last.get("dispatched"), last.get("returned")
    since = returned.seq if returned else 0  # then it went back to who sent it, and up again only from there
    told_up = {event.data["level"]: event for event in events if event.kind == "escalated" and event.seq > since}
    placed = last.get("placed") if ticket.is_outside else None
    began = placed or sent if ticket.stage == Stage.DISPATCHED else returned
    began = last.get("late", began) if ticket.late_for is not None else began
    began = last.get("asked", began) if ticket.request else began
    is_unheard = await is_unreached(session, _as_card(Tray(chat_id=chat.id), ticket), ticket)
    reason = returned.data.get("reason") if returned else None
    why = why_it_waits(book, locale, ticket, reason, is_unheard=is_unheard)
    if above and above in told_up:
        began = told_up[above]
        below = told_up[above - 1].data["grid"] if above > 1 and above - 1 in told_up else ticket.grid_id
        why = [escalated_to_him(book, locale, below, began.data["minutes"], began.data.get("cause")), *why]
    return {"since": began.at if began else ticket.reported_at, "why": why}


def _as_card(tray: Tray, ticket: Ticket) -> Card:
    """The ticket as a leader's card would show it; never kept."""
    asks = tray.asks if tray.ticket_id == ticket.id else None
    return Card(ticket_id=ticket.id, chat_id=tray.chat_id, audience="leader", asks=asks, ended=False)


async def _photos(session: AsyncSession, drafts: list[Draft], book: Book) -> list[dict[str, Any]]:
    if not drafts:
        return []
    found = await session.scalars(select(Chat).where(Chat.id.in_([draft.chat_id for draft in drafts])))
    chats = {chat.id: chat for chat in found}
    shown = []
    for draft in drafts:
        chat = chats[draft.chat_id]
        grid = book.grids.get(chat.grid_id or 0)
        shown.append({"grid": grid.name if grid else chat.title, "at": draft.begun_at})
    return shown
