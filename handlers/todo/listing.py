"""/todo: what is mine now, danger first, then the oldest deadline; in pages, each ticket a button that opens it."""

from typing import Any

from sqlalchemy import func, select

from handlers import tray as trays
from handlers.cards.line import line_of
from handlers.desk import Desk
from handlers.labels import Label, Rows
from handlers.leaders import standing
from handlers.routing import Router
from handlers.todo.why import Because, because_of
from models.chat import Chat, Message
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()
A_PAGE = 8
A_ROW = 4
SHORT = 4
"""Digits of a number on its button; as many more as it takes to tell two apart."""
DIGITS = 6
PHOTOS = 10


@router.command("todo", "leader", "department")
async def todo(desk: Desk) -> None:
    """In private, for officers and leaders alike; photos without words as well."""
    buttons, values = await _page(desk, 0)
    await desk.whisper("todo.list", start="todo", buttons=buttons, remember=True, **values)


@router.button("todo")
async def turn_to(desk: Desk) -> None:
    """‹ and ›: another page, in the same message."""
    press = desk.said.press
    page = press.argument if press is not None else None
    message = await desk.session.scalar(Message.heard_as(desk.here.id, desk.said.message or ""))
    if page is None or not page.isdecimal() or len(page) > DIGITS or message is None or not desk.here.is_private:
        raise Refusal("press.unknown")
    if message.ticket_id is not None or message.purpose != "answer":
        raise Refusal("press.unknown")
    buttons, values = await _page(desk, int(page))
    desk.edit(message, desk.here, "todo.list", buttons=buttons, **values)


async def _page(desk: Desk, page: int) -> tuple[Rows, dict[str, Any]]:
    person, book = desk.me, desk.town
    if not (person.departments or person.grids or person.is_admin):
        raise Refusal("todo.not_staff")
    private = await desk.session.scalar(Chat.private_of([person.id]))
    rungs = await standing(desk.session, book, private) if private is not None else {}
    mine = Ticket.minded_by(person.departments, rungs, desk.now, book.district.limit("urge")).subquery()
    count = await desk.session.scalar(select(func.count()).select_from(mine)) or 0
    pages = max(1, -(-count // A_PAGE))
    page = min(page, pages - 1)
    found = select(Ticket).where(Ticket.id.in_(select(mine.c.id))).order_by(*Ticket.soonest())
    tickets: list[Ticket] = await desk.all_of(found.limit(A_PAGE).offset(page * A_PAGE))
    locale = await desk.language_of_whispers()
    because = await because_of(desk, tickets)
    photos = await trays.unexplained(desk.session, rungs.get(0, ()), desk.now) if page == 0 else []
    return _buttons(tickets, page, pages), {
        "count": count, "page": page + 1, "pages": pages,
        "lines": [_line(desk, ticket, because, locale) for ticket in tickets],
        "photos": [{"grid": await _grid_of_chat(desk, one.chat_id), "at": one.begun_at} for one in photos[:PHOTOS]],
    }  # fmt: skip


def _line(desk: Desk, ticket: Ticket, because: Because, locale: str) -> dict[str, Any]:
    line = line_of(ticket, desk.town, locale, desk.now)
    return {**line, "restricted": ticket.is_restricted, "why": because.told(ticket, locale)}


def _buttons(tickets: list[Ticket], page: int, pages: int) -> Rows:
    numbers = [ticket.number for ticket in tickets]
    labels = [Label(verb="open", ticket=number, text=short) for number, short in _short(numbers).items()]
    rows = [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]
    back = [Label("tree.back", "todo", argument=str(page - 1))] if page else []
    on = [Label("tree.on", "todo", argument=str(page + 1))] if page + 1 < pages else []
    return [*rows, [*back, *on]]


def _short(numbers: list[str]) -> dict[str, str]:
    """The last four digits of each, or more of them where two days have the same."""
    shown = {}
    for number in numbers:
        digits = SHORT
        while digits < len(number) and sum(other.endswith(number[-digits:]) for other in numbers) > 1:
            digits += 2  # the day, the month, the year
        shown[number] = number[-digits:]
    return shown


async def _grid_of_chat(desk: Desk, chat_id: int) -> str:
    chat = await desk.session.get_one(Chat, chat_id)
    grid = desk.town.grids.get(chat.grid_id or 0)
    return grid.name if grid else chat.title
