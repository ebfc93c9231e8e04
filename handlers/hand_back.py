"""退回: not ours, or not enough to go by; back to the leader, with a reason."""

from handlers import words
from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.desk import Desk
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Ticket
from reading.personal import mask

router = Router()
LONGEST_REASON = 300  # characters: it stands on a card and in the time-line


@router.command("return", "department")
async def hand_back(desk: Desk) -> None:
    """退回 in reply to the card, without a word why: the card asks."""
    ticket = await desk.ticket()
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await _ask_why(desk, ticket)
        await desk.answer("return.ask", ticket=ticket, number=ticket.number)
        return
    await because(desk, desk.order.words)


@router.button("return")
async def hand_back_pressed(desk: Desk) -> None:
    press = desk.said.press
    if press is not None and press.argument is not None:
        reasons = words.listed(desk.locale, "reasons.return")
        if not press.argument.isdecimal() or int(press.argument) >= len(reasons):
            raise Refusal("press.unknown")
        await because(desk, reasons[int(press.argument)])
        return
    await _ask_why(desk, await desk.ticket())
    await desk.answer("return.why")


async def _ask_why(desk: Desk, ticket: Ticket) -> None:
    if not desk.me.works_for(ticket.department_id):
        raise Refusal("ticket.not_yours", number=ticket.number)
    if not ticket.allows("return"):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="return")
    await ask_on_card(desk, ticket, "return")


async def because(desk: Desk, reason: str) -> None:
    ticket = await desk.ticket()
    ticket.hand_back(mask(reason)[:LONGEST_REASON], by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    await desk.answer("return.done", ticket=ticket, number=ticket.number)
