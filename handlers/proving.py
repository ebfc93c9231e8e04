"""Each picture is looked at as evidence when it has come: what is known of it becomes marks (models/proof.py), and what
failed holds the ticket until a person has looked. Nobody else hears a word of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import leader_chats
from handlers.locating import NEAR_IN_TIME
from handlers.reused import tell_source
from handlers.speeding import mark_seen_by_camera
from models.person import Person
from models.photo import Photo, PhotoKind
from models.place import Whereabouts
from models.proof import (
    SWITCHED_ON,
    Check,
    Mark,
    Shown,
    is_own,
    is_same_place,
    is_there,
    is_timely,
    proof_is_new,
    report_is_new,
)
from models.ticket import Stage, Ticket, TicketEvent
from reading.atlas import distance_m

COMPARED = ("before", "after")
Result = Mapping[str, Any]
"""What the errand `fetch` brings; of a picture that could not be opened nothing but why."""


async def judge(desk: Desk, ticket: Ticket, photo: Photo, result: Result) -> None:
    """Marks for a picture that has come, or that will not."""
    photo.taken_at = _taken_at(desk, result)
    if photo.role == "after":
        await _judge_proof(desk, ticket, photo, result)
    elif photo.role == "before":
        await _judge_report(desk, ticket, photo, result)
    if Check.NEW in SWITCHED_ON:
        await _look_again(desk, photo, result)


async def _judge_proof(desk: Desk, ticket: Ticket, photo: Photo, result: Result) -> None:
    same = await _same(desk, ticket, photo, result)
    begun = ticket.dispatched_at if photo.round == ticket.round else None
    marks = [
        proof_is_new(_shown(photo, ticket), same, is_seen=_is_seen(photo)),
        is_timely(photo.taken_at, begun, photo.at),
        await _place(desk, ticket, photo, result),
        is_own(forwarded=photo.forwarded),
    ]
    await _act_on(desk, ticket, photo, [mark for mark in marks if mark.check in SWITCHED_ON])


async def _judge_report(desk: Desk, ticket: Ticket, photo: Photo, result: Result) -> None:
    """Nothing is refused for it, and nothing held: its leader sees it beside the words."""
    await mark_seen_by_camera(desk, ticket, photo, result)
    mark = report_is_new(_shown(photo, ticket), await _same(desk, ticket, photo, result), is_seen=_is_seen(photo))
    await _act_on(desk, ticket, photo, [mark] if mark.check in SWITCHED_ON else [])


async def _act_on(desk: Desk, ticket: Ticket, photo: Photo, marks: list[Mark]) -> None:
    if photo.kind != PhotoKind.PHOTO:
        marks = [mark for mark in marks if mark.is_failed]  # nobody looks into a film: that it says little is no news
    _keep(photo, marks)
    other = await tell_source(desk, ticket, marks)
    if other is not None:
        await _show_leaders(desk, other)
    failed = [mark.check.value for mark in marks if mark.holds]
    if photo.role == "after" and failed:
        ticket.doubt(photo.id, failed, photo.round, at=desk.now)
    is_asked = photo.role == "after" and ticket.stage == Stage.RESOLVED
    if is_asked or any(mark.is_failed for mark in _marks(photo)):
        await _show_leaders(desk, ticket)


async def _look_again(desk: Desk, photo: Photo, result: Result) -> None:
    """Of two that were fetched side by side the later one may have come first: then it did not know of this one."""
    ids = [int(id) for id in result.get("alike") or ()]
    later = select(Photo).where(Photo.id.in_(ids), Photo.id > photo.id, Photo.role.in_(COMPARED))
    for other in await desk.all_of(later.where(Photo.ticket_id.is_not(None))) if ids else ():
        ticket = await desk.ticket_by_id(other.ticket_id)
        same = await _all_shown(desk, other, [photo], ticket)
        find = proof_is_new if other.role == "after" else report_is_new
        mark, known = find(_shown(other, ticket), same), _marks(other)
        if mark.is_failed and not any(one.is_failed for one in known if one.check == Check.NEW):
            await _act_on(desk, ticket, other, [mark])


async def judge_scene(desk: Desk, ticket: Ticket, scene: Mapping[str, float | None]) -> None:
    """Advice alone: whether before and after look like one place. scene: by the photo's id, None: nobody can tell."""
    likely = {int(id): value for id, value in scene.items() if value is not None}
    if Check.SCENE not in SWITCHED_ON or not likely:
        return
    for photo in await desk.all_of(select(Photo).where(Photo.id.in_(likely), Photo.ticket_id == ticket.id)):
        _keep(photo, [is_same_place(likely[photo.id])])
    await _show_leaders(desk, ticket)


def _keep(photo: Photo, marks: list[Mark]) -> None:
    told = {mark.check.value for mark in marks}
    photo.marks = [*(mark.as_data() for mark in marks), *(one for one in photo.marks or () if one["check"] not in told)]


