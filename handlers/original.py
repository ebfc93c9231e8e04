"""看原图: pictures as they were sent, with nothing hidden, alone to whoever has to act on them, where the district lets
him. Each look is kept, and what was shown is taken back after a while."""

from datetime import timedelta
from typing import Any

from handlers.desk import Desk, Label
from handlers.leaders import side_of
from handlers.routing import Router
from models.chat import Chat, Message
from models.photo import Photo, PhotoState
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()
MOST = 4
SHOWN_FOR = timedelta(hours=12)
"""A channel lets us take back what we said for two days."""


@router.button("original")
async def original(desk: Desk) -> None:
    ticket = await desk.ticket()
    look = ticket.see_original(by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    if not desk.town.district.shows_originals:
        raise Refusal("original.off")
    hidden = [photo for photo in await desk.all_of(Photo.of(ticket.id)) if photo.hidden]
    photos = [photo for photo in hidden if photo.state == PhotoState.KEPT and photo.media]
    if not photos and hidden:
        await desk.redraw(ticket)  # without the button
        await desk.answer("original.over", number=ticket.number)
        return
    if not photos:
        raise Refusal("original.none", number=ticket.number)
    private = await _alone(desk, ticket)
    if private is not None:
        desk.session.add(look)
        await _show(desk, ticket, private, photos[-MOST:])


async def _alone(desk: Desk, ticket: Ticket) -> Chat | None:
    """His private chat. None: it is not open, and the department's chat has shown him the way there."""
    if desk.here.is_private:
        return desk.here
    private: Chat | None = await desk.session.scalar(Chat.private_of([desk.me.id]))
    if private is None:
        way_in = [[Label("button.open_private", start=f"original-{ticket.number}")]]
        if desk.here.department_id is None:
            raise Refusal("press.unknown")  # no group of riders is shown such a button
        await desk.say(desk.here, "private.open_first", buttons=way_in, topic=desk.said.chat.topic)
    return private


async def _show(desk: Desk, ticket: Ticket, private: Chat, photos: list[Photo]) -> None:
    shown = []
    for photo in photos:
        message = await desk.say(
            private, "original.shown", ticket=ticket, picture={"media": photo.media, "guarded": True}, remember=True,
            number=ticket.number,
        )  # fmt: skip
        shown += [message.id] if message is not None else []
    await desk.set_timer(
        f"original:{shown[0]}", "original", SHOWN_FOR, desk.lane(private), chat=private.id, messages=shown
    )


@router.timer("original")
async def shown_long_enough(desk: Desk, data: dict[str, Any]) -> None:
    for message in data["messages"]:
        if await desk.session.get(Message, message) is not None:
            desk.remove(message, data["chat"])
