"""What waits for me, and what I reported."""

from sqlalchemy import select

from handlers import tray as trays
from handlers.cards.line import line_of
from handlers.desk import Desk
from handlers.leaders import led_by
from handlers.routing import Router
from models.chat import Chat
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()
A_SCREEN = 10


@router.command("todo", "leader", "department")
async def todo(desk: Desk) -> None:
    """For an officer his department's open tickets, oldest deadline first; for a leader what he must sort or check,
    and photos without words."""
    person, book = desk.me, desk.town
    if not (person.departments or person.grids or person.is_admin):
        raise Refusal("todo.not_staff")
    led = led_by(book, person)
    questions = [Ticket.awaiting_department(person.departments)] if person.departments else []
    questions += [Ticket.awaiting_leader(led)] if led else []
    ids: dict[int, None] = {}
    for question in questions:
        ids.update(dict.fromkeys(await desk.session.scalars(question.with_only_columns(Ticket.id))))
    shown = list(ids)[:A_SCREEN]
    found = {ticket.id: ticket for ticket in await desk.all_of(select(Ticket).where(Ticket.id.in_(shown)))}
    photos = await trays.unexplained(desk.session, led, desk.now) if led else []
    locale = await desk.language_of_whispers()
    lines = [line_of(found[ticket_id], book, locale, desk.now) for ticket_id in shown]
    waiting = [{"grid": await _grid_of_chat(desk, draft.chat_id), "at": draft.begun_at} for draft in photos[:A_SCREEN]]
    await desk.whisper("todo.list", start="todo", lines=lines, more=len(ids) - len(shown), photos=waiting)


@router.command("mine", "private", "group")
async def mine(desk: Desk) -> None:
    tickets: list[Ticket] = await desk.all_of(Ticket.reported_by(desk.me).limit(A_SCREEN))
    locale = await desk.language_of_whispers()
    lines = [line_of(ticket, desk.town, locale, desk.now) for ticket in tickets]
    await desk.whisper("mine.list", start="mine", lines=lines)


async def _grid_of_chat(desk: Desk, chat_id: int) -> str:
    chat = await desk.session.get_one(Chat, chat_id)
    grid = desk.town.grids.get(chat.grid_id or 0)
    return grid.name if grid else chat.title
