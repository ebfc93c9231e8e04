"""我也遇到: another rider at the spot shares the ticket."""

from handlers.desk import Desk
from handlers.duplicates import join
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Stage

router = Router()


@router.command("join", "group")
@router.button("join")
async def met_it_too(desk: Desk) -> None:
    ticket = await desk.ticket()
    if not any(card.chat_id == desk.here.id and card.audience == "group" for card in await desk.cards_of(ticket)):
        raise Refusal("press.unknown")  # our button stands on the card in its own group alone
    if not ticket.is_open or ticket.stage == Stage.RESOLVED or ticket.is_restricted:
        raise Refusal("ticket.not_open", number=ticket.number)
    new = await join(desk, ticket, None)
    await desk.answer("join.thanks" if new else "join.already", number=ticket.number)
