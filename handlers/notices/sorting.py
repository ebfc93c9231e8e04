"""Who hears of what a leader decides: the reporter why it is no case, the department that it must hurry."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from handlers.desk import Desk
from handlers.notices.notice import Notice
from models.card import Card, Witness
from models.chat import Chat
from models.ticket import Ticket, TicketEvent


async def _declined(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """A group reads it on its card; each of those who met it is told alone, where that can be."""
    await _tell_witnesses(desk, ticket, event, "told.declined", reason=event.data["reason"])


async def _merged(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    other = await desk.ticket_by_id(event.data["into"])
    await _tell_witnesses(desk, ticket, event, "told.merged", into=other.number)


async def _tell_witnesses(desk: Desk, ticket: Ticket, event: TicketEvent, key: str, **values: Any) -> None:
    people = await desk.all_of(select(Witness.person_id).where(Witness.ticket_id == ticket.id).order_by(Witness.id))
    for person_id in people:
        if person_id != event.by_id:  # who decided it knows
            await desk.tell_privately(person_id, key, ticket=ticket, number=ticket.number, **values)


async def _urged(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Whoever has not done his part yet: a short word under the card, which rings."""
    for card, chat in await _at_work(desk, ticket):
        await _under(desk, card, chat, ticket, "card.hurry", words=event.data["words"])


async def _waived(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    for card, chat in await _at_work(desk, ticket):
        await _under(desk, card, chat, ticket, "card.waived", reason=event.data["reason"])


async def _reopened(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.department_id is not None:
        for chat in await desk.all_of(Chat.of_department(ticket.department_id)):
            await desk.open_card(ticket, chat, "department")


async def _dispatched(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who was at work on it has to stop, and an edit rings on nobody's phone."""
    if not event.data.get("working"):
        return
    for card in await desk.cards_of(ticket):
        chat = await desk.session.get_one(Chat, card.chat_id)
        if card.audience == "department" and chat.department_id == event.data["was"]:
            await _under(desk, card, chat, ticket, "card.taken_away")


async def reads_here(desk: Desk, ticket: Ticket) -> bool:
    """Whether anybody hears what is said to its department."""
    return bool(await _at_work(desk, ticket))


async def _at_work(desk: Desk, ticket: Ticket) -> list[tuple[Card, Chat]]:
    """The living cards of those who still have to do something, in chats we are in."""
    called: list[int | None] = [task.department_id for task in await desk.tasks_of(ticket) if task.is_open]
    busy = called or [ticket.department_id]
    found = []
    for card in await desk.cards_of(ticket):
        if card.audience in ("department", "joint") and not card.ended:
            chat = await desk.session.get_one(Chat, card.chat_id)
            if chat.department_id in busy and not chat.is_parked:
                found.append((card, chat))
    return found


async def _under(desk: Desk, card: Card, chat: Chat, ticket: Ticket, key: str, **values: Any) -> None:
    if card.message_id is not None:
        await desk.say(
            chat, key, ticket=ticket, reply_to=card.message_id, remember=True, number=ticket.number, **values
        )  # fmt: skip


NOTICES: Mapping[str, Notice] = {
    "declined": _declined,
    "merged": _merged,
    "urged": _urged,
    "waived": _waived,
    "reopened": _reopened,
    "dispatched": _dispatched,
}
