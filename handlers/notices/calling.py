"""Who hears of a whistle, an emergency, a council: those called, who called them, and who must know that one is not
there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handlers.desk import Desk
from handlers.leaders import ladder, leader_chats
from handlers.notices.notice import Notice
from models.card import Card
from models.chat import Chat
from models.task import Part, Response, Task
from models.ticket import Stage, Ticket, TicketEvent


async def _whistled(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who joins gets a card. Who leads has one; it rings there where that is news."""
    tasks, fresh = await desk.tasks_of(ticket), set(event.data["called"])
    for task in tasks:
        if task.part != Part.LEAD and task.department_id in fresh:
            await _call(desk, ticket, task.department_id)
    is_emergency = event.data["response"] == Response.EMERGENCY
    if is_emergency:
        open_ = {task.department_id for task in tasks if task.is_open}
        await ring_parties(desk, ticket, open_, "emergency.called")
    if event.by_id is not None:
        await _show(desk, ticket, await desk.all_of(Chat.private_of([event.by_id])))
    if is_emergency:
        await _show(desk, ticket, await leader_chats(desk, desk.grid_of(ticket)))
    await watch(desk, ticket)


async def _convened(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    parties = [task.department_id for task in await desk.tasks_of(ticket) if task.is_open]
    key = "council.moved" if event.data["again"] else "council.called"
    await ring_parties(desk, ticket, parties, key)
    await watch(desk, ticket)


async def _agreed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    tasks = [task for task in await desk.tasks_of(ticket) if task.department_id == event.data["department"]]
    for task in tasks:
        await ring_parties(desk, ticket, [task.department_id], "agree.yours", words=task.words, until=task.due_at)


async def _excused(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Its card is history."""
    await _end(desk, ticket, [event.data["department"]])
    await _lift_awaited(desk, ticket, event)


async def _asked_off(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who called it decides; the buttons for that are on his card."""
    name = desk.town.departments[event.data["department"]].name
    await _tell_leaders(desk, ticket, "ask_off.asked", department=name, reason=event.data["reason"])


async def _kept_called(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    await ring_parties(desk, ticket, [event.data["department"]], "ask_off.come")


async def _lift_awaited(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """All are done, and an emergency is still to be lifted: who leads hears of it, unless it was itself the last."""
    lead = ticket.department_id
    is_left = ticket.stage == Stage.WORKING and ticket.awaits_lift and lead is not None
    if not is_left or any(task.is_open for task in await desk.tasks_of(ticket)) or event.data["department"] == lead:
        return
    await ring_parties(desk, ticket, [lead] if lead is not None else [], "emergency.lift")


async def _dispatched(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who joined may lead now: he has the card of the one in charge, and his other one is history."""
    if ticket.response is not None:
        await _end(desk, ticket, [event.data["to"]])
        await watch(desk, ticket)


async def _reworked(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """The lead alone begins anew."""
    cards = [card for card in await desk.cards_of(ticket) if card.audience == "joint" and not card.ended]
    for card in cards:
        desk.draw(card, ticket)
        card.ended = True


async def _resumed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who was late meanwhile is looked for at once, in a turn of its own."""
    if ticket.response is not None:
        key = f"report_in:{ticket.id}"
        await desk.set_timer(key, "report_in", desk.now, key, ticket=ticket.id, round=ticket.round)


async def raise_absence(desk: Desk, ticket: Ticket, late: Sequence[Task]) -> None:
    """Who was called and is not there: in one message to who called them, and to the next one up the ladder."""
    names = "、".join(desk.town.departments[task.department_id].name for task in late)
    rungs = await ladder(desk, desk.grid_of(ticket))
    if ticket.response == Response.COUNCIL:
        await _tell_leaders(desk, ticket, "council.silent", parties=names)
        return
    told = await _tell_leaders(desk, ticket, "whistle.absent", parties=names, minutes=late[0].allowed_minutes)
    above = [chat for rung in rungs[1:2] for chat in rung.chats if chat.id not in told]
    await _show(desk, ticket, above)


async def watch(desk: Desk, ticket: Ticket) -> None:
    """Have the next one who is late looked for when his time is over. Who is late already, and was not told of
    because it rested or nobody led, is looked for again only when it goes on."""
    awaited = [task for task in await desk.tasks_of(ticket) if task.is_expected and not task.told_late]
    to_come = (task.report_in_by for task in awaited if task.report_in_by is not None)
    due = min((due for due in to_come if due > desk.now), default=None)
    if due is not None:
        key = f"report_in:{ticket.id}"
        await desk.set_timer(key, "report_in", due, key, ticket=ticket.id, round=ticket.round)


async def ring_parties(
    desk: Desk, ticket: Ticket, departments: Iterable[int], key: str, **values: Any
) -> None:  # fmt: skip
    """A short word under the cards of these departments, where they did not just get them."""
    wanted = set(departments)
    for card in await desk.cards_of(ticket):
        chat = await desk.session.get_one(Chat, card.chat_id)
        is_theirs = card.audience in ("department", "joint") and chat.department_id in wanted
        if is_theirs and not card.ended and card.message_id is not None and card not in desk.drawn:
            await _under(desk, card, chat, ticket, key, **values)


async def _call(desk: Desk, ticket: Ticket, department_id: int) -> None:
    for chat in await desk.all_of(Chat.of_department(department_id)):
        for card in await desk.cards_of(ticket):
            if (card.chat_id, card.audience) == (chat.id, "cc") and not card.ended:
                desk.draw(card, ticket)
                card.ended = True  # who only read along takes part now
        await desk.open_card(ticket, chat, "joint")


async def catch_up_party(desk: Desk, chat: Chat, department_id: int) -> None:
    """A department got this chat: what it was called to comes here, and is history where it stood before."""
    for ticket in await desk.all_of(Ticket.called_upon(frozenset({department_id}))):
        desk.tickets.setdefault(ticket.id, ticket)
        there = [card for card in await desk.cards_of(ticket) if card.audience == "joint" and not card.ended]
        chats = {card: await desk.session.get_one(Chat, card.chat_id) for card in there}
        for card in there:
            if chats[card].department_id not in {task.department_id for task in await desk.tasks_of(ticket)}:
                desk.draw(card, ticket)
                card.ended = True
        if chat.id not in {card.chat_id for card in there}:
            await desk.open_card(ticket, chat, "joint")


async def _show(desk: Desk, ticket: Ticket, chats: Iterable[Chat]) -> None:
    """A leader's living card, where he has none yet."""
    there = {card.chat_id for card in await desk.cards_of(ticket) if card.audience == "leader" and not card.ended}
    for chat in chats:
        if chat.id not in there:
            there.add(chat.id)
            await desk.open_card(ticket, chat, "leader")


async def _end(desk: Desk, ticket: Ticket, departments: Sequence[int]) -> None:
    for card in await desk.cards_of(ticket):
        chat = await desk.session.get_one(Chat, card.chat_id)
        if card.audience == "joint" and not card.ended and chat.department_id in departments:
            desk.draw(card, ticket)
            card.ended = True


async def _tell_leaders(desk: Desk, ticket: Ticket, key: str, **values: Any) -> set[int]:
    """Below the cards of who called them; else the grid's own leader gets one. Returns ids of the chats told."""
    told = set()
    for card in await desk.cards_of(ticket):
        if card.audience == "leader" and not card.ended and card.message_id is not None:
            chat = await desk.session.get_one(Chat, card.chat_id)
            await _under(desk, card, chat, ticket, key, **values)
            told.add(chat.id)
    if not told:
        chats = await leader_chats(desk, desk.grid_of(ticket))
        await _show(desk, ticket, chats)
        told = {chat.id for chat in chats}
    return told


async def _under(desk: Desk, card: Card, chat: Chat, ticket: Ticket, key: str, **values: Any) -> None:
    await desk.say(
        chat, key, ticket=ticket, reply_to=card.message_id, remember=True, number=ticket.number, **values
    )  # fmt: skip


NOTICES: Mapping[str, Notice] = {
    "whistled": _whistled,
    "convened": _convened,
    "agreed": _agreed,
    "excused": _excused,
    "asked_off": _asked_off,
    "kept_called": _kept_called,
    "finished": _lift_awaited,
    "dispatched": _dispatched,
    "resumed": _resumed,
    "unsolved": _reworked,
    "reopened": _reworked,
}
