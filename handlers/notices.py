"""An event, and who hears what. The only place that decides."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from handlers.desk import Desk
from models.chat import Chat
from models.grid import Grid
from models.person import Person, RoleKind
from models.ticket import WITH_LEADER, Ticket, TicketEvent

FIX_AFTER = timedelta(seconds=60)
"""The fix is posted with the bare picture when the pair is not ready by then (design.md 3.8)."""

Notice = Callable[[Desk, Ticket, TicketEvent], Awaitable[None]]


async def tell(desk: Desk) -> None:
    """At the end of a turn: what happened to the tickets in hand is written down and told."""
    for ticket in list(desk.tickets.values()):
        news, ticket.news = ticket.news, []
        for event in news:
            event.ticket_id = ticket.id
            desk.session.add(event)
        for event in news:
            notice = NOTICES.get(event.kind)
            if notice is not None:
                await notice(desk, ticket, event)
        if any(event.kind != "reported" for event in news):
            await desk.redraw(ticket)


async def _reported(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.chat_id is not None:
        chat = await desk.session.get_one(Chat, ticket.chat_id)
        await desk.open_card(ticket, chat, "private" if chat.is_private else "group")
        if ticket.is_restricted and not chat.is_private and ticket.reporter_id is not None:
            # The group reads only that it was taken up; the rest is for the reporter alone.
            for private in await desk.session.scalars(Chat.private_of([ticket.reporter_id])):
                await desk.open_card(ticket, private, "private")


async def _dispatched(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    for card in await desk.cards_of(ticket):
        if card.audience in ("department", "cc") and not card.ended:
            # One last look (已改派), then it is history there; the new department's chat, if it is the same one,
            # takes it up again.
            desk.draw(card, ticket)
            card.ended = True
    for chat in await desk.session.scalars(Chat.of_department(event.data["to"])):
        await desk.open_card(ticket, chat, "department")
    for department in event.data["cc"]:
        for chat in await desk.session.scalars(Chat.of_department(department)):
            await desk.open_card(ticket, chat, "cc")


async def _awaits_leader(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    for chat in await leader_chats(desk, desk.grid_of(ticket)):
        await desk.open_card(ticket, chat, "leader")


async def _placed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """In another grid another leader sorts it."""
    if ticket.stage not in WITH_LEADER:
        return
    chats = await leader_chats(desk, desk.grid_of(ticket))
    cards = [card for card in await desk.cards_of(ticket) if card.audience == "leader"]
    there = {card.chat_id for card in cards if not card.ended}
    for card in cards:
        if not card.ended and card.chat_id not in {chat.id for chat in chats}:
            desk.draw(card, ticket)
            card.ended = True
    for chat in chats:
        if chat.id not in there:
            await desk.open_card(ticket, chat, "leader")


async def _unsolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.department_id is not None:
        for chat in await desk.session.scalars(Chat.of_department(ticket.department_id)):
            await desk.open_card(ticket, chat, "department")


async def _resolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.chat_id is not None:
        chat = await desk.session.get_one(Chat, ticket.chat_id)
        await desk.set_timer(
            f"fix:{ticket.id}:{ticket.round}", "fix", FIX_AFTER, desk.lane(chat), ticket=ticket.id, round=ticket.round
        )


NOTICES: Mapping[str, Notice] = {
    "reported": _reported,
    "dispatched": _dispatched,
    "triaged": _awaits_leader,
    "returned": _awaits_leader,
    "placed": _placed,
    "resolved": _resolved,
    "unsolved": _unsolved,
}


async def leader_chats(desk: Desk, grid: Grid) -> list[Chat]:
    """Where a leader of this grid can be reached: himself, else the next one up,
    at last the administrators (contract 4)."""
    for grid_id in reversed(grid.line):
        chats = await _private_chats(desk, await desk.all_of(Person.with_role(RoleKind.LEADER, grids=[grid_id])))
        if chats:
            return chats
    return await leaders_of_last_resort(desk)


async def leaders_of_last_resort(desk: Desk) -> list[Chat]:
    """The administrators' private chats."""
    return await _private_chats(desk, await desk.all_of(Person.with_role(RoleKind.ADMIN)))


async def _private_chats(desk: Desk, people: list[Person]) -> list[Chat]:
    return await desk.all_of(Chat.private_of([person.id for person in people])) if people else []
