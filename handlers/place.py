"""A location: of one's own report, or of the ticket whose card it answers."""

from sqlalchemy import select

from handlers.clips import has_met
from handlers.desk import Desk
from handlers.drafts import open_draft
from handlers.heard import HeardPlace
from handlers.locating import (
    AT_ONCE,
    EDGE_M,
    NEAR_IN_TIME,
    at_point,
    has_served,
    home,
    near,
    own_row,
    remember_own,
    spot_of,
)
from handlers.opening import route
from handlers.reported import SPOT
from models.draft import Draft
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Ticket, TicketEvent
from reading.atlas import distance_m

BY_LOCATION = ("near", "live", "location")
ELSEWHERE_M = 300
"""A location this far from where a ticket surely stands is about something else: the next report, most likely."""


async def heard_place(desk: Desk) -> None:
    place = desk.said.place
    if place is None:
        return
    replied = await desk.replied_to()
    if replied is not None and replied.ticket_id is not None:
        ticket = await desk.ticket_by_id(replied.ticket_id)
        # Who met it too may tell where, as long as nobody who was there has.
        if not may_place(desk, ticket):
            if ticket.place_source in BY_LOCATION or not await has_met(desk, ticket):
                raise Refusal("place.not_yours", number=ticket.number)
            if not _is_beside(desk, ticket, place):
                raise Refusal("place.too_far", number=ticket.number)
        await put(desk, ticket, _spot(ticket, place))
        return
    if replied is not None and replied.draft_id is not None:
        draft = await desk.session.get_one(Draft, replied.draft_id)
        if draft.awaits(desk.me, desk.now):
            await open_draft(desk, draft, draft.text)
        return
    recent = await _own_recent(desk)
    is_meant = recent is not None and await _is_meant(desk, recent)
    await remember_own(desk, place)
    waiting = await desk.session.scalar(Draft.unexplained(desk.me.id, desk.here.id, desk.now).limit(1))
    if recent is not None and (waiting is None or waiting.begun_at < recent.reported_at):
        if is_meant or not _is_elsewhere(desk, recent, place):
            await put(desk, recent, _spot(recent, place))
    elif waiting is not None:
        await open_draft(desk, waiting, waiting.text)


def _spot(ticket: Ticket, place: HeardPlace) -> Spot:
    """A venue's name stands in where nobody said in words where it is; the words of the one who was there stay."""
    return spot_of(place, ticket.place or place.title or None)


async def _is_meant(desk: Desk, recent: Ticket) -> bool:
    """Whether what he sends now is for it, however far off: it stands where he told before he reported it, and that was
    just now; or was for another report."""
    if recent.place_source not in ("near", "live"):
        return False
    row = await own_row(desk)
    is_lent = recent.place_source == "near" and row is not None and await has_served(desk, row, recent)
    return is_lent or desk.now - recent.reported_at <= AT_ONCE


def _is_elsewhere(desk: Desk, ticket: Ticket, place: HeardPlace) -> bool:
    """Whether a location that answers nothing is too far from the ticket to be its place.

    Only where a location placed it already, or its words named a place that is known: a picture is coarser, and is
    put right by it. Who names a place of ours and stands in none of our grids has to be told so.
    """
    spot = ticket.spot
    if spot.latitude is None or spot.longitude is None:
        return False
    by_words = spot.source == "text" and _is_ours(desk, place) and not _is_along_a_road(desk, ticket)
    if spot.source not in BY_LOCATION and not by_words:
        return False
    return distance_m(spot.latitude, spot.longitude, place.latitude, place.longitude) > ELSEWHERE_M


def _is_beside(desk: Desk, ticket: Ticket, place: HeardPlace) -> bool:
    """Whether somebody who met it too may stand there: near where it stands; where only a road or a grid is known of
    it, in its grid or one around. Never outside the district."""
    book, spot = desk.town, ticket.spot
    area = book.atlas.nearest(place.latitude, place.longitude, EDGE_M)
    if area is None and book.atlas.bounds() is not None:
        return False
    if spot.latitude is None or spot.longitude is None or ticket.is_outside or _is_along_a_road(desk, ticket):
        return area is None or any(area.code in codes for codes in near(book, desk.grid_of(ticket)))
    return distance_m(spot.latitude, spot.longitude, place.latitude, place.longitude) <= ELSEWHERE_M


def _is_ours(desk: Desk, place: HeardPlace) -> bool:
    return desk.town.atlas.nearest(place.latitude, place.longitude, EDGE_M) is not None


def _is_along_a_road(desk: Desk, ticket: Ticket) -> bool:
    """The point of a road is somewhere on it, and a road is long."""
    hint = desk.town.places.read(ticket.place or "", near(desk.town, desk.grid_of(ticket)))
    return hint is not None and hint.landmark is not None and hint.landmark.kind == "road"


def may_place(desk: Desk, ticket: Ticket) -> bool:
    person = desk.me
    return (
        ticket.reporter_id == person.id or person.works_for(ticket.department_id) or person.leads(desk.grid_of(ticket))
    )


async def put(desk: Desk, ticket: Ticket, spot: Spot) -> None:
    """A better place for a ticket; one that nobody has accepted yet is sent anew if that makes it another's."""
    desk.tickets.setdefault(ticket.id, ticket)  # so that what happens to it is told
    located = at_point(desk.town, spot, desk.grid_of(ticket))
    grid = located.grid or home(desk) or desk.grid_of(ticket)
    is_told = ticket.is_open or ticket.entry == SPOT  # dealt with on the spot: its place comes after its end
    if not is_told or not ticket.stand_at(
        spot, grid, by=desk.person, at=desk.now, border=located.border, is_outside=located.is_outside
    ):
        return
    book = desk.town
    category = book.category(ticket.category)
    way = None if ticket.is_outside else book.way(category, grid, ticket.text)
    another = way is not None and way.lead.id != ticket.department_id and ticket.is_before_work
    if another and book.district.triage == "auto" and not await sorted_by_hand(desk, ticket):
        route(desk, ticket)


async def sorted_by_hand(desk: Desk, ticket: Ticket) -> bool:
    """A leader has said whose it is, or a department that it is not theirs: no rule overrides people."""
    if ticket.returns or ticket.response is not None:
        return True
    sent = TicketEvent.of(ticket.id).where(TicketEvent.kind == "dispatched", TicketEvent.by_id.is_not(None))
    return await desk.session.scalar(sent.limit(1)) is not None


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
