"""What is pressed under a tray: 下一件, 看照片; and the timers of trays."""

from typing import Any

from handlers import tray as trays
from handlers.cards.drawing import pictures_to_judge
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.notices import photos_changed
from handlers.routing import Router
from models.chat import Chat
from models.refusal import Refusal
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
    if not desk.me.leads(side_of(desk.town, ticket, desk.me)) or not desk.here.is_private:
        raise Refusal("ticket.not_your_grid", number=ticket.number)
    shown = await pictures_to_judge(desk.session, ticket)
    if not shown:
        raise Refusal("tray.no_pictures", number=ticket.number)
    for picture in shown[:A_LOOK]:
        await desk.say(
            desk.here, "tray.picture", ticket=ticket, picture=picture, remember=True, number=ticket.number
        )  # fmt: skip


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
