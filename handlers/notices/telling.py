"""At the end of a turn: each event to those who are to hear of it."""

from collections.abc import Mapping

from handlers.desk import Desk
from handlers.notices import calling, cards, chasing, requests, sorting
from handlers.notices.leaders import tell_leaders
from handlers.notices.notice import Notice
from handlers.speeding import mark_seen_here

KINDS: tuple[Mapping[str, Notice], ...] = (
    cards.NOTICES, calling.NOTICES, sorting.NOTICES, chasing.NOTICES, requests.NOTICES,
    {"reported": mark_seen_here, "placed": mark_seen_here},
)  # fmt: skip
"""Who hears of which kind of event; a kind may stand in several of them."""


async def tell(desk: Desk) -> None:
    """What happened to the tickets in hand is written down and told."""
    for ticket in list(desk.tickets.values()):
        news, ticket.news = ticket.news, []
        for event in news:
            event.ticket_id = ticket.id
            desk.session.add(event)
        for event in news:
            for notices in KINDS:
                if event.kind in notices:
                    await notices[event.kind](desk, ticket, event)
        if any(event.kind not in ("reported", "reminded") for event in news):
            await desk.redraw(ticket)
        await tell_leaders(desk, ticket, {event.kind: event for event in news})
