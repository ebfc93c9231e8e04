"""延期: the department asks its leader for more time; by how much, and why."""

from decimal import Decimal, InvalidOperation

from handlers.asking import ask_on_card, pressed_card, question_about, stop_asking
from handlers.cards.requested import plain, span_told
from handlers.desk import Desk
from handlers.longer import longer
from handlers.reasons import chosen_reason, kept_reason
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()


@router.command("extend", "department")
async def extend(desk: Desk) -> None:
    """延期 4小时 等配件, 延期 到12月1日; what is missing of it, the card asks."""
    ticket = await desk.ticket()
    longest = ticket.check_may_extend(desk.me, desk.now)
    hours, reason = longer(desk.order.words, ticket, desk.now, desk.town)
    if hours is None and (reason or await pressed_card(desk, ticket) is None):
        raise Refusal("extend.how", number=ticket.number, longest=span_told(desk.locale, longest, ticket))
    await _go_on(desk, ticket, hours, reason)


@router.button("extend")
async def extend_pressed(desk: Desk) -> None:
    """延期, then how long, then why: what was chosen stands on the next buttons."""
    press, ticket = desk.said.press, await desk.ticket()
    ticket.check_may_extend(desk.me, desk.now)
    chosen, _, why = (press.argument or "" if press else "").rpartition(":")
    if not chosen:
        chosen, why = why, ""
    await _go_on(desk, ticket, _hours(chosen) if chosen else None, chosen_reason(desk, "extend", why) if why else "")


@router.answer("extend")
async def how_long(desk: Desk) -> None:
    ticket = await desk.ticket()
    longest = ticket.check_may_extend(desk.me, desk.now)
    hours, reason = longer(desk.order.words, ticket, desk.now, desk.town)
    if hours is None:
        raise Refusal("extend.how", number=ticket.number, longest=span_told(desk.locale, longest, ticket))
    await _go_on(desk, ticket, hours, reason)


@router.answer("extend_why")
async def why(desk: Desk) -> None:
    ticket = await desk.ticket()
    asks = await question_about(desk, ticket) or ""
    await _ask(desk, ticket, _hours(asks.partition(":")[2]), desk.order.words)


async def _go_on(desk: Desk, ticket: Ticket, hours: Decimal | None, reason: str) -> None:
    """To the next question, where there is a card to ask it; else as it was told."""
    if hours is None:
        await ask_on_card(desk, ticket, "extend")
        await desk.answer("extend.ask", ticket=ticket, number=ticket.number)
    elif reason.strip() or await pressed_card(desk, ticket) is None:
        await _ask(desk, ticket, hours, reason)
    else:
        ticket.check_extension(hours, desk.me, desk.now)
        await ask_on_card(desk, ticket, f"extend_why:{plain(hours)}")
        await desk.answer("extend.ask_why", ticket=ticket, number=ticket.number)


async def _ask(desk: Desk, ticket: Ticket, hours: Decimal, reason: str) -> None:
    ticket.ask_extension(hours, kept_reason(reason), by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    span = span_told(desk.locale, hours, ticket)
    await desk.answer("extend.done", ticket=ticket, number=ticket.number, span=span)


def _hours(text: str) -> Decimal:
    """As a button carries it."""
    try:
        hours = Decimal(text)
    except InvalidOperation:
        raise Refusal("press.unknown") from None
    if not hours.is_finite():
        raise Refusal("press.unknown")
    return hours
