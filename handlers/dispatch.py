"""派单, 转派: the leader says whose it is."""

from datetime import timedelta

from handlers.asking import ask_on_card, pressed_card, question_about, show_alone, stop_asking
from handlers.cards.choices import likely_departments
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.department import Department
from models.refusal import Refusal
from models.ticket import IN_HAND, Stage, Ticket, TicketEvent

router = Router()
LONGEST_NAME = 40  # characters of what was typed that are said back
JUST_NOW = timedelta(minutes=10)


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
    _only_leader(desk, ticket)
    if department is None:
        known = "、".join(likely.name for likely in likely_departments(ticket, desk.town))
        if name.strip():
            raise Refusal("dispatch.unknown", name=name.strip()[:LONGEST_NAME], known=known)
        raise Refusal("dispatch.whom", number=ticket.number, known=known)
    other = await _sent_by_another(desk, ticket, within=JUST_NOW)
    if other is not None and other.id != department.id:
        raise Refusal("dispatch.taken", number=ticket.number, department=other.name)
    await _send(desk, ticket, department)


@router.answer("dispatch")
async def named(desk: Desk) -> None:
    await dispatch_to(desk, await desk.ticket(), desk.order.words)


@router.button("dispatch")
async def dispatch_pressed(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    chosen = press.argument if press else None
    department = desk.town.departments.get(int(chosen)) if chosen and chosen.isdecimal() else None
    if department is None or department.retired_at is not None:
        raise Refusal("press.unknown")
    _only_leader(desk, ticket)
    if ticket.stage == Stage.WORKING and await question_about(desk, ticket) != "dispatch":
        # 转派 takes it out of busy hands, no old button does.
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="dispatch")
    other = await _sent_by_another(desk, ticket)
    if other is not None and other.id != department.id:
        await desk.answer("dispatch.taken", number=ticket.number, department=other.name)
        await show_alone(desk, ticket)
        return
    await _send(desk, ticket, department)


@router.button("redispatch")
async def redispatch(desk: Desk) -> None:
    """转派: the card shows all departments as buttons."""
    ticket = await desk.ticket()
    _only_leader(desk, ticket)
    if not (ticket.is_before_work or ticket.allows("dispatch")):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="dispatch")
    await ask_on_card(desk, ticket, "dispatch")
    await desk.answer("dispatch.choose")


async def _sent_by_another(desk: Desk, ticket: Ticket, within: timedelta | None = None) -> Department | None:
    """To whom another leader sent it meanwhile: a button of before that undoes nothing, one of 转派 does; nor do words
    within that time, which he wrote before he could know."""
    if ticket.stage not in IN_HAND or await question_about(desk, ticket) == "dispatch":
        return None
    sent = TicketEvent.of(ticket.id).where(TicketEvent.kind == "dispatched").order_by(None)
    last = await desk.session.scalar(sent.order_by(TicketEvent.seq.desc()).limit(1))
    is_anothers = last is not None and last.by_id not in (None, desk.me.id)
    if last is not None and within is not None and desk.now - last.at > within:
        return None
    return desk.town.departments.get(ticket.department_id or 0) if is_anothers else None


def _only_leader(desk: Desk, ticket: Ticket) -> None:
    if not desk.me.leads(side_of(desk.town, ticket, desk.me)):
        raise Refusal("ticket.not_your_grid", number=ticket.number)


async def _send(desk: Desk, ticket: Ticket, department: Department) -> None:
    book, grid = desk.town, side_of(desk.town, ticket, desk.me)
    limits = book.limits(ticket.category, ticket.text)
    # Where a rule would have sent it, those whom the rule copies in hear of it too.
    way = book.way(book.category(ticket.category), grid, ticket.text)
    cc = way.cc if way is not None and way.lead.id == department.id else ()
    ticket.dispatch(
        department, by=desk.me, at=desk.now, grid=grid, limits=limits, hours=book.hours, rule="leader", cc=cc,
        tasks=await desk.tasks_of(ticket),
    )  # fmt: skip
    await stop_asking(desk, ticket)
    await desk.answer("dispatch.done", ticket=ticket, number=ticket.number, department=department.name)
