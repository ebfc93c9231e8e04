"""退回: not ours, or not enough to go by; back to who sent it, with a reason, and whose it is, if they know."""

import re

from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.book import Book
from handlers.calling.ask_off import ask_off
from handlers.desk import Desk, Order
from handlers.leaders import ladder
from handlers.reasons import chosen_reason, kept_reason
from handlers.routing import Router
from models.department import Department
from models.refusal import Refusal
from models.task import Part, Task
from models.ticket import Ticket, TicketEvent
from reading.normalise import normalise

router = Router()
NOT_OURS = "0"
"""The place of 不归我们管 among the usual reasons: with that one the card asks whose it is."""
TOO_OFTEN = 3
"""Handed over so often, it goes one level up by itself (field.md b, ping-pong)."""
ENDINGS = re.compile(r"(?:有限)?(?:公司|集团|大队|支队|中心|执法队|办事处|部门|局|队)$")
NOT = r"(?<!不)(?<!不是)(?<!不归)(?<!不属)(?<!非)"
POINTS = rf"{NOT}(?:归|属于|属|是|找|派给?|转给?|交给|该)\s*"
"""Before what is only the beginning of a name: 归供电管, and not 供电正常."""


@router.command("return", "department")
async def hand_back(desk: Desk) -> None:
    """退回 in reply to the card, without a word why: the card asks."""
    ticket = await desk.ticket()
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await _ask_why(desk, ticket)
        await desk.answer("return.ask", ticket=ticket, number=ticket.number)
        return
    await because(desk)


@router.button("return")
async def hand_back_pressed(desk: Desk) -> None:
    press = desk.said.press
    if press is not None and press.argument is not None:
        desk.order = Order(press.ticket, chosen_reason(desk, "return"))
        await _give_back(desk, await desk.ticket(), asks_whose=press.argument == NOT_OURS)
        return
    await _ask_why(desk, await desk.ticket())
    await desk.answer("return.why")


async def _ask_why(desk: Desk, ticket: Ticket) -> None:
    if await _joined(desk, ticket) is None:
        if not desk.me.works_for(ticket.department_id):
            raise Refusal("ticket.not_yours", number=ticket.number)
        if not ticket.allows("return"):
            raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="return")
    await ask_on_card(desk, ticket, "part_back" if await _joined(desk, ticket) is not None else "return")


@router.answer("return")
async def because(desk: Desk) -> None:
    await _give_back(desk, await desk.ticket(), asks_whose=True)


async def _give_back(desk: Desk, ticket: Ticket, *, asks_whose: bool) -> None:
    joined = await _joined(desk, ticket)
    reason = kept_reason(desk.order.words)
    if joined is not None:
        await ask_off(desk, ticket, joined, desk.order.words)
        return
    whose = owner_in(desk.town, desk.order.words, ticket.department_id)
    ticket.hand_back(reason, by=desk.me, at=desk.now, whose=whose, level=await _level_of_sender(desk, ticket))
    if ticket.returns == TOO_OFTEN:
        await _raise(desk, ticket)
    await stop_asking(desk, ticket)
    if asks_whose and whose is None and await pressed_card(desk, ticket) is not None:
        await ask_on_card(desk, ticket, "whose")
    await desk.answer("return.done", ticket=ticket, number=ticket.number)


async def _joined(desk: Desk, ticket: Ticket) -> Task | None:
    """The part of a department that only joined: it hands back that, and not the ticket."""
    task = await desk.task_of_mine(ticket)
    is_in_charge = desk.me.works_for(ticket.department_id)
    return task if task is not None and task.part != Part.LEAD and not is_in_charge else None


async def _level_of_sender(desk: Desk, ticket: Ticket) -> int:
    """How many levels above the grid's own leader he stands who sent it by hand, if he can still be reached."""
    sent = TicketEvent.of(ticket.id).where(TicketEvent.kind == "dispatched").order_by(None)
    last = await desk.session.scalar(sent.order_by(TicketEvent.seq.desc()).limit(1))
    if last is None or last.by_id is None:
        return 0
    rungs = await ladder(desk, desk.grid_of(ticket))
    levels = (level for level, rung in enumerate(rungs) if any(chat.person_id == last.by_id for chat in rung.chats))
    return next(levels, 0)


async def _raise(desk: Desk, ticket: Ticket) -> None:
    """The next one up hears of it at once."""
    rungs = await ladder(desk, desk.grid_of(ticket))
    above = ticket.escalated + 1
    if above < len(rungs):
        ticket.escalate(rungs[above].grid, at=desk.now, minutes=0, cause="returns")


# --- whose it is instead ---------------------------------------------------------------


@router.button("whose")
async def whose_pressed(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    chosen = press.argument if press else None
    whose = desk.town.departments.get(int(chosen)) if chosen and chosen.isdecimal() else None
    if whose is None or whose.retired_at is not None:
        raise Refusal("press.unknown")
    await _point_to(desk, ticket, whose)


@router.answer("whose")
async def whose_named(desk: Desk) -> None:
    """Nobody has to answer: words that name no department are talk."""
    ticket = await desk.ticket()
    whose = desk.town.department_named(desk.order.words) or owner_in(desk.town, desk.order.words, None)
    if whose is not None:
        await _point_to(desk, ticket, whose)


async def _point_to(desk: Desk, ticket: Ticket, whose: Department) -> None:
    ticket.point_to(whose, by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    await desk.answer("return.pointed", ticket=ticket, number=ticket.number, department=whose.name)


def owner_in(book: Book, text: str, own: int | None) -> Department | None:
    """The one department that a reason names as the right one: 这是燃气公司的, 归供电管. own: id of who writes.

    None: it names nobody, several, or says whose it is not.
    """
    said = normalise(text)
    others = [each for each in book.departments.values() if each.retired_at is None and each.id != own]
    for before, names in ((NOT, _whole_names), (POINTS, _beginnings)):
        found = [each for each in others if any(re.search(before + re.escape(name), said) for name in names(each))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _whole_names(department: Department) -> list[str]:
    return [normalise(name) for name in (department.name, *department.serves) if len(name) > 1]


def _beginnings(department: Department) -> list[str]:
    """供电 of 供电公司: as people shorten it. A single character would mean nothing."""
    short = (ENDINGS.sub("", name) for name in _whole_names(department))
    return [name for name in short if len(name) > 1]
