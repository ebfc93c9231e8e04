"""完成: a photo in reply to the department's card."""

from sqlalchemy import select

from handlers import words
from handlers.clips import add_clip
from handlers.closing import hint_for
from handlers.desk import Desk
from handlers.opening import fetch, keep_photos
from handlers.parties import still_awaited
from handlers.reasons import kept_reason
from handlers.routing import Router
from models.chat import Message
from models.draft import Draft
from models.photo import Photo, PhotoKind
from models.refusal import Refusal
from models.ticket import IN_HAND, Stage, Ticket

router = Router()


@router.command("resolve", "department")
async def resolve(desk: Desk) -> None:
    """完成, said with the photo or without: without one it refuses, kindly."""
    await finish(desk, await desk.ticket(), desk.order.words)


async def finish(desk: Desk, ticket: Ticket, told: str | None = None) -> None:
    """The officer's photo ends the round. Of an album the first part does; the others join it.

    told: his closing words, where they are not all that he wrote.
    """
    task = await desk.task_of_mine(ticket)
    if task is None and not desk.me.works_for(ticket.department_id):
        raise Refusal("ticket.not_yours", number=ticket.number)
    if desk.said.photos and not desk.said.pictures and not ticket.photo_waived:
        await add_clip(desk, ticket)
        return
    album = await _album(desk)
    is_known = album is not None and album.reply_ticket_id == ticket.id
    if album is not None and is_known and not await _is_unproven(desk, ticket, album):
        await add_to_fix(desk, album)
        return
    is_more = ticket.stage == Stage.RESOLVED and bool(desk.said.pictures)
    if not is_more and task is None and not (ticket.allows("resolve") or ticket.allows("accept")):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb="resolve")
    await _check_new(desk, ticket)
    photos: list[Photo] = []
    if desk.said.photos:
        message = await desk.keep_message("photo", ticket=ticket, pictured=True)
        photos = await _keep_after(desk, ticket, message, ticket.round, task.department_id if task else None)
        if desk.said.album is not None and not is_known:
            desk.session.add(
                Draft(
                    chat_id=desk.here.id, person_id=desk.me.id, album=desk.said.album, state="opened",
                    report_id=message.id, reply_ticket_id=ticket.id, ticket_id=ticket.id, begun_at=desk.now,
                )
            )  # fmt: skip
    if is_more:
        # A slip put right, as long as nobody has checked: the leader sees all of them.
        await desk.redraw(ticket)
        await desk.answer("resolve.added", ticket=ticket, number=ticket.number)
        return
    told = desk.said.text if told is None else told
    # Who works for two of those called ends the part of the one in whose chat he says so.
    parts = sorted(await desk.tasks_of(ticket), key=lambda part: part is not task)
    proofs = [photo for photo in photos if photo.kind == PhotoKind.PHOTO]
    ticket.resolve(proofs, by=desk.me, at=desk.now, tasks=parts, words=kept_reason(told))
    if ticket.stage != Stage.RESOLVED:
        await desk.answer(
            "resolve.part", ticket=ticket, number=ticket.number, parties=await still_awaited(desk, ticket),
            lifts=ticket.awaits_lift,
        )  # fmt: skip
        return
    if not proofs:
        await desk.answer("resolve.waived", number=ticket.number)
        return
    thanks = "resolve.restricted" if ticket.is_restricted else "resolve.thanks"
    lacks = hint_for(desk.me, told, desk.now, desk.town.zone)
    missing = [words.plain(desk.locale, f"element.{element}") for element in lacks]
    await desk.answer(thanks, number=ticket.number, missing=missing)


async def add_to_fix(desk: Desk, album: Draft) -> None:
    """A further part of the album that ended a round, however late, with or without its reply."""
    first = await desk.session.scalar(select(Photo).where(Photo.message_id == album.report_id).limit(1))
    if album.reply_ticket_id is None or album.person_id != desk.me.id or first is None:
        return
    ticket = await desk.ticket_by_id(album.reply_ticket_id)
    message = await desk.keep_message("photo", ticket=ticket, pictured=True)
    await _keep_after(desk, ticket, message, first.round, first.department_id)
    await desk.redraw(ticket)  # its cards tell how many there are


async def _is_unproven(desk: Desk, ticket: Ticket, album: Draft) -> bool:
    """Its first parts could not be opened, so that the round goes on: the part that comes now may end it."""
    first = await desk.session.scalar(select(Photo.round).where(Photo.message_id == album.report_id).limit(1))
    return ticket.stage in IN_HAND and first == ticket.round


async def _check_new(desk: Desk, ticket: Ticket) -> None:
    """What was reported proves nothing. Of an album its first part decides."""
    keys = {photo.key for photo in desk.said.photos}
    reported = select(Photo.key).where(Photo.ticket_id == ticket.id, Photo.role == "before", Photo.key.in_(keys))
    if keys and keys <= set(await desk.all_of(reported)):
        raise Refusal("resolve.old_photo", number=ticket.number)


async def _keep_after(
    desk: Desk, ticket: Ticket, message: Message, round_: int, department_id: int | None
) -> list[Photo]:
    photos = await keep_photos(
        desk, desk.said.photos, message, ticket_id=ticket.id, role="after", round=round_, department_id=department_id
    )
    fetch(desk, photos, desk.lane(desk.here))
    return photos


async def _album(desk: Desk) -> Draft | None:
    album = desk.said.album
    return await desk.session.scalar(Draft.of_album(desk.here.id, album)) if album is not None else None
