"""退回 of a department that only joins: it asks whether it has to come, and the leader says 免到 or 还请来."""

from handlers.asking import ask_on_card, stop_asking
from handlers.calling.choosing import department_pressed
from handlers.calling.named import first_named
from handlers.cards.asked import reason_chosen
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.reasons import kept_reason
from handlers.routing import Router
from models.department import Department
from models.refusal import Refusal
from models.task import Part, Task
from models.ticket import Ticket

router = Router()


@router.button("part_back")
async def part_back(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    task = await part_of_mine(desk, ticket)
    if task is None:
        raise Refusal("ticket.not_yours", number=ticket.number)
    if press is None or press.argument is None:
        await ask_on_card(desk, ticket, "part_back")
        await desk.answer("return.why")
        return
    reason = reason_chosen(desk.locale, "return", press.argument)
    if reason is None:
        raise Refusal("press.unknown")
    await ask_off(desk, ticket, task, reason)


@router.answer("part_back")
async def part_back_because(desk: Desk) -> None:
    ticket = await desk.ticket()
    task = await part_of_mine(desk, ticket)
    if task is None:
        raise Refusal("ticket.not_yours", number=ticket.number)
    await ask_off(desk, ticket, task, desk.order.words)


async def part_of_mine(desk: Desk, ticket: Ticket) -> Task | None:
    """Of a department that joins; the lead's is the ticket itself."""
    task = await desk.task_of_mine(ticket)
    return task if task is not None and task.part != Part.LEAD else None


async def ask_off(desk: Desk, ticket: Ticket, task: Task, reason: str) -> None:
    ticket.ask_off(task, kept_reason(reason), by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    await desk.answer("return.part", ticket=ticket, number=ticket.number)


@router.command("keep", "leader")
async def keep(desk: Desk) -> None:
    """/keep N DEPT, or 还请来 and its name in reply to the card; without a name where only one asks."""
    ticket = await desk.ticket()
    if desk.order.words.strip():
        await _keep(desk, ticket, first_named(desk.town, desk.order.words)[0])
        return
    asking = [task for task in await desk.tasks_of(ticket) if task.asks_off]
    if len(asking) != 1:
        raise Refusal("ask_off.whom" if asking else "ask_off.over", number=ticket.number)
    await _keep(desk, ticket, desk.town.departments[asking[0].department_id])


@router.button("keep")
async def keep_pressed(desk: Desk) -> None:
    press = desk.said.press
    await _keep(desk, await desk.ticket(), department_pressed(desk, press.argument if press else None))


async def _keep(desk: Desk, ticket: Ticket, department: Department) -> None:
    tasks = await desk.tasks_of(ticket)
    task = next((task for task in tasks if task.department_id == department.id), None)
    if task is None:
        raise Refusal("task.none", number=ticket.number, department=department.name)
    ticket.keep_called(task, by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    await stop_asking(desk, ticket)
    await desk.answer("ask_off.kept", ticket=ticket, number=ticket.number, department=department.name)
