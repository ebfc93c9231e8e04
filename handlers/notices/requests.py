"""What a department hears of what it asked for; and the timers by which a ticket wakes, or comes to rest."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from handlers.cards.requested import day_told, span_told
from handlers.desk import Desk
from handlers.notices.notice import Notice
from models.chat import Chat
from models.ticket import Ticket, TicketEvent


async def _extended(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    for chat, card_id in await _department(desk, ticket):
        span = span_told(desk.language_of(chat), Decimal(event.data["hours"]), ticket)
        await _rings(desk, ticket, chat, card_id, "request.was_extended", span=span, deadline=ticket.deadline)


async def _refused(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    for chat, card_id in await _department(desk, ticket):
        what, reason = event.data["what"], event.data["reason"]
        await _rings(desk, ticket, chat, card_id, "request.was_refused", what=what, reason=reason)


async def _suspended(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    until = datetime.fromisoformat(event.data["until"])
    key = f"wake:{ticket.id}"
    await desk.set_timer(key, "wake", until, key, ticket=ticket.id, until=until.isoformat())
    for chat, card_id in await _department(desk, ticket):
        day = day_told(desk.language_of(chat), until, desk.town, desk.now)
        await _rings(desk, ticket, chat, card_id, "request.was_suspended", day=day)


async def _resumed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if event.data.get("danger"):
        return  # that it is dangerous rings there already
    for chat, card_id in await _department(desk, ticket):
        await _rings(desk, ticket, chat, card_id, "request.woke", deadline=ticket.deadline)


async def _resolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Day and night: nobody hears anything of it."""
    days, key = desk.town.district.days_until("close"), f"lapse:{ticket.id}"
    await desk.set_timer(
        key, "lapse", desk.now + timedelta(days=days), key, ticket=ticket.id, round=ticket.round, days=days
    )


async def _department(desk: Desk, ticket: Ticket) -> list[tuple[Chat, int]]:
    """Where its department reads of it: the chats, and under which message."""
    found = []
    for card in await desk.cards_of(ticket):
        if card.audience == "department" and not card.ended and card.message_id is not None:
            chat = await desk.session.get_one(Chat, card.chat_id)
            if chat.department_id == ticket.department_id and not chat.is_parked:
                found.append((chat, card.message_id))
    return found


async def _rings(desk: Desk, ticket: Ticket, chat: Chat, card_id: int, key: str, **values: Any) -> None:
    await desk.say(chat, key, ticket=ticket, reply_to=card_id, remember=True, number=ticket.number, **values)


NOTICES: Mapping[str, Notice] = {
    "extended": _extended,
    "refused": _refused,
    "suspended": _suspended,
    "resumed": _resumed,
    "resolved": _resolved,
}
