"""What waits for me, and what I reported."""

from handlers.desk import Desk
from handlers.routing import Router
from models.chat import Chat
from models.draft import Draft
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
    tickets: list[Ticket] = []
    photos: list[Draft] = []
    if person.departments:
        tickets += await desk.all_of(Ticket.awaiting_department(person.departments))
    led = [grid.id for grid in book.grids.values() if person.leads(grid)] if person.grids or person.is_admin else []
    if led:
        tickets += [ticket for ticket in await desk.all_of(Ticket.awaiting_leader(led)) if ticket not in tickets]
        chats = [chat.id for chat in await desk.all_of(Chat.of_grids(led))]
        photos = await desk.all_of(Draft.unexplained_in(chats, desk.now))
    locale = await desk.language_of_whispers()
    lines = [_line(desk, ticket, locale) for ticket in tickets[:A_SCREEN]]
    waiting = [{"grid": await _grid_of_chat(desk, draft.chat_id), "at": draft.begun_at} for draft in photos[:A_SCREEN]]
    await desk.whisper("todo.list", start="todo", lines=lines, more=max(0, len(tickets) - A_SCREEN), photos=waiting)


@router.command("mine", "private", "group")
async def mine(desk: Desk) -> None:
    tickets: list[Ticket] = await desk.all_of(Ticket.reported_by(desk.me).limit(A_SCREEN))
    locale = await desk.language_of_whispers()
    await desk.whisper("mine.list", start="mine", lines=[_line(desk, ticket, locale) for ticket in tickets])


def _line(desk: Desk, ticket: Ticket, locale: str) -> dict[str, object]:
    book = desk.town
    department = book.departments.get(ticket.department_id or 0)
    return {
        "number": ticket.number,
        "category": book.category(ticket.category).name(locale),
        "place": ticket.place or desk.grid_of(ticket).name,
        "stage": ticket.stage,
        "department": department.name if department else None,
        "deadline": ticket.due_at,
        "urgent": ticket.is_urgent,
        "overdue": ticket.is_overdue(desk.now),
    }


async def _grid_of_chat(desk: Desk, chat_id: int) -> str:
    chat = await desk.session.get_one(Chat, chat_id)
    grid = desk.town.grids.get(chat.grid_id or 0)
    return grid.name if grid else chat.title
