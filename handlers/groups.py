"""Which groups hear of a report that was made in private: those of its grid, else of the nearest one above."""

from handlers.desk import Desk
from models.card import Card
from models.chat import Chat
from models.grid import Grid
from models.ticket import Ticket

GROUP = "group"


async def tell_groups(desk: Desk, ticket: Ticket) -> None:
    """Its card in the grid's groups, once: where it was said first it stays, and is edited there.

    A ticket that stood nowhere is told as soon as somebody says where it is; the many dangers of one person stand with
    the leader and the department alone.
    """
    if (
        ticket.chat_id is None
        or ticket.reading.is_in_line
        or any(card.audience == GROUP for card in await desk.cards_of(ticket))
    ):
        return
    if (await desk.session.get_one(Chat, ticket.chat_id)).is_private:
        for chat in await groups_of(desk, desk.grid_of(ticket)):
            await desk.open_card(ticket, chat, "group")


async def groups_of(desk: Desk, grid: Grid) -> list[Chat]:
    chats: list[Chat] = await desk.all_of(Chat.of_grids(grid.line))
    bound: dict[int | None, list[Chat]] = {}
    for chat in chats:
        if not chat.is_private and not chat.is_parked:
            bound.setdefault(chat.grid_id, []).append(chat)
    return next((bound[grid_id] for grid_id in reversed(grid.line) if grid_id in bound), [])


async def group_cards(desk: Desk, ticket: Ticket) -> list[Card]:
    """Where a group reads of it that did not hear the report itself."""
    return [card for card in await desk.cards_of(ticket) if card.audience == GROUP and card.chat_id != ticket.chat_id]
