"""Whether a ticket's events tell what its record says."""

from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.deadline import OfficeHours
from models.spot import Spot
from models.ticket import Ticket, TicketEvent
from models.ticket.replay import MOMENTS, Replay

SAME = (
    "stage", "category", "grid_id", "department_id", "border_id", "border_stage", "is_outside", "is_named",
    "is_restricted", "is_urgent", "escalated", "round", "returns", "entry", "merged_into_id", "whose_id",
    "request", "extensions",
    "suspensions", "photo_waived", "is_doubted", "response", "ended_by", "satisfied", "last_seq", *MOMENTS,
)  # fmt: skip
"""What must be as in the record. reporter_id is not: /erase takes it from there."""


def differences(replay: Replay, record: Ticket) -> dict[str, tuple[Any, Any]]:
    """Column -> (as replayed, as recorded), where the two are not the same."""
    pairs = {name: (getattr(replay, name), getattr(record, name)) for name in SAME}
    if replay.hours is not None:
        # Each event keeps the deadline it led to; the events before it, counted again, must lead there too.
        table = replay.table
        pairs["reckoned"] = (table.deadline(replay.hours), record.deadline)
        pairs["reckoned safe"] = (table.secure_by(replay.hours), record.secure_by)
    pairs["over"] = (replay.ended_at is not None, not record.is_open)  # what the index of open tickets goes by
    pairs["told"], pairs["spot"] = (replay.told, record.reading), (_point(replay.spot), _point(record.spot))
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _point(spot: Spot) -> tuple[Any, ...]:
    return spot.source, spot.latitude, spot.longitude, spot.datum, spot.accuracy


async def untold_by_events(session: AsyncSession, hours: OfficeHours | None) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Number -> what of it is not as its events tell, for all tickets there are."""
    tickets = list(await session.scalars(select(Ticket)))
    if not tickets:
        return {}
    events = await session.scalars(select(TicketEvent).order_by(TicketEvent.ticket_id, TicketEvent.seq))
    told = {id: list(its) for id, its in groupby(events, key=lambda event: event.ticket_id)}
    found = {t.number: differences(Replay.of(told.get(t.id, ()), hours), t) for t in tickets}
    return {number: differ for number, differ in found.items() if differ}
