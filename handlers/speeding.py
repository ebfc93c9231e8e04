"""Two reports of one person in two places, faster than anybody rides: a line for the leader, who may know why.

Only where somebody truly stood counts: a picture's EXIF by the camera's clock, a location with its accuracy (a point
picked on a map has none) or one running live by ours. The two clocks are not compared with each other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from handlers.desk import Desk
from models.photo import Photo
from models.proof import SWITCHED_ON, Check, Mark, Verdict, is_possible
from models.ticket import Ticket, TicketEvent
from reading.atlas import distance_m

LOOKS_BACK = timedelta(hours=24)
MOST = 5
BELATED = timedelta(minutes=2)
"""What came so late says nothing of when he was there: the bot was away, or his telephone."""
CAMERA, OURS = "camera", "ours"
EXIF_M = 50
"""How far the position in a file may be wrong."""
WHO_WAS_THERE = ("report", "spot")


async def mark_seen_by_camera(desk: Desk, ticket: Ticket, photo: Photo, result: Mapping[str, Any]) -> None:
    """Where the ticket stands because of this very picture, and the picture tells when."""
    spot = ticket.spot
    is_its = spot.source == "exif" and (spot.latitude, spot.longitude) == (
        result.get("latitude"), result.get("longitude")
    )  # fmt: skip
    if is_its and photo.taken_at is not None and photo.person_id == ticket.reporter_id:
        await _mark(desk, ticket, photo, photo.taken_at, CAMERA)


async def mark_seen_here(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """He told in this turn where he is, and when."""
    spot, heard = ticket.spot, desk.heard
    if heard is None or event.by_id is None or event.by_id != ticket.reporter_id:
        return
    is_sent = spot.source == "location" and spot.accuracy is not None and heard.place is not None
    if not (is_sent or spot.source == "live") or desk.now - heard.at > BELATED or heard.forwarded:
        return
    first = Photo.of(ticket.id).where(Photo.role == "before", Photo.person_id == ticket.reporter_id).limit(1)
    photo = await desk.session.scalar(first)
    if photo is not None:
        await _mark(desk, ticket, photo, heard.at, OURS)


async def _mark(desk: Desk, ticket: Ticket, photo: Photo, at: datetime, clock: str) -> None:
    if Check.SPEED not in SWITCHED_ON or ticket.entry not in WHO_WAS_THERE:
        return
    mark = await _compared(desk, ticket, at, clock) or Mark(Check.SPEED, Verdict.UNKNOWN, "first")
    kept = [one for one in photo.marks or () if one["check"] != Check.SPEED]
    photo.marks = [*kept, {**mark.as_data(), "at": at.isoformat(), "clock": clock}]


async def _compared(desk: Desk, ticket: Ticket, at: datetime, clock: str) -> Mark | None:
    """With the last reports of the same person of which the same is known. The worst of them."""
    worst = None
    told = select(Ticket).where(Ticket.reporter_id == ticket.reporter_id, Ticket.id < ticket.id)
    for other in await desk.all_of(
        told.where(Ticket.reported_at >= desk.now - LOOKS_BACK).order_by(Ticket.id.desc()).limit(MOST)
    ):
        seen = await _seen_at(desk, other, clock)
        if seen is None or other.latitude is None or ticket.latitude is None:
            continue
        metres = distance_m(other.latitude, other.longitude or 0, ticket.latitude, ticket.longitude or 0)
        slack = sum(one.accuracy or EXIF_M for one in (ticket, other))
        mark = is_possible(metres, at - seen, slack)
        worst = mark if worst is None or mark.is_failed else worst
        if mark.is_failed:
            break
    return worst


async def _seen_at(desk: Desk, other: Ticket, clock: str) -> datetime | None:
    """When he was at the place of that one, unless somebody else has put it elsewhere since."""
    placed = TicketEvent.of(other.id).where(TicketEvent.kind == "placed").order_by(None)
    last = await desk.session.scalar(placed.order_by(TicketEvent.seq.desc()).limit(1))
    if last is not None and last.by_id not in (None, other.reporter_id):
        return None
    for photo in await desk.all_of(Photo.of(other.id)):
        for data in photo.marks or ():
            if data["check"] == Check.SPEED and data.get("clock") == clock:
                return datetime.fromisoformat(data["at"])
    return None
