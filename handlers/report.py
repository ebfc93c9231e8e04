"""Somebody tells of a problem: a photo with a caption, an album, a text that names us, /report."""

from typing import Any

from handlers.desk import Desk, Label
from handlers.locating import home, locate
from handlers.opening import Report, fetch, keep_photos, open_ticket
from handlers.routing import Router
from models.chat import Message
from models.draft import ANSWER_WITHIN, ASK_FOR, Draft
from models.mail import Repeat
from models.photo import Photo
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()

USUAL = ("E0505", "E0110", "E0410", "P0123", "P0106", "E0506")
"""What is most often seen on a street, for a picture that came without a word; the ones this catalogue has are offered."""
CHOICES = 3


@router.command("report", "private", "group")
async def report(desk: Desk) -> None:
    """/report TEXT: a ticket without a photo, or with the photo it stands under or replies to."""
    text = desk.said.words.strip()
    if not text and not desk.said.photos:
        await desk.answer("report.how")
        return
    await from_message(desk, text, asked_for=True)


async def heard_photo(desk: Desk) -> None:
    """A photo in a grid's group or in private, alone or as part of an album."""
    if desk.said.album is not None:
        await _album_part(desk, desk.said.album)
    else:
        await from_message(desk, desk.said.text)


async def heard_mention(desk: Desk) -> None:
    """A text that names us: a ticket, if it names a problem."""
    problem = desk.town.problems.read(desk.said.text)
    if problem.is_report:
        await from_message(desk, desk.said.text, asked_for=True)


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
    message = await desk.keep_message("report", pictured=bool(heard.photos))
    located = await locate(desk, text, heard.place) if told else None
    if located is not None and located.grid is not None:
        ticket = await _open(desk, Report(text, problem, located, message, desk.here))
        photos = await keep_photos(desk, heard.photos, message, ticket_id=ticket.id, role="before")
        fetch(desk, photos, desk.lane(desk.here))
        return
    draft = Draft(
        chat_id=desk.here.id, person_id=desk.me.id, state="asked", text=text, report_id=message.id, begun_at=desk.now
    )
    desk.session.add(draft)
    await desk.session.flush()
    message.draft_id = draft.id
    await keep_photos(desk, heard.photos, message, draft_id=draft.id)
    await ask(desk, draft, message)


async def ask(desk: Desk, draft: Draft, message: Message) -> None:
    """One short question: what it is, by the likeliest categories; or, in private, where it is. It leaves by itself after a while."""
    problem = desk.town.problems.read(draft.text, has_photo=True)
    where = desk.here.is_private and bool(draft.text.strip()) and not problem.is_chatter
    likely = [code for code in (*problem.likely, *USUAL) if code in desk.town.categories]
    locale = desk.language_of(desk.here)
    buttons = [
        [Label(verb="kind", ticket=str(draft.id), argument=code, text=desk.town.category(code).name(locale))]
        for code in list(dict.fromkeys(likely))[:CHOICES]
    ]
    question = await desk.say(
        desk.here, "ask.where" if where else "ask.what", purpose="ask", reply_to=message.id, buttons=() if where else buttons,
        topic=message.topic, remember=True,
    )  # fmt: skip
    if question is not None:
        question.draft_id, draft.question_id = draft.id, question.id
        await desk.set_timer(f"ask:{draft.id}", "ask", ASK_FOR, desk.lane(desk.here), draft=draft.id)


async def open_draft(desk: Desk, draft: Draft, text: str, category: str | None = None) -> Ticket | None:
    """A photo that was explained later, or an album that is whole, becomes a ticket. None: we still do not know where."""
    message = await desk.session.get_one(Message, draft.report_id)
    located = await locate(desk, text, desk.heard.place if desk.heard else None)
    if located.grid is None:
        draft.text = text
        await ask(desk, draft, message)
        return None
    problem = desk.town.problems.read(text, has_photo=True)
    ticket = await _open(desk, Report(text, problem, located, message, desk.here), category)
    photos: list[Photo] = await desk.all_of(Photo.of_draft(draft.id))
    for photo in photos:
        photo.ticket_id = ticket.id
    fetch(desk, photos, desk.lane(desk.here))
    draft.state, draft.ticket_id, draft.text = "opened", ticket.id, ""
    if draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
    return ticket


