"""更多照片: all that was sent of a ticket beside what everybody has seen, alone to who asks for it."""

from datetime import timedelta

from sqlalchemy import select

from handlers import words
from handlers.asking import pressed_card
from handlers.cards.further import further, is_there, may_be_seen
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.card import Card
from models.chat import Chat, Message
from models.mail import Repeat
from models.photo import Photo, PhotoKind, PhotoState
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()
MOST = 10
PURPOSE = "photos"
SENT_JUST_NOW = timedelta(minutes=1)
"""Whoever presses again within it has them above."""


@router.command("photos", "private", "group", "leader", "department")
@router.button("photos")
async def photos(desk: Desk) -> None:
    ticket = await desk.ticket()
    grid, task = side_of(desk.town, ticket, desk.me), await desk.task_of_mine(ticket)
    if ticket.is_restricted:
        ticket.check_may_see_photos(by=desk.me, grid=grid, task=task)
    sees_all = ticket.shows_all_to(desk.me, grid, task)
    sent: list[Photo] = await desk.all_of(Photo.of(ticket.id))
    there = [photo for photo in may_be_seen(sent, ticket, sees_all=sees_all) if is_there(photo)]
    if not there:
        states = {photo.state for photo in sent}
        is_coming, is_gone = PhotoState.WAITING in states, PhotoState.GONE in states
        raise Refusal("photos.none", number=ticket.number, coming=is_coming, gone=is_gone)
    private = await _alone(desk, ticket)
    if private is None:
        return
    if await _has_them(desk, ticket, private):
        await desk.answer("photos.just_sent", number=ticket.number)
        return
    touched = await pressed_card(desk, ticket)
    card = touched if isinstance(touched, Card) and sees_all else None
    rest = [photo for photo in further(sent, ticket, sees_all=sees_all, card=card) if photo in there]
    shown = (rest or there)[:MOST]
    for place, photo in enumerate(shown, 1):
        await _show(desk, ticket, private, photo, (place, len(shown)))
    if not desk.here.is_private:
        await desk.answer("photos.sent", count=len(shown))


async def _alone(desk: Desk, ticket: Ticket) -> Chat | None:
    """His private chat. None: it is not open; a press opens it, to words he is shown the way there."""
    press, start = desk.said.press, f"photos-{ticket.number}"
    if press is None or desk.here.is_private:
        return await desk.alone(start)
    private: Chat | None = await desk.session.scalar(Chat.private_of([desk.me.id]))
    if private is None:
        desk.answered = True
        desk.post(desk.here, "answer", {"press": press.id, "text": "", "start": start}, repeat=Repeat.NEVER)
    return private


async def _has_them(desk: Desk, ticket: Ticket, private: Chat) -> bool:
    lately = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.chat_id == private.id, Message.purpose == PURPOSE,
        Message.at > desk.now - SENT_JUST_NOW,
    )  # fmt: skip
    return await desk.session.scalar(lately.limit(1)) is not None


async def _show(desk: Desk, ticket: Ticket, private: Chat, photo: Photo, place: tuple[int, int]) -> None:
    """Before or after, when it was sent, by which department; not by whom."""
    picture = {"media": photo.public}
    if photo.kind != PhotoKind.PHOTO:
        picture = {"media": photo.media, "kind": photo.kind}
    department = desk.town.departments.get(photo.department_id or 0)
    locale = desk.language_of(private)
    await desk.say(
        private, "photos.one", purpose=PURPOSE, ticket=ticket, picture=picture, remember=True, number=ticket.number,
        role=words.plain(locale, "pair.after" if photo.role == "after" else "pair.before"), at=photo.at,
        place=place[0], of=place[1],
        view=words.plain(locale, f"view.{photo.view}") if photo.view else None,
        department=department.name if department else None,
    )  # fmt: skip
