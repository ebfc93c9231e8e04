"""/mine: what I reported."""

from handlers.cards.line import line_of
from handlers.desk import Desk
from handlers.routing import Router
from models.ticket import Ticket

router = Router()
A_SCREEN = 10


@router.command("mine", "private", "group")
async def mine(desk: Desk) -> None:
    tickets: list[Ticket] = await desk.all_of(Ticket.reported_by(desk.me).limit(A_SCREEN))
    locale = await desk.language_of_whispers()
    lines = [line_of(ticket, desk.town, locale, desk.now) for ticket in tickets]
    await desk.whisper("mine.list", start="mine", lines=lines)
