"""A photo that says too little: one short question, and whatever explains it within a day."""

from datetime import timedelta
from typing import Any

from handlers import spam
from handlers.danger import whom_to_call_at_once
from handlers.desk import Desk, Label
from handlers.locating import Located, locate, own_grid
from handlers.notices import photo_unexplained, photos_changed
from handlers.nowhere import somewhere
from handlers.opening import fetch, keep_photos, open_report
from handlers.reported import REPORT, SPOT, Report
from handlers.routing import Router
from handlers.spoken import begun
from models.chat import Message
from models.draft import ANSWER_WITHIN, ASK_FOR, ASKED_FOR, Draft
from models.photo import Photo
from models.refusal import Refusal
from models.ticket import Ticket
from reading.personal import mask
from reading.problem import Problem

router = Router()

USUAL = ("E0505", "E0110", "E0410", "P0123", "P0106", "E0506")
"""What is most often seen on a street, for a picture without a word; the ones this catalogue has are offered."""
CHOICES = 3
ASKED_WHERE = "asked_where"
DANGER_WAITS = timedelta(minutes=2)
"""For the answer where it is; then the leader has to find out."""


async def ask(desk: Desk, draft: Draft, message: Message) -> None:
    """What it is, by the likeliest categories; or where it is, once that is known.
    The question leaves by itself after a while."""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    buttons = [] if draft.step is not None else _choices(desk, draft)
    asked = "ask.what" if buttons else "ask.where"
    told = desk.town.problems.read(draft.text, has_photo=True)
    calls = whom_to_call_at_once(desk.town, desk.language_of(desk.here), told)
    question = await desk.say(
        desk.here, "danger.first" if calls else asked, purpose="ask", reply_to=message.id, buttons=buttons,
        topic=message.topic, remember=True, urgent=bool(calls), calls=calls, then=asked, number="",
    )  # fmt: skip
    if question is not None:
        question.draft_id, draft.question_id = draft.id, question.id
        await desk.set_timer(f"ask:{draft.id}", "ask", ASK_FOR, desk.lane(desk.here), draft=draft.id)
    if draft.step is not None and desk.here.is_private:
        # It is a report, and a report is never lost: with no answer the leader gets it as it is.
        draft.form = {ASKED_WHERE: True}
        wait = DANGER_WAITS if told.urgent else ANSWER_WITHIN
        await desk.set_timer(f"nowhere:{draft.id}", "nowhere", wait, desk.lane(desk.here), draft=draft.id)


def _choices(desk: Desk, draft: Draft) -> list[list[Label]]:
    locale = desk.language_of(desk.here)
    return [
        [Label(verb="kind", ticket=str(draft.id), argument=code, text=desk.town.category(code).name(locale))]
        for code in likely_kinds(desk, draft.text)
    ]


def likely_kinds(desk: Desk, text: str) -> list[str]:
    """Codes to choose from: what the words make likely, and what is usual."""
    likely = desk.town.problems.read(text, has_photo=True).likely
    return [code for code in dict.fromkeys((*likely, *USUAL)) if code in desk.town.categories][:CHOICES]


def settled(desk: Desk, located: Located, *, was_asked: bool = False) -> Located:
    """Told in private there is no grid to fall back on: where it lies outside, or has been asked for once,
    the report is taken without."""
    known = located.is_outside or was_asked
    return somewhere(desk.town, located) if desk.here.is_private and known else located


