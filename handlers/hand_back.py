"""退回: not ours, or not enough to go by; back to the leader, with a reason."""

from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.desk import Desk, Order
from handlers.reasons import chosen_reason, kept_reason
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()


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
        await because(desk)
        return
    await _ask_why(desk, await desk.ticket())
    await desk.answer("return.why")


async def _ask_why(desk: Desk, ticket: Ticket) -> None:
    if not desk.me.works_for(ticket.department_id):
        raise Refusal("ticket.not_yours", number=ticket.number)
    if not ticket.allows("return"):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="return")
    await ask_on_card(desk, ticket, "return")


@router.answer("return")
async def because(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.hand_back(kept_reason(desk.order.words), by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    await desk.answer("return.done", ticket=ticket, number=ticket.number)
