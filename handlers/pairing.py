"""Before and after in one picture: drawn as soon as there is a good one of each side."""

from typing import Any

from handlers import words
from handlers.cards import as_picture
from handlers.desk import Desk
from handlers.fix import post_fix
from models.chat import Chat
from models.photo import Photo, PhotoState
from models.ticket import Stage, Ticket


async def pair_what_came(desk: Desk, ticket: Ticket) -> None:
    """It is mended, whatever was the last thing to it: the pictures of those who were done before may be there long
    since."""
    if ticket.stage == Stage.RESOLVED:
        await pair_when_ready(desk, ticket, None)


async def pair_when_ready(desk: Desk, ticket: Ticket, came: Photo | None) -> None:
    """With the first good picture of each side; also when the bare one went out already,
    which the pair then replaces."""
    photos: list[Photo] = await desk.all_of(Photo.of(ticket.id))
    before = [photo for photo in photos if photo.role == "before"]
    after = [photo for photo in photos if photo.role == "after" and photo.round == ticket.round]
    one, other = _kept(before), _kept(after)
    if one is None or other is None:
        lacking = [*(before if one is None else ()), *(after if other is None else ())]
        settled = all(photo.is_settled for photo in lacking)
        if settled and ticket.fix_said < ticket.round:
            await post_fix(desk, ticket, shown(after))
        return
    if came is not None and came not in (one, other):
        return
    chat = await desk.session.get_one(Chat, ticket.chat_id)
    place, locale = ticket.place or desk.grid_of(ticket).name, desk.language_of(chat)
    desk.run_errand(
        "pair", desk.lane(chat), ticket=ticket.id, round=ticket.round, before=one.media, after=other.media,
        captions=[words.plain(locale, "pair.before"), words.plain(locale, "pair.after")],
        title=f"{ticket.number}  {place}",
    )  # fmt: skip


def _kept(photos: list[Photo]) -> Photo | None:
    return next((photo for photo in photos if photo.state == PhotoState.KEPT), None)


def shown(photos: list[Photo]) -> dict[str, Any] | None:
    return next((shown for photo in photos if (shown := as_picture(photo))), None)