async def open_draft(desk: Desk, draft: Draft, text: str, category: str | None = None) -> Ticket | None:
    """A photo that was explained, or an album that is whole, becomes a ticket. None: we still do not know where."""
    message = await desk.session.get_one(Message, draft.report_id)
    head = begun(text)
    if head is not None and head[0] == SPOT:
        draft.step, text = SPOT, head[1]
    is_spot = draft.step == SPOT
    problem = desk.town.problems.read(text, has_photo=True)
    own = own_grid(desk) if is_spot else None
    located = await locate(desk, text, desk.heard.place if desk.heard else None, at=draft.begun_at, otherwise=own)
    if await _is_spam(desk, draft, text, problem, located, message):
        return None
    was_asked = bool((draft.form or {}).get(ASKED_WHERE))
    located = settled(desk, located, was_asked=was_asked)
    draft.step = category or draft.step
    if located.grid is None:
        # What it is was told, if anything was said: the place alone is missing.
        draft.step = draft.step or (ASKED_FOR if text.strip() else None)
        draft.text, draft.state = mask(text), "asked"
        await ask(desk, draft, message)
        return None
    chosen = desk.town.categories.get(draft.step or "")
    report = Report(
        text, problem, located, message, desk.here, is_named=not desk.here.is_private, entry=SPOT if is_spot else REPORT
    )  # fmt: skip
    ticket = await open_report(desk, report, chosen)
    photos: list[Photo] = await desk.all_of(Photo.of_draft(draft.id))
    for photo in photos:
        photo.ticket_id = ticket.id
    fetch(desk, photos, desk.lane(desk.here))
    draft.state, draft.ticket_id, draft.text = "opened", ticket.id, ""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    else:
        await photos_changed(desk, draft.chat_id)  # it stood in the leader's tray
    return ticket


async def _is_spam(
    desk: Desk, draft: Draft, text: str, problem: Problem, located: Located, message: Message
) -> bool:  # fmt: skip
    """An album, and words for a photo that was asked about (whose picture and number were looked at then)."""
    if (draft.form or {}).get(ASKED_WHERE):
        return False
    pictures = [photo.key for photo in await desk.all_of(Photo.of_draft(draft.id))]
    is_new = draft.state == "gathering"
    if not await spam.refused(desk, text, problem, located, pictures, message, counts=is_new):
        return False
    draft.state, draft.text = "dropped", ""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    return True


async def explained(desk: Desk, draft: Draft, text: str) -> None:
    """Words for a photo that had too few: a caption put in later. Chatter stays chatter."""
    if not desk.town.problems.read(text, has_photo=True).is_chatter:
        await open_draft(desk, draft, text)


async def explained_by_reply(desk: Desk, draft: Draft, text: str) -> None:
    """An answer to our question, or words under one's own photo: they add to what was said with it."""
    if draft.step is None and desk.town.problems.read(text, has_photo=True).is_chatter:
        return
    if desk.said.photos:
        message = await desk.keep_message("photo", pictured=True)
        message.draft_id = draft.id
        await keep_photos(desk, desk.said.photos, message, draft_id=draft.id)
    await open_draft(desk, draft, f"{draft.text} {text}".strip())


@router.button("kind")
async def kind(desk: Desk) -> None:
    """One of the categories offered under a photo without words; only its sender may say."""
    press = desk.said.press
    number = press.ticket if press and press.ticket else ""
    draft = await desk.session.get(Draft, int(number)) if number.isdecimal() and len(number) < 19 else None
    if press is None or draft is None or draft.chat_id != desk.here.id or press.argument not in desk.town.categories:
        raise Refusal("ask.over")
    if draft.person_id != desk.me.id:
        raise Refusal("ask.not_yours")
    if not draft.awaits(desk.me, desk.now):
        raise Refusal("ask.over")
    ticket = await open_draft(desk, draft, draft.text, press.argument)
    if ticket is not None:
        await desk.answer("ask.thanks", number=ticket.number)


@router.timer("ask")
async def question_leaves(desk: Desk, data: dict[str, Any]) -> None:
    """The question goes after half an hour; the photo stands in the leader's list until it is explained."""
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state == "asked" and draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
        draft.question_id = None
        await photo_unexplained(desk, draft)


@router.timer("nowhere")
async def nobody_said_where(desk: Desk, data: dict[str, Any]) -> None:
    """A report told in private, whose place nobody has answered for within a day."""
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state == "asked":
        await desk.stand_in(draft.chat_id, draft.person_id)
        await open_draft(desk, draft, draft.text)
