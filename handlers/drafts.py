"""A photo that says too little: one short question, and whatever explains it within a day."""

from typing import Any

from handlers.desk import Desk, Label
from handlers.locating import locate
from handlers.opening import Report, fetch, keep_photos, open_report
from handlers.routing import Router
from models.chat import Message
from models.draft import ASK_FOR, ASKED_FOR, Draft
from models.photo import Photo
from models.refusal import Refusal
from models.ticket import Ticket
from reading.personal import mask

router = Router()

USUAL = ("E0505", "E0110", "E0410", "P0123", "P0106", "E0506")
"""What is most often seen on a street, for a picture without a word; the ones this catalogue has are offered."""
CHOICES = 3


async def ask(desk: Desk, draft: Draft, message: Message) -> None:
    """What it is, by the likeliest categories; or where it is, once that is known.
    The question leaves by itself after a while."""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    buttons = [] if draft.step is not None else _choices(desk, draft)
    question = await desk.say(
        desk.here, "ask.what" if buttons else "ask.where", purpose="ask", reply_to=message.id, buttons=buttons,
        topic=message.topic, remember=True,
    )  # fmt: skip
    if question is not None:
        question.draft_id, draft.question_id = draft.id, question.id
        await desk.set_timer(f"ask:{draft.id}", "ask", ASK_FOR, desk.lane(desk.here), draft=draft.id)


def _choices(desk: Desk, draft: Draft) -> list[list[Label]]:
    likely = desk.town.problems.read(draft.text, has_photo=True).likely
    codes = [code for code in dict.fromkeys((*likely, *USUAL)) if code in desk.town.categories]
    locale = desk.language_of(desk.here)
    return [
        [Label(verb="kind", ticket=str(draft.id), argument=code, text=desk.town.category(code).name(locale))]
        for code in codes[:CHOICES]
    ]


async def open_draft(desk: Desk, draft: Draft, text: str, category: str | None = None) -> Ticket | None:
    """A photo that was explained, or an album that is whole, becomes a ticket. None: we still do not know where."""
    message = await desk.session.get_one(Message, draft.report_id)
    located = await locate(desk, text, desk.heard.place if desk.heard else None, at=draft.begun_at)
    draft.step = category or draft.step
    if located.grid is None:
        # What it is was told, if anything was said: the place alone is missing.
        draft.step = draft.step or (ASKED_FOR if text.strip() else None)
        draft.text, draft.state = mask(text), "asked"
        await ask(desk, draft, message)
        return None
    problem = desk.town.problems.read(text, has_photo=True)
    chosen = desk.town.categories.get(draft.step or "")
    ticket = await open_report(desk, Report(text, problem, located, message, desk.here), chosen)
    photos: list[Photo] = await desk.all_of(Photo.of_draft(draft.id))
    for photo in photos:
        photo.ticket_id = ticket.id
    fetch(desk, photos, desk.lane(desk.here))
    draft.state, draft.ticket_id, draft.text = "opened", ticket.id, ""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    return ticket


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
