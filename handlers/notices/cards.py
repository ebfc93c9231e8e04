"""Cards opened, ended and rung because of an event."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam

from handlers import office
from handlers.desk import Desk
from handlers.groups import tell_groups
from handlers.leaders import leader_chats
from handlers.notices.notice import Notice
from handlers.pairing import pair_what_came
from models.chat import Chat
from models.ticket import WITH_LEADER, Stage, Ticket, TicketEvent

FIX_AFTER = timedelta(seconds=60)
"""The fix is posted with the bare picture when the pair is not ready by then (design.md 3.8)."""
A_GLANCE = 100
"""Characters of somebody's words that ring with an alarm; the rest stands on no card."""
THEIR_CHATS = Chat.of_departments(bindparam("departments", expanding=True))


async def _reported(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.chat_id is not None:
        chat = await desk.session.get_one(Chat, ticket.chat_id)
        await desk.open_card(ticket, chat, "private" if chat.is_private else "group")
        await tell_groups(desk, ticket)
        if ticket.is_restricted and not chat.is_private:
            await _show_reporter(desk, ticket)


async def _show_reporter(desk: Desk, ticket: Ticket) -> None:
    """The group reads only that it was taken up; the rest is for the reporter alone."""
    there = {card.chat_id for card in await desk.cards_of(ticket) if not card.ended}
    for private in await desk.all_of(Chat.private_of([ticket.reporter_id])) if ticket.reporter_id is not None else ():
        if private.id not in there:
            await desk.open_card(ticket, private, "private")


async def _placed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    await tell_groups(desk, ticket)


async def _dispatched(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    for card in await desk.cards_of(ticket):
        if card.audience in ("department", "cc") and not card.ended:
            # One last look (已改派), then it is history there; the new department's chat, if it is the same one,
            # takes it up again.
            desk.draw(card, ticket)
            card.ended = True
    lead, others = event.data["to"], event.data["cc"]
    chats: list[Chat] = await desk.all_of(THEIR_CHATS, {"departments": [lead, *others]})
    for chat in sorted(chats, key=lambda chat: chat.department_id != lead):
        await desk.open_card(ticket, chat, "department" if chat.department_id == lead else "cc")
    if ticket.rushes and event.by_id is None:
        # Danger is told to both at once: the leader need not sort it, but has to know, and can send it elsewhere.
        told = {card.chat_id for card in await desk.cards_of(ticket) if card.audience == "leader"}
        for chat in await leader_chats(desk, desk.grid_of(ticket)):
            if chat.id not in told:
                await desk.open_card(ticket, chat, "leader")


async def _to_department(desk: Desk, ticket: Ticket, department_id: int) -> None:
    """Its chats get the card; where none can read it, the leader has to see to it (`_tell_leaders`)."""
    for chat in await desk.all_of(Chat.of_department(department_id)):
        await desk.open_card(ticket, chat, "department")


async def _awaits_leader(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    await office.begin_waiting(desk, ticket, event.at)


async def _unsolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.department_id is not None:
        await _to_department(desk, ticket, ticket.department_id)


async def _recategorised(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if not ticket.is_restricted:
        return
    await _show_reporter(desk, ticket)
    for card in await desk.cards_of(ticket):
        if card.audience == "cc" or (card.audience == "department" and card.ended):
            # Who has nothing to do with it keeps its number alone, also where the card is history long since.
            desk.draw(card, ticket)
            card.ended = True


async def _amended(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """The cards follow by an edit; who is at work already hears it ring."""
    if event.data["hides"]:
        await _recategorised(desk, ticket, event)
    for card in await desk.cards_of(ticket) if ticket.stage in (Stage.WORKING, Stage.SUSPENDED) else ():
        if card.audience in ("department", "joint") and not card.ended and card.message_id is not None:
            chat = await desk.session.get_one(Chat, card.chat_id)
            await desk.say(
                chat, "card.amended", ticket=ticket, reply_to=card.message_id, remember=True, number=ticket.number,
                said=event.data["new"][:A_GLANCE],
            )  # fmt: skip


async def _alarmed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who is to act on it hears it ring; the group reads it on its card."""
    hear = ("department", "leader") if ticket.rushes else ("department",)
    cards = [card for card in await desk.cards_of(ticket) if card.audience in hear]
    living = [card for card in cards if not card.ended]
    for card in living:
        if card.message_id is not None:
            chat = await desk.session.get_one(Chat, card.chat_id)
            said = event.data["text"][:A_GLANCE]
            await desk.say(
                chat, "card.alarmed", ticket=ticket, reply_to=card.message_id, remember=True, number=ticket.number,
                said=said,
            )  # fmt: skip
    is_led = any(card.audience == "leader" for card in living) or ticket.stage in WITH_LEADER
    if ticket.rushes and not is_led:
        for chat in await leader_chats(desk, desk.grid_of(ticket)):
            await desk.open_card(ticket, chat, "leader")


async def _resolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.chat_id is not None:
        chat = await desk.session.get_one(Chat, ticket.chat_id)
        await desk.set_timer(
            f"fix:{ticket.id}:{ticket.round}", "fix", FIX_AFTER, desk.lane(chat), ticket=ticket.id, round=ticket.round
        )
        await pair_what_came(desk, ticket)


NOTICES: Mapping[str, Notice] = {
    "reported": _reported,
    "placed": _placed,
    "dispatched": _dispatched,
    "triaged": _awaits_leader,
    "returned": _awaits_leader,
    "recategorised": _recategorised,
    "alarmed": _alarmed,
    "amended": _amended,
    "resolved": _resolved,
    "unsolved": _unsolved,
}
