"""Films, round films and voices: kept and shown to who works on it; nobody looks into them, nobody listens."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handlers.desk import Desk
from handlers.opening import fetch, keep_photos
from handlers.routing import Router
from models.card import Witness
from models.chat import Chat, Message
from models.draft import ALBUM_WAIT, ASK_FOR, Draft
from models.mail import Repeat
from models.photo import Photo, PhotoKind
from models.refusal import Refusal
from models.ticket import IN_HAND, Ticket
from reading.personal import mask

router = Router()
SPOKEN = "spoken"
"""That nobody can listen he is told at most once an hour (models/person.py)."""
VOICE_JOINS = timedelta(minutes=5)
"""So long after a voice in private what he writes belongs to it."""


# --- somebody speaks, and writes nothing ----------------------------------------------------


async def heard_spoken(desk: Desk, replied: Message | None) -> None:
    """Not under his own report. In a group talk is talk, unless it answers us; in private it waits for a line in
    writing, and joins what that tells."""
    if desk.here.is_private and (replied is None or replied.ticket_id is None):
        await _wait_for_words(desk)
    elif desk.here.is_private or (replied is not None and replied.person_id is None):
        await ask_to_write(desk)


async def ask_to_write(desk: Desk) -> None:
    """Kindly, at most once an hour; to him alone where that can be."""
    if not desk.me.hears_again(SPOKEN, desk.now):
        return
    private = None if desk.here.is_private else await desk.session.scalar(Chat.private_of([desk.me.id]))
    if private is None:
        await desk.answer("clip.type_it")
    else:
        await desk.say(private, "clip.type_it", repeat=Repeat.NEVER)


async def add_to_draft(desk: Desk, draft: Draft) -> None:
    """More of what nobody has explained yet, under his own photo or our question."""
    message = await desk.keep_message("photo", pictured=True)
    message.draft_id = draft.id
    await keep_photos(desk, desk.said.photos, message, draft_id=draft.id)
    if desk.said.is_spoken:
        await ask_to_write(desk)


async def _wait_for_words(desk: Desk) -> None:
    waiting = await waiting_for_words(desk)
    if waiting is not None and waiting.question_id is not None:
        await add_to_draft(desk, waiting)
        return
    message = await desk.keep_message("report", pictured=True)
    draft = Draft(
        chat_id=desk.here.id, person_id=desk.me.id, state="asked", text=mask(desk.said.text), report_id=message.id,
        begun_at=desk.now,
    )  # fmt: skip
    desk.session.add(draft)
    await desk.session.flush()
    message.draft_id = draft.id
    await keep_photos(desk, desk.said.photos, message, draft_id=draft.id)
    question = await desk.say(desk.here, "clip.type_it", purpose="ask", reply_to=message.id, remember=True)
    if question is not None:
        question.draft_id, draft.question_id = draft.id, question.id
        await desk.set_timer(f"ask:{draft.id}", "ask", ASK_FOR, desk.lane(desk.here), draft=draft.id)


async def waiting_for_words(desk: Desk) -> Draft | None:
    """What the next words in this chat explain: the last photo or film without words, or a voice of just now. With an
    older voice they have nothing to do, unless they answer it."""
    for draft in await desk.all_of(Draft.unexplained(desk.me.id, desk.here.id, desk.now)):
        if desk.now - draft.begun_at <= VOICE_JOINS or draft.text.strip() or not await _is_voice(desk, draft):
            return draft  # type: ignore[no-any-return]
    return None


async def _is_voice(desk: Desk, draft: Draft) -> bool:
    kinds = {photo.kind for photo in await desk.all_of(Photo.of_draft(draft.id))}
    return bool(kinds) and kinds <= {PhotoKind.VOICE, PhotoKind.ROUND}


async def has_met(desk: Desk, ticket: Ticket) -> bool:
    """Whether he reported it, or joined: then what he sends under it belongs to it."""
    if ticket.reporter_id == desk.me.id:
        return True
    met = select(Witness.id).where(Witness.ticket_id == ticket.id, Witness.person_id == desk.me.id)
    return await desk.session.scalar(met.limit(1)) is not None


# --- an officer films his work -------------------------------------------------------------------


async def add_clip(desk: Desk, ticket: Ticket) -> None:
    """It joins the ticket and proves nothing: only a photo ends a round. Of an album that has one nothing is said."""
    task = await desk.task_of_mine(ticket)
    if task is None and not desk.me.works_for(ticket.department_id):
        raise Refusal("ticket.not_yours", number=ticket.number)
    message = await desk.keep_message("photo", ticket=ticket, pictured=True)
    department_id = task.department_id if task is not None else None
    photos = await keep_photos(
        desk, desk.said.photos, message, ticket_id=ticket.id, role="after", round=ticket.round,
        department_id=department_id,
    )  # fmt: skip
    fetch(desk, photos, desk.lane(desk.here))
    await desk.redraw(ticket)
    if ticket.stage not in IN_HAND or ticket.photo_waived or (task is not None and not task.is_open):
        return
    if desk.said.album is None:
        await desk.answer("clip.photo_needed", ticket=ticket, number=ticket.number, kind=photos[0].kind)
        return
    key = f"clip:{ticket.id}:{ticket.round}:{desk.me.id}"
    await desk.set_timer(
        key, "clip", ALBUM_WAIT, desk.lane(desk.here), ticket=ticket.id, round=ticket.round, message=message.id,
        film=photos[0].kind,
    )  # fmt: skip


@router.timer("clip")
async def album_had_no_photo(desk: Desk, data: dict[str, Any]) -> None:
    ticket, message = await desk.ticket_by_id(data["ticket"]), await desk.session.get_one(Message, data["message"])
    await desk.stand_in(message.chat_id, message.person_id)
    proofs = select(Photo.id).where(
        Photo.ticket_id == ticket.id, Photo.role == "after", Photo.round == data["round"],
        Photo.kind == PhotoKind.PHOTO, Photo.person_id == message.person_id,
    )  # fmt: skip
    is_told = ticket.stage in IN_HAND and ticket.round == data["round"]
    is_alone = desk.here.is_private or desk.here.department_id is not None or not ticket.is_restricted
    if is_told and is_alone and await desk.session.scalar(proofs.limit(1)) is None:
        await desk.say(
            desk.here, "clip.photo_needed", ticket=ticket, reply_to=message.id, topic=message.topic, remember=True,
            number=ticket.number, kind=data["film"],
        )  # fmt: skip
