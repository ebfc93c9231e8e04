"""Departments are called to a ticket: their tasks are kept, and who called them reads what came of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from handlers import words
from handlers.asking import stop_asking
from handlers.calling.named import Named
from handlers.desk import Desk
from handlers.leaders import side_of
from models.chat import Chat
from models.mail import Outbox
from models.refusal import Refusal
from models.task import Response, Task
from models.ticket import IN_HAND, Ticket

DONE = {Response.WHISTLE: "whistle.done", Response.EMERGENCY: "emergency.done"}
MOST_CALLED = 10
"""To one ticket: more parties than that fit on no card, and nobody keeps an eye on them."""


async def summon(desk: Desk, ticket: Ticket, named: Named, response: Response) -> None:
    book, tasks = desk.town, await desk.tasks_of(ticket)
    had = ticket.department_id if ticket.stage in IN_HAND else None
    check_number(ticket, named, tasks)
    told = "；".join(f"{one.name}：{named.words[one.id]}" for one in named.departments if one.id in named.words)
    new = ticket.whistle(
        named.departments, tasks, by=desk.me, at=desk.now, grid=side_of(book, ticket, desk.me),
        limits=book.limits(ticket.category, ticket.text), hours=book.hours,
        report_in=book.district.limit("report_in"), response=response, words=told,
    )  # fmt: skip
    if response == Response.EMERGENCY:
        # What is still queued of it was not urgent then, and nothing overtakes an elder of its own ticket.
        queued = update(Outbox).where(Outbox.ticket_id == ticket.id, Outbox.is_pending())
        await desk.session.execute(queued.values(is_urgent=True))
    await keep(desk, tasks, new, named)
    await stop_asking(desk, ticket)
    called = await values_of(desk, [task for task in new if task.department_id != had])
    others = [
        desk.town.departments[task.department_id].name for task in new if task.department_id != ticket.department_id
    ]
    lead = words.plain(desk.locale, "whistle.lead", department=desk.town.departments[ticket.department_id or 0].name)
    await desk.answer(
        DONE[response], ticket=ticket, number=ticket.number, **{**called, "parties": "、".join([lead, *others])}
    )


def check_number(ticket: Ticket, named: Named, tasks: Sequence[Task]) -> None:
    parties = {task.department_id for task in tasks} | {one.id for one in named.departments}
    if len(parties) > MOST_CALLED:
        raise Refusal("whistle.many", number=ticket.number, most=MOST_CALLED)


async def keep(desk: Desk, tasks: list[Task], new: Sequence[Task], named: Named) -> None:
    """tasks: those of the round, as the desk holds them."""
    for task in new:
        if task not in tasks:
            tasks.append(task)
            desk.session.add(task)
    for task in tasks:
        task.words = named.words.get(task.department_id, task.words)
    await desk.session.flush()


async def values_of(desk: Desk, new: Sequence[Task]) -> dict[str, Any]:
    """parties: who was called. unheard: those who read nothing here, with their telephones."""
    called = [desk.town.departments[task.department_id] for task in new]
    unheard = [one for one in called if not await _reads_here(desk, one.id)]
    return {
        "parties": "、".join(one.name for one in called),
        "unheard": "、".join(f"{one.name} {one.phone or ''}".strip() for one in unheard),
        "minutes": int(desk.town.district.limit("report_in") // timedelta(minutes=1)),
    }


async def _reads_here(desk: Desk, department_id: int) -> bool:
    chats: list[Chat] = await desk.all_of(Chat.of_department(department_id))
    return any(not chat.is_parked for chat in chats)
