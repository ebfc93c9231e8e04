"""/mine: what I reported, and what I met too."""

from typing import Any

from sqlalchemy import func, select

from handlers.cards.line import line_of
from handlers.desk import Desk
from handlers.routing import Router
from models.forgetting import tickets_of
from models.person import Person
from models.ticket import Ticket

router = Router()
A_SCREEN = 10


@router.command("mine", "private", "group")
async def mine(desk: Desk) -> None:
    """The newest first; how many there are besides."""
    found = select(Ticket).where(Ticket.id.in_(tickets_of(desk.me.id))).order_by(Ticket.id.desc())
    tickets: list[Ticket] = await desk.all_of(found.limit(A_SCREEN))
    more = 0
    if len(tickets) == A_SCREEN:
        count = select(func.count()).select_from(tickets_of(desk.me.id).subquery())
        more = (await desk.session.scalar(count) or 0) - A_SCREEN
    locale = await desk.language_of_whispers()
    await desk.whisper("mine.list", start="mine", lines=[_line(desk, one, locale) for one in tickets], more=more)


def hides_from(person: Person, ticket: Ticket) -> bool:
    """Of what is not public, who joined it was told the number alone."""
    return ticket.is_restricted and ticket.reporter_id != person.id


def _line(desk: Desk, ticket: Ticket, locale: str) -> dict[str, Any]:
    line = line_of(ticket, desk.town, locale, desk.now)
    return {**line, "joined": ticket.reporter_id != desk.me.id, "hidden": hides_from(desk.me, ticket)}
