"""An album: its parts arrive one by one, with no end mark, some of them late; together they are one report,
or one fix."""

from typing import Any

from sqlalchemy import update

from handlers.desk import Desk
from handlers.drafts import ask, explained, open_draft
from handlers.following import album_follows, show_more
from handlers.locating import home
from handlers.opening import fetch, keep_photos
from handlers.resolve import add_to_fix
from handlers.routing import Router
from models.chat import Message
from models.draft import ASKED_FOR, Draft
from models.photo import Photo
from models.ticket import Ticket
from reading.personal import mask

router = Router()
PAPERS = "papers"
"""Nothing in the album looks like a picture from outside (Heard.is_unlikely)."""


async def album_part(desk: Desk, album: str, caption: str, *, asked_for: bool = False) -> None:
    """A part is kept at once; the timer opens the ticket when the album seems whole;
    a part that comes later joins it."""
    draft = await desk.session.scalar(Draft.of_album(desk.here.id, album))
    if draft is not None and draft.reply_ticket_id is not None:
        await add_to_fix(desk, draft)
        return
    if (home(desk) is None and not desk.here.is_private) or (draft is not None and draft.state == "dropped"):
        return
    message = await desk.keep_message("report", pictured=True)
    if draft is None:
        draft = Draft(
            chat_id=desk.here.id, person_id=desk.me.id, album=album, state="gathering", text="",
            report_id=message.id, begun_at=desk.now,
        )  # fmt: skip
        desk.session.add(draft)
        await desk.session.flush()
        draft.form = {PAPERS: True}
    message.draft_id = draft.id
    if not desk.said.is_unlikely and PAPERS in draft.form:
        draft.form = {}
    if asked_for:
        draft.step = ASKED_FOR
    late = draft.state != "gathering"
    if caption and not draft.text and not late:
        # The caption stands on any one part; the answer goes under the part that carries it.
        draft.text, draft.report_id = mask(caption), message.id
    photos = await keep_photos(desk, desk.said.photos, message, draft_id=draft.id)
    if not late:
        await desk.set_timer(f"album:{draft.id}", "album", draft.due_at(desk.now), desk.lane(desk.here), draft=draft.id)
    elif draft.ticket_id is not None:
        message.ticket_id = draft.ticket_id
        for photo in photos:
            photo.ticket_id = draft.ticket_id
        fetch(desk, photos, desk.lane(desk.here))
        await show_more(desk, await desk.ticket_by_id(draft.ticket_id))
    elif caption and draft.awaits(desk.me, desk.now):
        await explained(desk, draft, caption)


async def album_taken(desk: Desk, ticket: Ticket, message: Message) -> None:
    """One part made a ticket at once: the parts that came before are its own, and those that come later will be."""
    if desk.said.album is None:
        return
    draft = await desk.session.scalar(Draft.of_album(desk.here.id, desk.said.album))
    if draft is None:
        draft = Draft(
            chat_id=desk.here.id, person_id=desk.me.id, album=desk.said.album, state="opened", text="",
            report_id=message.id, begun_at=desk.now,
        )  # fmt: skip
        desk.session.add(draft)
        await desk.session.flush()
    elif draft.ticket_id is not None:
        return
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    draft.state, draft.ticket_id, draft.text, message.draft_id = "opened", ticket.id, "", draft.id
    await desk.session.execute(update(Message).where(Message.draft_id == draft.id).values(ticket_id=ticket.id))
    photos: list[Photo] = await desk.all_of(Photo.of_draft(draft.id))
    for photo in photos:
        photo.ticket_id = ticket.id
    fetch(desk, photos, desk.lane(desk.here))
    if photos:
        await show_more(desk, ticket)


@router.timer("album")
async def album_is_whole(desk: Desk, data: dict[str, Any]) -> None:
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state != "gathering":
        return
    await desk.stand_in(draft.chat_id, draft.person_id)
    if desk.me.is_banned:
        draft.state = "dropped"
        return
    text = draft.text.strip()
    problem = desk.town.problems.read(text, has_photo=True)
    if problem.is_report or draft.step is not None or (desk.here.is_private and text and not problem.is_chatter):
        draft.step = draft.step or ASKED_FOR
        await open_draft(desk, draft, text)
    elif (text and problem.is_chatter) or (PAPERS in draft.form and not desk.here.is_private):
        draft.state = "dropped"
    elif text or not await album_follows(desk, draft):
        draft.state = "asked"
        await ask(desk, draft, await desk.session.get_one(Message, draft.report_id))
