"""完成: a photo in reply to the department's card."""

from handlers.desk import Desk
from handlers.opening import fetch, keep_photos
from handlers.routing import Router
from models.photo import Photo
from models.refusal import Refusal
from models.ticket import Stage, Ticket

router = Router()


@router.command("resolve", "department")
async def resolve(desk: Desk) -> None:
    """完成, said with the photo or without: without one it refuses, kindly."""
    await finish(desk, await desk.ticket())


async def finish(desk: Desk, ticket: Ticket) -> None:
    """The officer's photo ends the round. Its first part does; further parts of the album join it."""
    joins = ticket.stage == Stage.RESOLVED and desk.said.album is not None and desk.me.works_for(ticket.department_id)
    if not desk.me.works_for(ticket.department_id):
        raise Refusal("ticket.not_yours", number=ticket.number)
    if not joins and not (ticket.allows("resolve") or ticket.allows("accept")):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="resolve")
    photos: list[Photo] = []
    if desk.said.photos:
        message = await desk.keep_message("photo", ticket=ticket, pictured=True)
        photos = await keep_photos(
            desk, desk.said.photos, message, ticket_id=ticket.id, role="after", round=ticket.round
        )
    if not joins:
        ticket.resolve(photos, by=desk.me, at=desk.now)
    fetch(desk, photos, desk.lane(desk.here))
    if not joins:
        await desk.answer("resolve.thanks", number=ticket.number)
