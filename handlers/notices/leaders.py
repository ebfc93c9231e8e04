"""The leaders' trays: whose ring because of what happened to a ticket, and whose only change."""

from collections.abc import Mapping

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import ladder, leader_chats
from models.chat import Chat
from models.ticket import UNSETTLED, WITH_LEADER, Border, Stage, Ticket, TicketEvent

BEGINS_WAITING = frozenset({"reported", "triaged", "returned", "alarmed"})
ENDS_WAITING = frozenset({"dispatched", "withdrawn", "declined", "merged", "taken", "disowned", "claimed"})
STARTS_WORK = frozenset({"accepted", "resolved"})
"""By an officer whose chat reads nothing: then its leader need not tell him any more."""


async def tell_leaders(desk: Desk, ticket: Ticket, news: Mapping[str, TicketEvent]) -> None:
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
