"""受理, 派遣: how long a leader has to say whose it is; then the next one up is told (field.md b, office limits)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.desk import Desk
from handlers.leaders import ladder
from handlers.routing import Router
from models.ticket import WITH_LEADER, Stage, Ticket

router = Router()


async def begin_waiting(desk: Desk, ticket: Ticket, at: datetime) -> None:
    """From `at` on it waits for a person. Day and night: these limits know no office hours."""
    await _wake(desk, ticket, at)


@router.timer("office")
async def waited_too_long(desk: Desk, data: dict[str, Any]) -> None:
    """The next rung hears of it, and has as long again; after the administrators there is nobody."""
    ticket = await desk.ticket_by_id(data["ticket"])
    if ticket.stage not in WITH_LEADER:
        return
    rungs = await ladder(desk, desk.grid_of(ticket))
    above = ticket.escalated + 1
    if above < len(rungs):
        ticket.escalate(rungs[above].grid, at=desk.now, minutes=_minutes(desk, ticket))
    if above < len(rungs) - 1 or not rungs:
        # From now, not from when it should have been: each of them has his time, also after a night without power.
        await _wake(desk, ticket, desk.now)


async def _wake(desk: Desk, ticket: Ticket, at: datetime) -> None:
    due = at + timedelta(minutes=_minutes(desk, ticket))
    await desk.set_timer(f"office:{ticket.id}", "office", due, f"office:{ticket.id}", ticket=ticket.id)


def _minutes(desk: Desk, ticket: Ticket) -> int:
    limit = "accept" if ticket.stage == Stage.PENDING else "dispatch"
    return int(desk.town.district.limit(limit).total_seconds() // 60)
