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
    await _to_department(desk, ticket, event.data["to"])
    for department in event.data["cc"]:
        for chat in await desk.session.scalars(Chat.of_department(department)):
            await desk.open_card(ticket, chat, "cc")


async def _to_department(desk: Desk, ticket: Ticket, department_id: int) -> None:
    """Its chats get the card; where none can read it, the leader has to see to it."""
    chats: list[Chat] = await desk.all_of(Chat.of_department(department_id))
    for chat in chats:
        await desk.open_card(ticket, chat, "department")
    if all(chat.is_parked for chat in chats):
        for chat in await leader_chats(desk, desk.grid_of(ticket)):
            await desk.open_card(ticket, chat, "leader")


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
        await _to_department(desk, ticket, ticket.department_id)


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


# --- who can be reached only now, and what he missed ---------------------------------


async def catch_up_department(desk: Desk, chat: Chat, department_id: int) -> None:
    """A department got this chat: what waits for it comes here, and is history where it stood before."""
    for ticket in await desk.all_of(Ticket.awaiting_department(frozenset({department_id}))):
        cards = [card for card in await desk.cards_of(ticket) if card.audience == "department" and not card.ended]
        for card in cards:
            if card.chat_id != chat.id:
                desk.draw(card, ticket)
                card.ended = True
        if chat.id not in {card.chat_id for card in cards}:
            await desk.open_card(ticket, chat, "department")


async def catch_up_leader(desk: Desk, chat: Chat) -> None:
    """A leader can be reached in his private chat now: what waits for one, and nobody was told, is told to him."""
    led = [grid.id for grid in desk.book.grids.values() if desk.me.leads(grid)] if desk.book and desk.person else []
    for ticket in await desk.all_of(Ticket.unattended(led)) if led else []:
        await desk.open_card(ticket, chat, "leader")
