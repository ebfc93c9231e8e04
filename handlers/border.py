"""归我管, 不归我管: whose ground it is near a border; /borders: what leaders disagree about, for the map's keeper."""

from typing import Any

from sqlalchemy import func, select

from handlers import words
from handlers.cards.line import map_of
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.grid import Grid
from models.person import Address
from models.refusal import Refusal
from models.ticket import Border, Ticket, TicketEvent

router = Router()
A_SCREEN = 10
SAYINGS = ("taken", "disowned", "claimed")


@router.button("take")
async def take(desk: Desk) -> None:
    ticket = await desk.ticket()
    side = _side(desk, ticket)
    ticket.take(side, by=desk.me, at=desk.now)
    contested = ticket.border_stage == Border.CONTESTED
    done = "border.contested" if contested else "border.taken"
    await desk.answer(done, ticket=ticket, number=ticket.number, grid=side.name)


@router.button("disown")
async def disown(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.disown(_side(desk, ticket), by=desk.me, at=desk.now)
    unowned = ticket.border_stage == Border.UNOWNED
    await desk.answer("border.unowned" if unowned else "border.disowned", ticket=ticket, number=ticket.number)


@router.command("borders", "admin")
async def borders(desk: Desk) -> None:
    """The map's keeper is an administrator; who said what is for him alone."""
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")
    tickets: list[Ticket] = await desk.all_of(Ticket.disputed().limit(A_SCREEN))
    count = await desk.session.scalar(select(func.count()).select_from(Ticket.disputed().order_by(None).subquery()))
    said = await _sayings(desk, tickets)
    cases = [
        {
            "number": ticket.number,
            "place": ticket.place or desk.grid_of(ticket).name,
            "map": map_of(ticket, desk.town),
            "grid": desk.grid_of(ticket).name,
            "other": desk.town.grids[ticket.border_id or ticket.grid_id].name,
            "sayings": said[ticket.id],
        }
        for ticket in tickets
    ]
    await desk.whisper("border.list", start="borders", cases=cases, more=max(0, (count or 0) - len(cases)))


def _side(desk: Desk, ticket: Ticket) -> Grid:
    among = (ticket.grid_id, ticket.border_id) if ticket.border_id is not None else (ticket.grid_id,)
    return side_of(desk.town, ticket, desk.me, among)


async def _sayings(desk: Desk, tickets: list[Ticket]) -> dict[int, list[dict[str, Any]]]:
    """Who said what, and when, in order."""
    told = select(TicketEvent).where(
        TicketEvent.ticket_id.in_([ticket.id for ticket in tickets]), TicketEvent.kind.in_(SAYINGS)
    )
    events: list[TicketEvent] = await desk.all_of(told.order_by(TicketEvent.ticket_id, TicketEvent.seq))
    speakers = {event.by_id for event in events if event.by_id is not None}
    names = {
        address.person_id: address.name
        for address in await desk.all_of(select(Address).where(Address.person_id.in_(speakers)).order_by(Address.id))
    }
    locale = await desk.language_of_whispers()
    found: dict[int, list[dict[str, Any]]] = {ticket.id: [] for ticket in tickets}
    for event in events:
        grid = desk.town.grids[event.data["grid"]].name
        found[event.ticket_id].append(
            {
                "at": event.at,
                "who": names.get(event.by_id or 0, ""),
                "said": words.plain(locale, f"event.{event.kind}", grid=grid),
            }
        )
    return found
