"""An event, and who hears what. The only place that decides."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from handlers import office
from handlers import tray as trays
from handlers.desk import Desk
from handlers.groups import tell_groups
from handlers.leaders import ladder, leader_chats, led_by
from models.chat import Chat
from models.draft import ANSWER_WITHIN, Draft
from models.ticket import UNSETTLED, WITH_LEADER, Border, Stage, Ticket, TicketEvent

FIX_AFTER = timedelta(seconds=60)
"""The fix is posted with the bare picture when the pair is not ready by then (design.md 3.8)."""
A_GLANCE = 100
"""Characters of somebody's words that ring with an alarm; the rest stands on no card."""

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
        await _tell_leaders(desk, ticket, {event.kind: event for event in news})


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
    await _to_department(desk, ticket, event.data["to"])
    for department in event.data["cc"]:
        for chat in await desk.session.scalars(Chat.of_department(department)):
            await desk.open_card(ticket, chat, "cc")
    if ticket.is_urgent and event.by_id is None:
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


async def _alarmed(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    """Who is to act on it hears it ring; the group reads it on its card."""
    cards = [card for card in await desk.cards_of(ticket) if card.audience in ("department", "leader")]
    living = [card for card in cards if not card.ended]
    for card in living:
        if card.message_id is not None:
            chat = await desk.session.get_one(Chat, card.chat_id)
            said = event.data["text"][:A_GLANCE]
            await desk.say(
                chat, "card.alarmed", ticket=ticket, reply_to=card.message_id, remember=True, number=ticket.number,
                said=said,
            )  # fmt: skip
    if not any(card.audience == "leader" for card in living) and ticket.stage not in WITH_LEADER:
        for chat in await leader_chats(desk, desk.grid_of(ticket)):
            await desk.open_card(ticket, chat, "leader")


async def _resolved(desk: Desk, ticket: Ticket, event: TicketEvent) -> None:
    if ticket.chat_id is not None:
        chat = await desk.session.get_one(Chat, ticket.chat_id)
        await desk.set_timer(
            f"fix:{ticket.id}:{ticket.round}", "fix", FIX_AFTER, desk.lane(chat), ticket=ticket.id, round=ticket.round
        )


NOTICES: Mapping[str, Notice] = {
    "reported": _reported,
    "placed": _placed,
    "dispatched": _dispatched,
    "triaged": _awaits_leader,
    "returned": _awaits_leader,
    "recategorised": _recategorised,
    "alarmed": _alarmed,
    "resolved": _resolved,
    "unsolved": _unsolved,
}


# --- the leaders' trays ----------------------------------------------------------------

BEGINS_WAITING = frozenset({"reported", "triaged", "returned", "alarmed"})
ENDS_WAITING = frozenset({"dispatched", "withdrawn", "declined", "merged", "taken", "disowned", "claimed"})
STARTS_WORK = frozenset({"accepted", "resolved"})
"""By an officer whose chat reads nothing: then its leader need not tell him any more."""


async def _tell_leaders(desk: Desk, ticket: Ticket, news: Mapping[str, TicketEvent]) -> None:
    """Whose trays ring because of what happened to a ticket, and whose only change."""
    if news.keys() <= {"joined"}:
        return
    is_heard = await _is_heard(desk, ticket)
    is_unheard = ticket.stage == Stage.DISPATCHED and not is_heard
    # Sent on its way before somebody told that it is not ours.
    is_outside = ticket.stage == Stage.DISPATCHED and ticket.is_outside
    waits = ticket.stage in WITH_LEADER or is_unheard or is_outside or ticket.border_stage in UNSETTLED
    moved = news["placed"].data if "placed" in news else {}
    ended = news.keys() & (ENDS_WAITING if is_heard and not ticket.is_outside else ENDS_WAITING | STARTS_WORK)
    had_to_be_seen = moved.get("was_border") is not None or moved.get("was_outside")
    waited = "reported" not in news and (ended or had_to_be_seen)
    if not (waits or waited):
        return  # what went its way at once never stood in a tray
    rungs = await ladder(desk, desk.grid_of(ticket))
    first = list(rungs[0].chats) if rungs else []
    others = [chat for rung in rungs[1 : ticket.escalated + 1] for chat in rung.chats]
    if ticket.border_id is not None:
        across = await leader_chats(desk, desk.town.grids[ticket.border_id])
        (first if ticket.border_stage == Border.OPEN else others).extend(across)
    before = {grid_id for name in ("was", "was_border") if (grid_id := moved.get(name)) is not None}
    left = before - {ticket.grid_id, ticket.border_id}
    for grid_id in left:
        others += await leader_chats(desk, desk.town.grids[grid_id])
    # In another grid, or at a border, another leader has to see to it.
    elsewhere = bool(left) or moved.get("border") != moved.get("was_border")
    begins = bool(news.keys() & BEGINS_WAITING) or (is_unheard and "dispatched" in news) or elsewhere
    begins = begins or (is_outside and "placed" in news and not moved.get("was_outside"))
    called = first if waits and begins else []
    escalated = "escalated" in news and ticket.escalated < len(rungs)
    if escalated:
        called = list(rungs[ticket.escalated].chats)
    await trays.ring(desk, called, ticket, at_once=escalated)
    await trays.edit(desk, {chat for chat in (*first, *others) if chat not in called})


async def _is_heard(desk: Desk, ticket: Ticket) -> bool:
    """Whether the department it was sent to reads it here: it has a chat, and we are in it."""
    there = [card.chat_id for card in await desk.cards_of(ticket) if card.audience == "department" and not card.ended]
    return any([not (await desk.session.get_one(Chat, chat_id)).is_parked for chat_id in there])


# --- who can be reached only now, and what he missed ---------------------------------


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
