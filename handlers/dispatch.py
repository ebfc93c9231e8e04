"""派单, 转派: the leader says whose it is."""

from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.department import Department
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()


@router.command("dispatch", "leader")
async def dispatch(desk: Desk) -> None:
    ticket = await desk.ticket()
    if not desk.order.words and await pressed_card(desk, ticket) is not None:
        await redispatch(desk)
        return
    await dispatch_to(desk, ticket, desk.order.words)


async def dispatch_to(desk: Desk, ticket: Ticket, name: str) -> None:
    """To the department of that name: key, name or short name."""
    department = desk.town.department_named(name)
    if department is None:
        _only_leader(desk, ticket)
        raise Refusal(
            "dispatch.whom",
            number=ticket.number,
            known="、".join(d.name for d in desk.town.departments.values() if d.retired_at is None),
        )
    await _send(desk, ticket, department)


@router.button("dispatch")
async def dispatch_pressed(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    chosen = press.argument if press else None
    department = desk.town.departments.get(int(chosen)) if chosen and chosen.isdecimal() else None
    if department is None or department.retired_at is not None:
        raise Refusal("press.unknown")
    await _send(desk, ticket, department)


@router.button("redispatch")
async def redispatch(desk: Desk) -> None:
    """转派: the card shows all departments as buttons."""
    ticket = await desk.ticket()
    _only_leader(desk, ticket)
    if not ticket.is_before_work:
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="dispatch")
    await ask_on_card(desk, ticket, "dispatch")
    await desk.answer("dispatch.choose")


def _only_leader(desk: Desk, ticket: Ticket) -> None:
    if not desk.me.leads(side_of(desk.town, ticket, desk.me)):
        raise Refusal("ticket.not_your_grid", number=ticket.number)


async def _send(desk: Desk, ticket: Ticket, department: Department) -> None:
    book, grid = desk.town, side_of(desk.town, ticket, desk.me)
    limits = book.limits(ticket.category, ticket.text)
    ticket.dispatch(department, by=desk.me, at=desk.now, grid=grid, limits=limits, hours=book.hours, rule="leader")
    await stop_asking(desk, ticket)
    await desk.answer("dispatch.done", number=ticket.number, department=department.name)
