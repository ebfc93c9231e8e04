"""商定: what a meeting gave one party to do, and by when."""

from datetime import time

from handlers.asking import ask_on_card, pressed_card, question_about, stop_asking
from handlers.calling.choosing import check_may, department_pressed
from handlers.calling.named import first_named
from handlers.cards.summons import chosen_in
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.reasons import kept_reason
from handlers.routing import Router
from handlers.when import moment
from models.department import Department
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()
END_OF_WORK = time(18)
"""By when, on a day for which no hour was said."""


@router.command("agree", "leader")
async def agree(desk: Desk) -> None:
    """/agree N DEPT DATE WORDS; without them in reply to the card it asks."""
    ticket = await desk.ticket()
    check_may(desk, ticket, "agree")
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await _ask_whom(desk, ticket)
        return
    await agreed_in_words(desk)


@router.answer("agree")
async def agreed_in_words(desk: Desk) -> None:
    ticket = await desk.ticket()
    check_may(desk, ticket, "agree")
    if not desk.order.words.strip():
        raise Refusal("agree.whom", number=ticket.number)
    department, rest = first_named(desk.town, desk.order.words)
    await _agree(desk, ticket, department, rest)


@router.button("agree")
async def agree_pressed(desk: Desk) -> None:
    """With whom; what and when is said in words."""
    press, ticket = desk.said.press, await desk.ticket()
    check_may(desk, ticket, "agree")
    if press is None or press.argument is None:
        await _ask_whom(desk, ticket)
        return
    department = department_pressed(desk, press.argument)
    await ask_on_card(desk, ticket, f"agree_what:{department.id}")
    await desk.answer("agree.how")


@router.answer("agree_what")
async def agreed_on_what(desk: Desk) -> None:
    ticket = await desk.ticket()
    asked = chosen_in(await question_about(desk, ticket))
    await _agree(desk, ticket, department_pressed(desk, str(asked[0]) if asked else None), desk.order.words)


async def _agree(desk: Desk, ticket: Ticket, department: Department, text: str) -> None:
    book, tasks = desk.town, await desk.tasks_of(ticket)
    task = next((task for task in tasks if task.department_id == department.id), None)
    if task is None:
        raise Refusal("task.none", number=ticket.number, department=department.name)
    until, what = moment(text, desk.now, book.zone, END_OF_WORK)
    if until is None:
        raise Refusal("agree.when", number=ticket.number)
    ticket.agree(
        task, kept_reason(what), until, by=desk.me, at=desk.now, grid=side_of(book, ticket, desk.me), hours=book.hours,
        tasks=tasks,
    )  # fmt: skip
    await stop_asking(desk, ticket)
    await desk.answer(
        "agree.done", ticket=ticket, number=ticket.number, department=department.name, until=until, words=task.words
    )


async def _ask_whom(desk: Desk, ticket: Ticket) -> None:
    open_ = [str(task.department_id) for task in await desk.tasks_of(ticket) if task.is_open]
    if not open_:
        raise Refusal("excuse.nobody", number=ticket.number)
    await ask_on_card(desk, ticket, "agree:" + ",".join(open_))
