"""The leaders' trays: whose ring because of what happened to a ticket, and whose only change."""

from collections.abc import Mapping

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import ladder, leader_chats
from handlers.reached import is_heard
from models.ticket import UNSETTLED, WITH_LEADER, Border, Stage, Ticket, TicketEvent

BEGINS_WAITING = frozenset({"reported", "triaged", "returned", "alarmed", "asked"})
ENDS_WAITING = frozenset({"dispatched", "withdrawn", "declined", "merged", "taken", "disowned", "claimed"})
STARTS_WORK = frozenset({"accepted", "resolved"})
"""By an officer whose chat reads nothing: then its leader need not tell him any more."""
MAY_END_LATENESS = frozenset({"secured", "extended", "suspended", "recategorised", "agreed", "urged", "resolved"})
ENDS_ASKING = frozenset({"extended", "suspended", "refused"})
ENDS_CHECKING = frozenset({"confirmed", "verified", "lapsed", "unsolved", "reopened", "unproven"})


async def tell_leaders(desk: Desk, ticket: Ticket, news: Mapping[str, TicketEvent]) -> None:
    """Whose trays ring because of what happened to a ticket, and whose only change."""
    if news.keys() <= {"joined", "left"}:
        return
    heard = await is_heard(desk, ticket)
    is_unheard = ticket.stage == Stage.DISPATCHED and not heard
    # Sent on its way before somebody told that it is not ours.
    is_outside = ticket.stage == Stage.DISPATCHED and ticket.is_outside
    waits = ticket.stage in WITH_LEADER or is_unheard or is_outside or ticket.border_stage in UNSETTLED
    waits = waits or ticket.late_for is not None or bool(ticket.request) or ticket.is_held
    moved = news["placed"].data if "placed" in news else {}
    ends = ENDS_WAITING | MAY_END_LATENESS | ENDS_CHECKING | ENDS_ASKING
    ended = bool(news.keys() & (ends if heard and not ticket.is_outside else ends | STARTS_WORK))
    ended = ended or any("fell" in event.data for event in news.values())
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
    begins = begins or "late" in news
    # A picture wants a look: he hears it once a round, when all is said to be mended.
    begins = begins or (ticket.is_held and ("resolved" in news or _is_first_doubt(news.get("doubted"))))
    called = first if waits and begins else []
    level = news["returned"].data.get("level", 0) if "returned" in news else 0
    if level and level < len(rungs):
        called = list(rungs[level].chats)  # back to who sent it
    if "escalated" in news and ticket.escalated < len(rungs):
        called = list(rungs[ticket.escalated].chats)
    told = news.get("escalated") or news.get("late")
    belated = told is not None and told.data.get("belated", False)
    await trays.ring(desk, called, ticket, belated=belated, gathers=told is not None)
    await trays.edit(desk, {chat for chat in (*first, *others) if chat not in called})


def _is_first_doubt(event: TicketEvent | None) -> bool:
    return event is not None and bool(event.data["first"])
