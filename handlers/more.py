"""更多: what a leader may do with a ticket besides sending it; 处理: its card with its buttons, in private."""

from handlers.asking import ask_on_card, bring
from handlers.cards.deeds import more_of
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.refusal import Refusal

router = Router()


@router.button("more")
async def more(desk: Desk) -> None:
    ticket = await desk.ticket()
    if not desk.me.leads(side_of(desk.town, ticket, desk.me)):
        raise Refusal("ticket.not_your_grid", number=ticket.number)
    if not more_of(ticket):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="more")
    await ask_on_card(desk, ticket, "more")


@router.button("open")
async def open_(desk: Desk) -> None:
    """From a list or a time-line: the ticket's own card, below all else."""
    ticket = await desk.ticket()
    if not desk.here.is_private:
        raise Refusal("press.unknown")
    await bring(desk, ticket)
