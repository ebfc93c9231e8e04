"""A location: of one's own report, or of the ticket whose card it answers."""

from sqlalchemy import select

from handlers.desk import Desk
from handlers.locating import NEAR_IN_TIME, at_point, home, remember_own, spot_of
from handlers.opening import route
from handlers.report import open_draft
from models.draft import Draft
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Ticket


async def heard_place(desk: Desk) -> None:
    place = desk.said.place
    if place is None:
        return
    replied = await desk.replied_to()
    if replied is not None and replied.draft_id is not None and replied.ticket_id is None:
        draft = await desk.session.get_one(Draft, replied.draft_id)
        if draft.person_id == desk.me.id and draft.state == "asked":
            await open_draft(desk, draft, draft.text)
        return
    if replied is not None and replied.ticket_id is not None:
        ticket = await desk.ticket_by_id(replied.ticket_id)
        if not may_place(desk, ticket):
            raise Refusal("place.not_yours", number=ticket.number)
        await put(desk, ticket, spot_of(place))
        return
    await remember_own(desk, place)
    waiting = await desk.session.scalar(Draft.unexplained(desk.me.id, desk.here.id, desk.now).limit(1))
    if waiting is not None and waiting.begun_at >= desk.now - NEAR_IN_TIME:
        await open_draft(desk, waiting, waiting.text)
        return
    recent = await _own_recent(desk)
    if recent is not None:
        await put(desk, recent, spot_of(place))


def may_place(desk: Desk, ticket: Ticket) -> bool:
    person = desk.me
    return (
        ticket.reporter_id == person.id or person.works_for(ticket.department_id) or person.leads(desk.grid_of(ticket))
    )


async def put(desk: Desk, ticket: Ticket, spot: Spot) -> None:
    """A better place for a ticket; one that nobody has accepted yet is sent anew if that makes it another's."""
    located = at_point(desk.town, spot, desk.grid_of(ticket))
    grid = located.grid or home(desk) or desk.grid_of(ticket)
    if not ticket.is_open or not ticket.stand_at(spot, grid, by=desk.person, at=desk.now):
        return
    book = desk.town
    category = book.category(ticket.category)
    way = book.way(category, grid, ticket.text)
    if ticket.allows("dispatch") and ticket.returns == 0 and way is not None and way.lead.id != ticket.department_id:
        route(desk, ticket)


async def _own_recent(desk: Desk) -> Ticket | None:
    return await desk.session.scalar(
        select(Ticket)
        .where(
            Ticket.reporter_id == desk.me.id,
            Ticket.chat_id == desk.here.id,
            Ticket.reported_at >= desk.now - NEAR_IN_TIME,
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
