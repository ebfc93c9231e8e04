"""Pictures arrive after the words: what waited for one goes on when it is there,
or when it is clear that it will not come."""

from typing import Any

from handlers.awaited import picture_settled
from handlers.desk import Desk
from handlers.duplicates import place_joined
from handlers.fix import post_fix
from handlers.pairing import pair_now, pair_when_ready
from handlers.place import put
from handlers.proof_shown import bare_after, last_pair
from handlers.proving import judge, judge_scene
from handlers.reported import SPOT
from handlers.routing import Router
from handlers.unopened import picture_failed, picture_opened
from models.chat import Message
from models.photo import Photo, PhotoKind, PhotoState
from models.spot import Spot
from models.ticket import Stage, Ticket

router = Router()


@router.errand("fetch")
async def photo_came(desk: Desk, result: dict[str, Any]) -> None:
    """A picture was fetched and cleaned, or could not be; what waited for it goes on."""
    photo = await desk.session.get_one(Photo, result["photo"])
    if result.get("failed"):
        photo.state, photo.reason = PhotoState.FAILED, result["failed"]
    else:
        photo.state, photo.media, photo.thumbnail = PhotoState.KEPT, result["media"], result["thumbnail"]
        photo.public, photo.hidden = result["public"], result["hidden"]
        photo.digest = result["digest"]
        photo.likeness = bytes.fromhex(result["likeness"]) if result["likeness"] else None
    if photo.ticket_id is None:
        return
    ticket = await desk.ticket_by_id(photo.ticket_id)
    if (
        photo.role == "before"
        and photo.state == PhotoState.KEPT
        and result.get("latitude") is not None
        and not photo.forwarded  # somebody else took it, who knows where
        and (ticket.is_open or ticket.entry == SPOT)
    ):
        await _placed_by_picture(desk, ticket, photo, result)
    if photo.kind == PhotoKind.PHOTO:  # a film proves nothing, and nobody looks into it
        await judge(desk, ticket, photo, result)
    await (picture_failed if photo.state == PhotoState.FAILED else picture_opened)(desk, ticket, photo)
    await picture_settled(desk, ticket)
    if ticket.stage in (Stage.RESOLVED, Stage.CLOSED):
        await pair_when_ready(desk, ticket, photo)


async def _placed_by_picture(desk: Desk, ticket: Ticket, photo: Photo, result: dict[str, Any]) -> None:
    await desk.stand_in((await desk.session.get_one(Message, photo.message_id)).chat_id, None)
    spot = Spot("exif", result["latitude"], result["longitude"], "wgs84", None, ticket.place)
    if photo.person_id in (None, ticket.reporter_id):
        await put(desk, ticket, spot)
    else:
        await place_joined(desk, ticket, photo, spot)


@router.errand("pair")
async def pair_came(desk: Desk, result: dict[str, Any]) -> None:
    ticket = await desk.ticket_by_id(result["ticket"])
    if ticket.round != result["round"]:
        return  # reopened meanwhile: this round says nothing
    last = await last_pair(desk, ticket)
    if result.get("failed"):
        if last is None:
            await post_fix(desk, ticket, await bare_after(desk, ticket))
        return
    await judge_scene(desk, ticket, result["scene"])
    if last is not None and last.media == result["media"]:
        return  # what came since is not better than what stands there
    desk.session.add(
        Photo(
            ticket_id=ticket.id, role="pair", round=ticket.round, channel="", ref="", key="", state=PhotoState.KEPT,
            media=result["media"], shows=result["used"], at=desk.now,
        )
    )  # fmt: skip
    await desk.session.flush()
    await post_fix(desk, ticket, {"media": result["media"]})


@router.timer("fix")
async def fix_waited_long_enough(desk: Desk, data: dict[str, Any]) -> None:
    """A minute has gone by without the pair: the bare picture goes out; a pair of what is there by now, or the one that
    was begun, replaces it."""
    ticket = await desk.ticket_by_id(data["ticket"])
    if ticket.round != data["round"] or ticket.fix_said >= ticket.round:
        return
    await post_fix(desk, ticket, await bare_after(desk, ticket))
    await pair_now(desk, ticket)
