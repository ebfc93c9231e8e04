"""Clocks set anew because of an event, and what they say to departments. What they say to leaders: leaders.py."""

from collections.abc import Mapping

from sqlalchemy import select

from handlers.chasing import begin_chasing, begin_checking, rest_after_urging
from handlers.desk import Desk
from handlers.notices.notice import Notice
from handlers.office import begin_waiting
from models.chat import Chat, Message
from models.mail import Repeat
from models.ticket import Ticket, TicketEvent
from models.tray import RINGS_EVERY


async def _anew(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    await begin_chasing(desk, ticket)
    await begin_waiting(desk, ticket, event.at)


async def _changed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """The department reads it on its card, and nothing rang there yet."""
    await begin_chasing(desk, ticket, rings=True)


async def _alarmed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """What waited for the morning does not any more."""
    await begin_chasing(desk, ticket, rings=True)
    await begin_waiting(desk, ticket, event.at)


async def _resolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    await begin_checking(desk, ticket)


async def _unproven(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """He was told why; the clock went on all the while."""
    await begin_chasing(desk, ticket)


async def _urged(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.is_late:
        await rest_after_urging(desk, ticket)


async def _reminded(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """A reply to the card of each who still has something to do on it, which rings; nobody is told it twice."""
    waited_for = {task.department_id for task in await desk.tasks_of(ticket) if task.is_open}
    for card in await desk.cards_of(ticket):
        if card.audience not in ("department", "joint") or card.ended or card.message_id is None:
            continue
        chat = await desk.session.get_one(Chat, card.chat_id)
        has_to = not waited_for or chat.department_id in waited_for
        if chat.is_parked or not has_to or (event.data["belated"] and await _was_reminded(desk, chat)):
            continue
        await desk.say(
            chat, f"chase.{event.data['cause']}", purpose="reminder", ticket=ticket, reply_to=card.message_id,
            remember=True, repeat=Repeat.NEVER, number=ticket.number, until=ticket.due_at,
        )  # fmt: skip


async def _was_reminded(desk: Desk, chat: Chat) -> bool:
    """After a day off one ring a chat is enough: the digest tells the rest."""
    lately = Message.at > desk.now - RINGS_EVERY
    said = Message.in_chat(chat.id, "reminder").with_only_columns(Message.id).where(lately).limit(1)
    return await desk.session.scalar(select(said.exists())) is True


NOTICES: Mapping[str, Notice] = {
    "dispatched": _anew,
    "unsolved": _anew,
    "reopened": _anew,
    "extended": _anew,
    "resumed": _anew,
    "agreed": _anew,
    "secured": _anew,
    "alarmed": _alarmed,
    "recategorised": _changed,
    "resolved": _resolved,
    "unproven": _unproven,
    "urged": _urged,
    "reminded": _reminded,
}
