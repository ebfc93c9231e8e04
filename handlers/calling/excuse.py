"""免到: a department that was called need not come after all, says the leader."""

from handlers import words
from handlers.asking import ask_on_card, pressed_card, question_about, stop_asking
from handlers.calling.choosing import check_may, department_pressed
from handlers.calling.named import first_named
from handlers.cards.asked import reason_chosen
from handlers.cards.summons import ITS_OWN, chosen_in
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.reasons import kept_reason
from handlers.routing import Router
from models.refusal import Refusal
from models.task import Part, Task
from models.ticket import Ticket

router = Router()


@router.command("excuse", "leader")
async def excuse(desk: Desk) -> None:
    """/excuse N DEPT REASON; without them in reply to the card it asks."""
    ticket = await desk.ticket()
    check_may(desk, ticket, "excuse")
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await _ask_whom(desk, ticket)
        return
    await excused_in_words(desk)


@router.answer("excuse")
async def excused_in_words(desk: Desk) -> None:
    ticket = await desk.ticket()
    check_may(desk, ticket, "excuse")
    if not desk.order.words.strip():
        raise Refusal("excuse.whom", number=ticket.number)
    department, why = first_named(desk.town, desk.order.words)
    await let_off(desk, ticket, await _task_of(desk, ticket, department.id), why)


@router.button("excuse")
async def excuse_pressed(desk: Desk) -> None:
    """Who, then why: 3, then 3.0; or 3.own, for the reason it gave itself."""
    press, ticket = desk.said.press, await desk.ticket()
    check_may(desk, ticket, "excuse")
    whom, _, why = ((press.argument if press else None) or "").partition(".")
    if not whom:
        await _ask_whom(desk, ticket)
        return
    task = await _task_of(desk, ticket, department_pressed(desk, whom).id)
    if not why:
        await ask_on_card(desk, ticket, f"excuse_why:{task.department_id}")
        return
    reason = task.reason if why == ITS_OWN and task.asks_off else reason_chosen(desk.locale, "excuse", why)
    if reason is None:
        raise Refusal("press.unknown")
    await let_off(desk, ticket, task, reason)


@router.answer("excuse_why")
async def excused_because(desk: Desk) -> None:
    ticket = await desk.ticket()
    asked = chosen_in(await question_about(desk, ticket))
    await let_off(desk, ticket, await _task_of(desk, ticket, asked[0] if asked else 0), desk.order.words)


async def let_off(desk: Desk, ticket: Ticket, task: Task, reason: str) -> None:
    tasks = await desk.tasks_of(ticket)
    grid = side_of(desk.town, ticket, desk.me)
    ticket.excuse(task, tasks, kept_reason(reason), by=desk.me, at=desk.now, grid=grid)
    await stop_asking(desk, ticket)
    name = desk.town.departments[task.department_id].name
    await desk.answer("excuse.done", ticket=ticket, number=ticket.number, department=name)


async def _ask_whom(desk: Desk, ticket: Ticket) -> None:
    open_ = [task for task in await desk.tasks_of(ticket) if task.is_open and task.part != Part.LEAD]
    if not open_:
        raise Refusal("excuse.nobody", number=ticket.number)
    await ask_on_card(desk, ticket, "excuse:" + ",".join(str(task.department_id) for task in open_))


async def _task_of(desk: Desk, ticket: Ticket, department_id: int) -> Task:
    for task in await desk.tasks_of(ticket):
        if task.department_id == department_id:
            return task
    name = desk.town.departments[department_id].name if department_id in desk.town.departments else ""
    raise Refusal("task.none", number=ticket.number, department=name or words.plain(desk.locale, "task.somebody"))
