"""What is sent right after one's own report or fix without a word: more of the same. A telephone makes two albums of
twelve pictures, and only the first has the words."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from handlers.desk import Desk
from handlers.fix import redraw_fix
from handlers.opening import fetch, keep_photos
from handlers.reported import SPOT
from models.chat import Message
from models.draft import Draft
from models.mail import Repeat
from models.photo import Photo, PhotoKind, PhotoState
from models.ticket import IN_HAND, Ticket

RIGHT_AFTER = timedelta(seconds=60)
AT_ONCE = timedelta(seconds=10)
A_SIGN = "👍"
ENOUGH = "🤔"
MOST = 30
"""Pictures of one ticket that are kept of one person; of further ones he sees once that they are not."""


async def add_photos(desk: Desk, ticket: Ticket) -> None:
    """More pictures of a report of his, or of one that he joined."""
    left = await _room(desk, ticket)
    if left <= 0:
        _enough(desk, message=desk.said.message)
        return
    message = await desk.keep_message("photo", ticket=ticket, pictured=True)
    some = desk.said.photos[:left]
    photos = await keep_photos(desk, some, message, ticket_id=ticket.id, role="before", round=ticket.round)
    fetch(desk, photos, desk.lane(desk.here))
    await _thank(desk, ticket, photos)
    await show_more(desk, ticket)


async def _room(desk: Desk, ticket: Ticket) -> int:
    """How many more of his are kept."""
    his = Photo.ticket_id == ticket.id, Photo.person_id == desk.me.id, Photo.role == "before"
    return MOST - int(await desk.session.scalar(select(func.count()).where(*his)) or 0)


def _enough(desk: Desk, **under: Any) -> None:
    """Quietly, and once an hour, as of all that is too much."""
    if desk.me.hears_again("photos", desk.now):
        desk.post(desk.here, "react", {"emoji": ENOUGH, **under}, repeat=Repeat.FREELY)


async def show_more(desk: Desk, ticket: Ticket) -> None:
    """The cards and the fix tell how many there are."""
    await desk.redraw(ticket)
    if ticket.fix_said >= ticket.round:
        await redraw_fix(desk, ticket)


async def _thank(desk: Desk, ticket: Ticket, photos: list[Photo]) -> None:
    """Quietly, that his pictures were taken; once for those that come together."""
    others = select(Photo.id).where(
        Photo.ticket_id == ticket.id, Photo.person_id == desk.me.id, Photo.at > desk.now - AT_ONCE,
        Photo.id.not_in([photo.id for photo in photos]), Photo.message_id != ticket.report_id,
    )  # fmt: skip
    if photos and await desk.session.scalar(others.limit(1)) is None:
        desk.post(desk.here, "react", {"emoji": A_SIGN, "message_row": photos[0].message_id}, repeat=Repeat.FREELY)


async def follows(desk: Desk) -> bool:
    """Pictures without a word that answer nothing. Returns whether they were more of his own; then they have joined."""
    if desk.said.text.strip() or desk.said.reply_to is not None:
        return False
    proof = await _proof(desk)
    if proof is not None and proof.ticket_id is not None:
        return await follows_fix(desk, await desk.ticket_by_id(proof.ticket_id))
    if desk.said.album is not None or desk.said.is_unlikely:
        return False  # whether an album has no words is known when it is whole
    ticket = await last_report(desk)
    if ticket is not None:
        if {photo.key for photo in desk.said.photos} <= await _reported(desk, ticket):
            return False  # the same again
        await add_photos(desk, ticket)
        return True
    draft = await _album_before(desk)
    if draft is None:
        return False
    message = await desk.keep_message("photo", pictured=True)
    message.draft_id = draft.id
    await keep_photos(desk, desk.said.photos, message, draft_id=draft.id)
    return True


async def album_follows(desk: Desk, album: Draft) -> bool:
    """An album without a word that is whole. Returns whether it was more of his last report, or of the album before
    it; then it has joined."""
    ticket = await last_report(desk, album)
    before = await _album_before(desk, album) if ticket is None else None
    if ticket is None and before is None:
        return False
    photos: list[Photo] = await desk.all_of(Photo.of_draft(album.id))
    if ticket is not None and len(photos) > await _room(desk, ticket):
        _enough(desk, message_row=album.report_id)
        album.state = "dropped"
        return True
    messages = await desk.all_of(select(Message).where(Message.draft_id == album.id))
    for one in (*photos, *messages):
        one.draft_id = before.id if before is not None else album.id
        one.ticket_id = ticket.id if ticket is not None else None
    album.state = "opened" if ticket is not None else "part"
    album.ticket_id = ticket.id if ticket is not None else None
    if ticket is not None:
        fetch(desk, photos, desk.lane(desk.here))
        await _thank(desk, ticket, photos)
        await show_more(desk, ticket)
    return True


async def follows_fix(desk: Desk, ticket: Ticket) -> bool:
    """Whether these pictures are more of a fix he has just sent. One that could not be opened is followed by another
    try, and so is one of an earlier round."""
    proof = await _proof(desk, ticket) if not desk.said.text.strip() else None
    if proof is None or proof.round != ticket.round:
        return False
    if {photo.key for photo in desk.said.photos} <= await _reported(desk, ticket):
        return False  # that is told him
    if ticket.stage in IN_HAND and (proof.state == PhotoState.FAILED or proof.department_id is None):
        return False
    message = await desk.keep_message("photo", ticket=ticket, pictured=True)
    photos = await keep_photos(
        desk, desk.said.photos, message, ticket_id=ticket.id, role="after", round=proof.round,
        department_id=proof.department_id,
    )  # fmt: skip
    fetch(desk, photos, desk.lane(desk.here))
    await _thank(desk, ticket, photos)
    await show_more(desk, ticket)
    return True


async def last_report(desk: Desk, draft: Draft | None = None) -> Ticket | None:
    """What he has reported here just now. draft: an album that came after it, which may have taken a while."""
    began = draft.begun_at if draft is not None else desk.now
    told = _lately(desk, "report", began).where(Message.ticket_id.is_not(None))
    message = await desk.session.scalar(told.limit(1))
    ticket = await desk.ticket_by_id(message.ticket_id) if message is not None and message.ticket_id else None
    return ticket if ticket is not None and (ticket.is_open or ticket.entry == SPOT) else None


async def _album_before(desk: Desk, later: Draft | None = None) -> Draft | None:
    """An album of his that is still arriving, or is being asked about."""
    began = later.begun_at if later is not None else desk.now
    begun = select(Draft).where(
        Draft.chat_id == desk.here.id, Draft.person_id == desk.me.id, Draft.album.is_not(None),
        Draft.state.in_(("gathering", "asked")), Draft.begun_at > began - RIGHT_AFTER,
    )  # fmt: skip
    if later is not None:
        begun = begun.where(Draft.id < later.id)
    found: Draft | None = await desk.session.scalar(begun.order_by(Draft.id.desc()).limit(1))
    return found


async def _reported(desk: Desk, ticket: Ticket) -> set[str]:
    """The channel's own keys of what was reported."""
    return {photo.key for photo in await desk.all_of(Photo.of(ticket.id)) if photo.role == "before"}


def _lately(desk: Desk, purpose: str, until: Any) -> Any:
    return (
        select(Message)
        .where(
            Message.chat_id == desk.here.id, Message.person_id == desk.me.id, Message.purpose == purpose,
            Message.at > until - RIGHT_AFTER,
        )
        .order_by(Message.id.desc())
    )  # fmt: skip


async def _proof(desk: Desk, ticket: Ticket | None = None) -> Photo | None:
    """The picture with which he has ended a round here just now."""
    lately = _lately(desk, "photo", desk.now).with_only_columns(Message.id).order_by(None)
    sent = select(Photo).where(
        Photo.message_id.in_(lately), Photo.role == "after", Photo.kind == PhotoKind.PHOTO,
    )  # fmt: skip
    if ticket is not None:
        sent = sent.where(Photo.ticket_id == ticket.id)
    found: Photo | None = await desk.session.scalar(sent.order_by(Photo.id.desc()).limit(1))
    return found
