"""What is pressed under a tray: 下一件, 看照片; and the timers of trays."""

from typing import Any

from handlers import tray as trays
from handlers import words
from handlers.cards.drawing import as_picture, has_original, pictures_to_judge
from handlers.cards.proved import compared_with, marks_of_one, may_judge
from handlers.desk import Desk, Label
from handlers.leaders import side_of
from handlers.notices import photos_changed
from handlers.routing import Router
from models.chat import Chat
from models.photo import Photo, PhotoState
from models.refusal import Refusal
from models.rights import Standing
from models.tray import Tray

router = Router()
A_LOOK = 4
"""Pictures sent at a press: an album may have more, and the first ones tell enough to say whose it is."""


@router.button("next")
async def next_(desk: Desk) -> None:
    """下一件: after the one that stands on the copy that was pressed; after the last the first again."""
    tray = await trays.tray_here(desk)
    if tray is None:
        raise Refusal("press.unknown")
    shown = await desk.ticket()
    waiting = await trays.what_waits(desk.session, desk.town, desk.here, desk.now)
    turned_to = waiting.after(shown.id)
    tray.turn_to(turned_to)
    await trays.edit(desk, [desk.here])
    if turned_to is None:
        await desk.answer("tray.nothing")
    else:
        await desk.answer("tray.turned", position=waiting.ids.index(turned_to) + 1, count=len(waiting.ids))


@router.button("pictures")
async def pictures(desk: Desk) -> None:
    """看照片: what was reported, or what is said to prove that it is mended; to him alone."""
    ticket = await desk.ticket()
    held = ticket.standings(desk.me, side_of(desk.town, ticket, desk.me))
    if held.isdisjoint({Standing.LEADER, Standing.INSPECTOR}) or not desk.here.is_private:
        raise Refusal("ticket.not_your_grid", number=ticket.number)
    photos, blurs = await pictures_to_judge(desk.session, ticket), desk.town.district.blurs
    shown = [(photo, picture) for photo in photos if (picture := as_picture(photo, blurs=blurs))]
    if not shown:
        raise Refusal(_none_of(photos), number=ticket.number)
    shows_more = desk.town.district.shows_originals and any(has_original(photo) for photo in photos)
    judges = may_judge(held)
    for photo, picture in shown[:A_LOOK]:
        is_last = picture is shown[:A_LOOK][-1][1]
        reads = desk.session, photo, desk.town, desk.locale, desk.now, [desk.me]
        marks = await marks_of_one(*reads) if judges else []
        original = [[Label("button.original", "original", ticket.number)]] if shows_more and is_last else []
        await desk.say(
            desk.here, "tray.picture", ticket=ticket, picture=picture, remember=True, buttons=original,
            number=ticket.number, marks=marks,
        )  # fmt: skip
    if judges:
        await _compare(desk, [photo for photo, _ in shown[:A_LOOK]])


async def _compare(desk: Desk, photos: list[Photo]) -> None:
    """Below them what they were found to be the same as, where he may see it; by its copy for many eyes."""
    known = {photo.id for photo in photos}
    for photo, other in await compared_with(desk.session, photos, desk.town, [desk.me]):
        picture = as_picture(photo, blurs=desk.town.district.blurs)
        if picture and photo.id not in known:
            role = words.plain(desk.locale, "pair.after" if photo.role == "after" else "pair.before")
            await desk.say(
                desk.here, "proof.compared", ticket=other, picture=picture, remember=True, number=other.number,
                role=role,
            )  # fmt: skip


def _none_of(photos: list[Photo]) -> str:
    """Why there is nothing to show."""
    states = {photo.state for photo in photos}
    if PhotoState.WAITING in states:
        return "tray.pictures_soon"
    return "tray.pictures_over" if PhotoState.GONE in states else "tray.no_pictures"


@router.timer("tray")
async def ten_minutes_over(desk: Desk, data: dict[str, Any]) -> None:
    """What came in meanwhile rings now, if it still waits, or when the quiet hours are over."""
    tray = await desk.session.get_one(Tray, data["tray"])
    chat = await desk.session.get_one(Chat, tray.chat_id)
    fresh = set(tray.fresh)
    if fresh & set((await trays.what_waits(desk.session, desk.town, chat, desk.now)).ids):
        await trays.ring(desk, [chat])
    else:
        tray.fresh = []


@router.timer("tray_asked")
async def asked_long_enough(desk: Desk, data: dict[str, Any]) -> None:
    """Nobody said which department."""
    tray = await desk.session.get_one(Tray, data["tray"])
    if tray.asks is not None:
        tray.turn_to(None)
        await trays.edit(desk, [await desk.session.get_one(Chat, tray.chat_id)])


@router.timer("photo_over")
async def nobody_explained(desk: Desk, data: dict[str, Any]) -> None:
    """After a day nothing makes it a report any more: the tray forgets it."""
    await photos_changed(desk, data["chat"])