def _marks(photo: Photo) -> list[Mark]:
    return [Mark.of(data) for data in photo.marks or ()]


def _is_seen(photo: Photo) -> bool:
    """A picture that shows next to nothing looks like no other; so does one that could not be opened, and a film."""
    return photo.likeness is not None and any(photo.likeness)


# --- is it new? -------------------------------------------------------------------------


async def _same(desk: Desk, ticket: Ticket, photo: Photo, result: Result) -> list[Shown]:
    """Pictures used before it that are the same to the byte or look the same; the oldest first, of which the others
    are copies."""
    ids = [int(id) for id in result.get("alike") or ()]
    exact = [getattr(Photo, name) == value for name in ("key", "digest") if (value := getattr(photo, name))]
    # Each of these has an index; what came later, or is a pair, is left out here, lest a database looks through all.
    known: list[Photo] = await desk.all_of(select(Photo).where(or_(Photo.id.in_(ids), *exact)))
    found = {one.id: one for one in known if one.id < photo.id and one.role in COMPARED}
    return await _all_shown(desk, photo, [found[id] for id in sorted(found)], ticket)


async def _all_shown(desk: Desk, photo: Photo, same: Any, ticket: Ticket) -> list[Shown]:
    ids = {one.ticket_id for one in same if one.ticket_id is not None} - {ticket.id}
    others = {one.id: one for one in await desk.all_of(select(Ticket).where(Ticket.id.in_(ids)))} if ids else {}
    shown = []
    for one in same:
        other = ticket if one.ticket_id == ticket.id else others.get(one.ticket_id or 0)
        # What he took back himself he may report again.
        is_taken_back = other is not None and other.stage == Stage.WITHDRAWN and one.person_id == photo.person_id
        if not (is_taken_back and photo.role == "before"):
            shown.append(replace(_shown(one, other), is_same=_is_same(one, photo)))
    return shown


def _shown(photo: Photo, ticket: Ticket | None) -> Shown:
    incident = None if ticket is None else ticket.merged_into_id or ticket.id
    return Shown(photo.ticket_id, incident, photo.role, photo.round, photo.department_id, photo.person_id, photo.id)


def _is_same(one: Photo, other: Photo) -> bool:
    """To the byte."""
    return one.key == other.key or (one.digest is not None and one.digest == other.digest)


# --- when and where? ---------------------------------------------------------------------


def _taken_at(desk: Desk, result: Result) -> datetime | None:
    """By the camera's clock; where it told no zone, it is the district's."""
    if not result.get("taken_at"):
        return None
    told = datetime.fromisoformat(result["taken_at"])
    try:
        return (told if told.tzinfo else told.replace(tzinfo=desk.town.zone)).astimezone(UTC)
    except OverflowError:  # 31 December 9999, west of Greenwich
        return None


async def _place(desk: Desk, ticket: Ticket, photo: Photo, result: Result) -> Mark:
    """Only how far it is stays; the position goes with this turn."""
    spot = ticket.spot
    point = await _point(desk, photo, result)
    if point is None or spot.latitude is None or spot.longitude is None:
        return is_there(None if point is None else 0, spot)
    latitude, longitude, accuracy = point
    metres = distance_m(latitude, longitude, spot.latitude, spot.longitude)
    return is_there(metres, spot, accuracy, is_own=await _placed_by_its_department(desk, ticket))


async def _point(desk: Desk, photo: Photo, result: Result) -> tuple[float, float, float | None] | None:
    """From the file itself, else where its sender told near in time that he is."""
    if result.get("latitude") is not None:
        return result["latitude"], result["longitude"], None
    if photo.person_id is None:
        return None
    told = select(Whereabouts).where(Whereabouts.person_id == photo.person_id).order_by(Whereabouts.at.desc())
    for row in await desk.all_of(told):
        is_running = row.live_until is not None and row.at <= photo.at <= row.live_until
        if is_running or abs(photo.at - row.at) <= NEAR_IN_TIME:
            return row.latitude, row.longitude, row.accuracy
    return None


async def _placed_by_its_department(desk: Desk, ticket: Ticket) -> bool:
    placed = TicketEvent.of(ticket.id).where(TicketEvent.kind == "placed").order_by(None)
    last = await desk.session.scalar(placed.order_by(TicketEvent.seq.desc()).limit(1))
    if last is None or last.by_id is None:
        return False
    people = await desk.all_of(Person.by_ids([last.by_id]))
    return any(person.works_for(ticket.department_id) for person in people)


# --- who reads it ----------------------------------------------------------------------------


async def _show_leaders(desk: Desk, ticket: Ticket) -> None:
    """On what stands before them already; what rings follows from the event (notices/leaders.py)."""
    for card in await desk.cards_of(ticket):
        if card.audience in ("leader", "staff") and not card.ended:
            desk.draw(card, ticket)
    await trays.edit(desk, await leader_chats(desk, desk.grid_of(ticket)))
