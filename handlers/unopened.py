"""A picture that was sent and cannot be shown: the ticket goes on, its cards say so, and an officer is asked for
another one."""

from sqlalchemy import select

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import leader_chats
from models.chat import Chat, Message
from models.photo import Photo, PhotoKind, PhotoState
from models.ticket import Ticket

SPEAKS = (PhotoKind.VOICE, PhotoKind.ROUND)


async def picture_failed(desk: Desk, ticket: Ticket, photo: Photo) -> None:
    """Whoever reported is asked nothing; only that a file is too large he cannot know."""
    if photo.kind == PhotoKind.PHOTO and photo.role == "after" and photo.trouble != "unfetched":
        await _proof_failed(desk, ticket, photo)
    if photo.trouble == "too_large" and photo.role == "before":
        await _say_too_large(desk, ticket, photo)
    elif photo.kind in SPEAKS:
        await _tell_of_voice(desk, ticket, photo, "clip.voice_lost")
    await _show(desk, ticket)


async def picture_opened(desk: Desk, ticket: Ticket, photo: Photo) -> None:
    """What the cards say of one that failed goes, now that there is another."""
    if photo.kind in SPEAKS and photo.draft_id is not None:
        await _tell_of_voice(desk, ticket, photo, "clip.voice_kept")
    lost = select(Photo.id).where(Photo.ticket_id == ticket.id, Photo.state == PhotoState.FAILED).limit(1)
    if photo.kind == PhotoKind.PHOTO and await desk.session.scalar(lost) is not None:
        await _show(desk, ticket)


async def _show(desk: Desk, ticket: Ticket) -> None:
    await desk.redraw(ticket)
    await trays.edit(desk, await leader_chats(desk, desk.grid_of(ticket)))


async def _proof_failed(desk: Desk, ticket: Ticket, photo: Photo) -> None:
    """Only a photo ends a round. While nobody was shown the fix, it goes back to who is at work on it, with a word why;
    after that the leader reads it beside what he checks; so he does where the channel did not bring it, which is no
    fault of who sent it."""
    photos: list[Photo] = await desk.all_of(Photo.of(ticket.id))
    proofs = [one for one in photos if one.role == "after" and one.round == ticket.round]
    proofs = [one for one in proofs if one.kind == PhotoKind.PHOTO]
    is_lost = photo.round == ticket.round and all(one.state == PhotoState.FAILED for one in proofs)
    if not is_lost or ticket.fix_said >= ticket.round or not ticket.unprove(photo.id, at=desk.now):
        return
    key = "unproven.no_picture" if photo.reason == "not_a_picture" else f"unproven.{photo.trouble}"
    message = await desk.session.get_one(Message, photo.message_id)
    chat = await desk.session.get_one(Chat, message.chat_id)
    if ticket.is_restricted and not (chat.is_private or chat.department_id is not None):
        await desk.tell_privately(photo.person_id or 0, key, number=ticket.number)
        return
    await desk.say(
        chat, key, ticket=ticket, reply_to=message.id, topic=message.topic, remember=True,
        number=ticket.number,
    )  # fmt: skip


async def _tell_of_voice(desk: Desk, ticket: Ticket, photo: Photo, key: str) -> None:
    """To him alone, of the first that was kept, or was not: which ticket it is with."""
    photos: list[Photo] = await desk.all_of(Photo.of(ticket.id))
    alike = [one.id for one in photos if one.kind in SPEAKS and one.state == photo.state]
    if photo.person_id is not None and alike[:1] == [photo.id]:
        await desk.tell_privately(photo.person_id, key, ticket=ticket, number=ticket.number)


async def _say_too_large(desk: Desk, ticket: Ticket, photo: Photo) -> None:
    """Once, to him alone."""
    photos: list[Photo] = await desk.all_of(Photo.of(ticket.id))
    failed = [one for one in photos if one.person_id == photo.person_id and one.state == PhotoState.FAILED]
    is_first = not any(one.id != photo.id and one.trouble == "too_large" for one in failed)
    if is_first and photo.person_id is not None:
        await desk.tell_privately(photo.person_id, "clip.too_large", ticket=ticket, kind=photo.kind)
