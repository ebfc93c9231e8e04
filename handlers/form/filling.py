"""What is said while a form is open: understood for what it is, whichever step was asked."""

from dataclasses import replace

from sqlalchemy import update

from handlers.desk import Desk
from handlers.form.keeping import keep, open_form
from handlers.form.page import show
from handlers.form.pressing import act, action_said
from handlers.form.understanding import placed_already, stands, understood, words_for
from handlers.locating import at_point, remember_own, spot_of
from handlers.opening import keep_photos
from models.chat import Message
from models.draft import ALBUM_WAIT, Draft
from models.form import Form
from models.photo import Photo
from reading.personal import mask

WRITTEN = frozenset({"audio", "animation", "document", "sticker", "contact", "poll"})
"""What a person sends that we cannot read; the rest are news of the chat itself."""


async def lead(desk: Desk) -> None:
    """/report alone: the form he has open already goes on; a new one takes the photo along he has just sent."""
    draft = await open_form(desk)
    if draft is not None:
        await keep(desk, draft, draft.told)
        await show(desk, draft, "again")
        return
    message = await desk.keep_message("report")
    draft = Draft(chat_id=desk.here.id, person_id=desk.me.id, state="form", report_id=message.id, begun_at=desk.now)
    draft.fill(Form(touched_at=desk.now))
    desk.session.add(draft)
    await desk.session.flush()
    form = await placed_already(desk, await _photo_sent_before(desk, draft))
    await keep(desk, draft, form.goes_on())
    await show(desk, draft)


async def hears(desk: Desk, replied: Message | None) -> bool:
    """Whether what was just said in private belongs to the form; then it is filled in, and the next step is shown."""
    if not desk.here.is_private or (replied is not None and replied.ticket_id is not None):
        return False
    draft = await open_form(desk)
    if draft is None or (replied is not None and replied.draft_id not in (None, draft.id)):
        return False
    return await _hear(desk, draft, desk.said.text.strip())


async def takes(desk: Desk, text: str) -> bool:
    """/report TEXT, or under a photo, while a form is open: it goes on with that. Returns whether there is one."""
    draft = await open_form(desk) if desk.here.is_private else None
    return draft is not None and await _hear(desk, draft, text)


async def edited(desk: Desk, draft: Draft, text: str) -> None:
    """Words put right before they were sent: they stand for all that was said."""
    form = await placed_already(desk, replace(draft.told, words=mask(text)))
    await keep(desk, draft, form.goes_on())
    await show(desk, draft, anew=False)


async def _hear(desk: Desk, draft: Draft, text: str) -> bool:
    heard, form = desk.said, draft.told
    if not (heard.photos or heard.place or text) and heard.other not in WRITTEN:
        return True  # a message was pinned, or the like
    action = action_said(text, form) if not (heard.photos or heard.place) else None
    if action is not None and await act(desk, draft, action):
        if draft.state == "form":
            await show(desk, draft)
        return True
    if heard.album is not None and not await _is_of_the_form(desk, draft, heard.album):
        return False
    note = None
    if heard.photos or heard.place or text:
        message = await desk.keep_message("report", pictured=bool(heard.photos))
        message.draft_id = draft.id
        if (heard.photos and not form.photos) or not form.tells_anything:
            draft.report_id = message.id
        await keep_photos(desk, heard.photos, message, draft_id=draft.id)
        form = form.gets_photos(0 if heard.is_spoken else len(heard.photos))
    if heard.place is not None:
        form = stands(form, at_point(desk.town, spot_of(heard.place, words_for(form) or heard.place.title), None))
        if heard.place.live_until is not None:
            await remember_own(desk, heard.place)
    if text:
        form, note = understood(desk, form, text)
    elif heard.is_spoken:
        note = "spoken"
    elif not (heard.photos or heard.place):
        note = "unread"
    form = await placed_already(desk, form)
    await keep(desk, draft, form.goes_on() if note is None else form)
    urgent = desk.town.problems.read(text, has_photo=bool(heard.photos)).urgent
    if heard.album is not None and not urgent:
        await desk.set_timer(f"page:{draft.id}", "page", ALBUM_WAIT, desk.lane(desk.here), draft=draft.id)
    else:
        await show(desk, draft, note)
    return True


async def _photo_sent_before(desk: Desk, draft: Draft) -> Form:
    """The photo without words that was still asked about: it is what he wants to report. What was told as a report
    already stays one, and waits for its place."""
    form = draft.told
    waiting = await desk.session.scalar(Draft.unexplained(desk.me.id, desk.here.id, desk.now).limit(1))
    if waiting is None or waiting.question_id is None or waiting.step is not None:
        return form
    photos: list[Photo] = await desk.all_of(Photo.of_draft(waiting.id))
    for photo in photos:
        photo.draft_id = draft.id
    await desk.session.execute(update(Message).where(Message.draft_id == waiting.id).values(draft_id=draft.id))
    desk.remove(waiting.question_id, waiting.chat_id)
    draft.report_id = waiting.report_id or draft.report_id
    form = replace(form, words=waiting.text).gets_photos(len(photos))
    waiting.state, waiting.text, waiting.question_id = "part" if waiting.album else "dropped", "", None
    return form


async def _is_of_the_form(desk: Desk, draft: Draft, album: str) -> bool:
    """A part of an album that began before the form belongs to what it began as."""
    part = await desk.session.scalar(Draft.of_album(desk.here.id, album))
    if part is None:
        desk.session.add(
            Draft(chat_id=draft.chat_id, person_id=draft.person_id, album=album, state="part", begun_at=desk.now)
        )
        return True
    return part.state == "part"
