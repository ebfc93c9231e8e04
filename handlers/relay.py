"""代报: a leader reports for somebody who called him. Who that was is kept apart (handlers/caller.py)."""

from dataclasses import replace

from sqlalchemy import select

from handlers.albums import album_taken
from handlers.desk import Desk, Label
from handlers.locating import Located, at_point, by_words, own_grid, spot_of
from handlers.nowhere import somewhere
from handlers.opening import fetch, keep_photos, open_report
from handlers.reported import RELAY, Report
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Ticket
from models.trust import Caller
from reading.callers import callers_in, without_callers

router = Router()
BETWEEN = " · "


@router.command("relay", "leader")
async def relay(desk: Desk) -> None:
    if not (desk.me.grids or desk.me.is_admin):
        raise Refusal("relay.only_leader")
    if not desk.here.is_private:
        # A caller's name is nothing for a group to read.
        await desk.answer("relay.in_private", buttons=[[Label("button.open_private", start="help")]])
        return
    told = desk.order.words
    if not told:
        raise Refusal("relay.how")
    text, callers = callers_in(told)
    of_it = without_callers(told)
    problem = desk.town.problems.read(of_it, has_photo=bool(desk.said.photos))
    located = await _located(desk, of_it)
    message = await desk.keep_message("report", pictured=bool(desk.said.photos))
    report = Report(text, problem, located, message, desk.here, is_named=False, entry=RELAY)
    ticket = await open_report(desk, report)
    if callers:
        await _keep_callers(desk, ticket, callers)
    photos = await keep_photos(desk, desk.said.photos, message, ticket_id=ticket.id, role="before")
    fetch(desk, photos, desk.lane(desk.here))
    await album_taken(desk, ticket, message)


async def _located(desk: Desk, text: str) -> Located:
    """As the caller said it, never where the leader himself stands; where he said nothing, in the leader's grid."""
    place, own = desk.said.place, own_grid(desk)
    located = by_words(desk, text, own)
    if place is not None:
        located = at_point(desk.town, spot_of(place, located.spot.words or place.title or None), own)
    words = located.spot.words
    masked = replace(located.spot, words=callers_in(words)[0]) if words else located.spot
    return somewhere(desk.town, replace(located, spot=masked))


async def _keep_callers(desk: Desk, ticket: Ticket, callers: tuple[str, ...]) -> None:
    """A second caller of the same problem stands below the first."""
    words = BETWEEN.join(callers)
    known = await desk.session.scalar(select(Caller).where(Caller.ticket_id == ticket.id))
    if known is None:
        desk.session.add(Caller(ticket_id=ticket.id, words=words, by_id=desk.me.id, at=desk.now))
    else:
        known.words = f"{known.words}\n{words}"
