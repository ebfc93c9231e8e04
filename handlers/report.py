"""Somebody tells of a problem: a photo with a caption, a text that names us, /report."""

import re

from handlers import form, spam
from handlers.albums import album_part
from handlers.clips import waiting_for_words
from handlers.desk import Desk, Label
from handlers.drafts import ask, explained_by_reply, open_draft, settled
from handlers.locating import home, locate
from handlers.opening import fetch, keep_photos, open_report
from handlers.reported import Report
from handlers.routing import Router
from models.draft import ASKED_FOR, Draft
from models.refusal import Refusal
from reading.personal import mask

router = Router()
OUR_NAME = re.compile(r"@\w+bot\b", re.ASCII | re.IGNORECASE)
"""Whom it was said to is no part of what was said; every bot's name ends so."""


@router.command("report", "private", "group")
async def report(desk: Desk) -> None:
    """/report TEXT: a ticket without a photo, or with the photo it stands under or replies to."""
    heard, text = desk.said, desk.said.words.strip()
    if home(desk) is None and not desk.here.is_private:
        raise Refusal("report.not_a_grid")
    waiting = await _photo_replied_to(desk)
    if (text or heard.photos) and waiting is None and await form.takes(desk, text):
        return
    if waiting is not None:
        waiting.step = waiting.step or ASKED_FOR
        await open_draft(desk, waiting, f"{waiting.text} {text}".strip())
    elif heard.album is not None:
        await album_part(desk, heard.album, text, asked_for=True)
    elif text or heard.photos:
        await from_message(desk, text, asked_for=True)
    elif desk.here.is_private:
        await form.lead(desk)
    else:
        await desk.answer("report.how", buttons=[[Label("button.step_by_step", start="report")]])


async def heard_photo(desk: Desk) -> None:
    """A photo in a grid's group or in private, alone or as part of an album."""
    if desk.said.album is not None:
        await album_part(desk, desk.said.album, desk.said.text)
    else:
        await from_message(desk, desk.said.text)


async def heard_mention(desk: Desk) -> None:
    """A text that names us: a ticket, if it names a problem."""
    text = OUR_NAME.sub("", desk.said.text).strip()
    if desk.town.problems.read(text).is_report:
        await from_message(desk, text, asked_for=True)


async def heard_in_private(desk: Desk) -> None:
    """Words in private: the answer to our question, a problem, or something we did not understand."""
    text = desk.said.text
    waiting = await waiting_for_words(desk)
    problem = desk.town.problems.read(text)
    if waiting is not None and waiting.question_id is not None:
        await explained_by_reply(desk, waiting, text)
    elif problem.is_report:
        await from_message(desk, text, asked_for=True)
    elif not problem.is_chatter:
        raise Refusal("command.unknown")


async def from_message(desk: Desk, text: str, *, asked_for: bool = False) -> None:
    """What was just heard, as a report, as a question, or as nothing at all."""
    heard, private = desk.said, desk.here.is_private
    if home(desk) is None and not private:
        if asked_for:
            raise Refusal("report.not_a_grid")
        return
    problem = desk.town.problems.read(text, has_photo=bool(heard.photos))
    if problem.is_chatter and not asked_for:
        return
    told = problem.is_report or asked_for or (private and bool(text.strip()))
    if not told and not heard.photos:
        return
    located = settled(desk, await locate(desk, text, heard.place)) if told else None
    if await spam.refused(desk, text, problem, located, [photo.key for photo in heard.photos]):
        return
    message = await desk.keep_message("report", pictured=bool(heard.photos))
    if located is not None and located.grid is not None:
        # Whether his name may stand in the group, nobody has asked who writes to us alone.
        report = Report(text, problem, located, message, desk.here, is_named=not private)
        ticket = await open_report(desk, report)
        photos = await keep_photos(desk, heard.photos, message, ticket_id=ticket.id, role="before")
        fetch(desk, photos, desk.lane(desk.here))
        return
    draft = Draft(
        chat_id=desk.here.id, person_id=desk.me.id, state="asked", step=ASKED_FOR if told else None, text=mask(text),
        report_id=message.id, begun_at=desk.now,
    )  # fmt: skip
    desk.session.add(draft)
    await desk.session.flush()
    message.draft_id = draft.id
    await keep_photos(desk, heard.photos, message, draft_id=draft.id)
    await ask(desk, draft, message)


async def _photo_replied_to(desk: Desk) -> Draft | None:
    """One's own photo without words that /report answers."""
    replied = await desk.replied_to()
    draft = await desk.session.get(Draft, replied.draft_id) if replied is not None and replied.draft_id else None
    return draft if draft is not None and draft.awaits(desk.me, desk.now) else None
