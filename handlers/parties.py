"""Who took part in a ticket, by name: for the fix that names all who worked, and for who asks whom it waits for."""

from handlers.desk import Desk
from models.ticket import Ticket


async def who_worked(desk: Desk, ticket: Ticket) -> str:
    """All whose part is done, the one in charge first; the one in charge where nobody else was called."""
    tasks = [task for task in await desk.tasks_of(ticket) if task.done_at is not None]
    ids = dict.fromkeys([ticket.department_id, *(task.department_id for task in tasks)])
    return _names(desk, ids)


async def still_awaited(desk: Desk, ticket: Ticket) -> str:
    return _names(desk, [task.department_id for task in await desk.tasks_of(ticket) if task.is_open])


def _names(desk: Desk, ids: "dict[int | None, None] | list[int]") -> str:
    return "、".join(desk.town.departments[id].name for id in ids if id in desk.town.departments)
