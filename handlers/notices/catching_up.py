"""Who can be reached only now, and what he missed."""

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import ladder, leader_chats, led_by
from handlers.notices.calling import catch_up_party
from models.chat import Chat
from models.draft import ANSWER_WITHIN, Draft
from models.ticket import Ticket


async def catch_up_department(desk: Desk, chat: Chat, department_id: int) -> None:
    """A department got this chat: what waits for it comes here, and is history where it stood before."""
    grids = set()
    for ticket in await desk.all_of(Ticket.awaiting_department(frozenset({department_id}))):
        grids.add(ticket.grid_id)
        cards = [card for card in await desk.cards_of(ticket) if card.audience == "department" and not card.ended]
        for card in cards:
            if card.chat_id != chat.id:
                desk.draw(card, ticket)
                card.ended = True
        if chat.id not in {card.chat_id for card in cards}:
            await desk.open_card(ticket, chat, "department")
    await catch_up_party(desk, chat, department_id)
    # It can be reached now: what its tickets waited for in trays is over.
    reached = [await leader_chats(desk, desk.town.grids[grid_id]) for grid_id in grids]
    await trays.edit(desk, [one for chats in reached for one in chats])


async def catch_up_leader(desk: Desk, chat: Chat) -> None:
    """A leader can be reached in his private chat now: what waits for him is told to him, and no longer to those
    above him."""
    if desk.book is None or desk.person is None or not led_by(desk.book, desk.person):
        return
    waiting = await trays.what_waits(desk.session, desk.book, chat, desk.now)
    if waiting.ids or waiting.photos:
        await trays.ring(desk, [chat])
    for grid_id in desk.person.grids:
        rungs = await ladder(desk, desk.town.grids[grid_id])
        await trays.edit(desk, [other for rung in rungs for other in rung.chats])


async def photo_unexplained(desk: Desk, draft: Draft) -> None:
    """Nobody answered what it shows: for the rest of the day it stands in the leader's tray."""
    await photos_changed(desk, draft.chat_id)
    lane = desk.lane(await desk.session.get_one(Chat, draft.chat_id))
    over = draft.begun_at + ANSWER_WITHIN
    await desk.set_timer(f"photo-over:{draft.id}", "photo_over", over, lane, chat=draft.chat_id)


async def photos_changed(desk: Desk, chat_id: int) -> None:
    """A photo without words was left unexplained, or was explained: its leader's tray shows it, or no longer does.

    It rings for nobody to whom anything was said before: most of them are explained, or tell of nothing.
    """
    group = await desk.session.get_one(Chat, chat_id)
    grid = desk.town.grids.get(group.grid_id or 0)
    if grid is not None:
        await trays.edit(desk, await leader_chats(desk, grid), begins=True)