async def _open(desk: Desk, report: Report, category: str | None = None) -> Ticket:
    ticket = await open_ticket(desk, report, desk.town.category(category) if category else None)
    if ticket.report_id != report.message.id:
        # Known already: no second card. A sign under his message, and the number to him alone where that is possible.
        desk.post(desk.here, "react", {"emoji": "🤝", "message_row": report.message.id}, repeat=Repeat.FREELY)
        await desk.tell_privately(desk.me.id, "report.known", number=ticket.number)
    return ticket


async def _album_part(desk: Desk, album: str) -> None:
    """A part is kept at once; the timer opens the ticket when the album seems whole; a part that comes later joins it."""
    if home(desk) is None and not desk.here.is_private:
        return
    draft = await desk.session.scalar(Draft.of_album(desk.here.id, album))
    message = await desk.keep_message("report", pictured=True)
    if draft is None:
        draft = Draft(
            chat_id=desk.here.id,
            person_id=desk.me.id,
            album=album,
            state="gathering",
            report_id=message.id,
            begun_at=desk.now,
        )
        desk.session.add(draft)
        await desk.session.flush()
    message.draft_id = draft.id
    if desk.said.text and not draft.text:
        # The caption stands on any one part; the answer goes under the part that carries it.
        draft.text, draft.report_id = desk.said.text, message.id if draft.state == "gathering" else draft.report_id
    photos = await keep_photos(desk, desk.said.photos, message, draft_id=draft.id)
    if draft.state == "gathering":
        await desk.set_timer(f"album:{draft.id}", "album", draft.due_at(desk.now), desk.lane(desk.here), draft=draft.id)
    elif draft.ticket_id is not None:
        message.ticket_id = draft.ticket_id
        for photo in photos:
            photo.ticket_id = draft.ticket_id
        fetch(desk, photos, desk.lane(desk.here))
    elif desk.said.text:
        await explained(desk, draft, desk.said.text)


async def explained(desk: Desk, draft: Draft, text: str) -> None:
    """Words for a photo that had none: a caption put in later, a reply. Chatter stays chatter."""
    if not desk.town.problems.read(text, has_photo=True).is_chatter:
        await open_draft(desk, draft, text)


@router.button("kind")
async def kind(desk: Desk) -> None:
    """One of the categories offered under a photo without words; only its sender may say."""
    press = desk.said.press
    draft = (
        await desk.session.get(Draft, int(press.ticket))
        if press and press.ticket and press.ticket.isdecimal()
        else None
    )
    if (
        press is None
        or draft is None
        or draft.chat_id != desk.here.id
        or draft.state != "asked"
        or press.argument not in desk.town.categories
    ):
        raise Refusal("ask.over")
    if draft.person_id != desk.me.id:
        raise Refusal("ask.not_yours")
    if draft.begun_at < desk.now - ANSWER_WITHIN:
        raise Refusal("ask.over")
    ticket = await open_draft(desk, draft, draft.text, press.argument)
    if ticket is not None:
        await desk.answer("ask.thanks", number=ticket.number)


@router.timer("album")
async def album_is_whole(desk: Desk, data: dict[str, Any]) -> None:
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state != "gathering":
        return
    await desk.stand_in(draft.chat_id, draft.person_id)
    problem = desk.town.problems.read(draft.text, has_photo=True)
    private = desk.here.is_private
    if draft.text.strip() and problem.is_chatter:
        draft.state = "dropped"
    elif problem.is_report or (private and draft.text.strip()):
        draft.state = "asked"
        await open_draft(desk, draft, draft.text)
    else:
        draft.state = "asked"
        await ask(desk, draft, await desk.session.get_one(Message, draft.report_id))


@router.timer("ask")
async def question_leaves(desk: Desk, data: dict[str, Any]) -> None:
    """The question goes after half an hour; the photo stands in the leader's list until it is explained."""
    draft = await desk.session.get_one(Draft, data["draft"])
    if draft.state == "asked" and draft.question_id is not None:
        desk.remove(draft.question_id, draft.chat_id)
        draft.question_id = None
