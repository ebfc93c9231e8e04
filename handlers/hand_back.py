"""退回: not ours, or not enough to go by; back to the leader, with a reason."""

from handlers import words
from handlers.asking import ask_on_card, stop_asking
from handlers.desk import Desk
from handlers.routing import Router
from models.refusal import Refusal
from reading.personal import mask

router = Router()
LONGEST_REASON = 300  # characters: it stands on a card and in the time-line


@router.command("return", "department")
async def hand_back(desk: Desk) -> None:
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
    ticket = await desk.ticket()
    if not desk.me.works_for(ticket.department_id):
        raise Refusal("ticket.not_yours", number=ticket.number)
    if not ticket.allows("return"):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="return")
    await ask_on_card(desk, ticket, "return")
    await desk.answer("return.why")


async def because(desk: Desk, reason: str) -> None:
    ticket = await desk.ticket()
    ticket.hand_back(mask(reason)[:LONGEST_REASON], by=desk.me, at=desk.now)
    await stop_asking(desk, ticket)
    await desk.answer("return.done", number=ticket.number)
