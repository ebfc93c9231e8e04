"""受理, 派遣: how long a leader has to say whose it is; then the next one up is told (field.md b, office limits)."""

from datetime import datetime
from typing import Any

from handlers.desk import Desk
from handlers.leaders import ladder
from handlers.reached import is_heard
from handlers.routing import Router
from models.ticket import WITH_LEADER, Stage, Ticket
from models.ticket.chasing import Cause, doubled
from models.tray import RINGS_EVERY

router = Router()


async def begin_waiting(desk: Desk, ticket: Ticket, at: datetime) -> None:
    """From `at` on it waits for a person. These limits know no office hours; only what is not urgent rings at the end
    of the quiet ones."""
    cause = await what_waits(desk, ticket)
    if cause is not None:
        await _wake(desk, ticket, cause, at, 0)


async def what_waits(desk: Desk, ticket: Ticket) -> Cause | None:
    """For what the leader's time runs."""
    if ticket.stage in WITH_LEADER:
        return Cause.ACCEPT if ticket.stage == Stage.PENDING else Cause.DISPATCH
    if ticket.stage == Stage.DISPATCHED and presses(desk, ticket) and not await is_heard(desk, ticket):
        return Cause.UNHEARD
    return None


def presses(desk: Desk, ticket: Ticket) -> bool:
    return ticket.presses(kind=desk.town.category(ticket.category).is_urgent)


@router.timer("office")
async def waited_too_long(desk: Desk, data: dict[str, Any]) -> None:
    """The next rung hears of it, and has twice as long; after the administrators there is nobody."""
    ticket = await desk.ticket_by_id(data["ticket"])
    cause = await what_waits(desk, ticket)
    if cause is None:
        return
    steps = int(data.get("steps", 0))
    if desk.now < (wakes := when(desk, ticket, desk.now)):
        await _set(desk, ticket, wakes, steps)  # the bot was away when it was due, and is back in the quiet hours
        return
    rungs = await ladder(desk, desk.grid_of(ticket))
    above = ticket.escalated + 1
    if above < len(rungs):
        minutes = int(doubled(desk.town.district.limit(_limit(cause)), steps).total_seconds() // 60)
        ticket.escalate(rungs[above].grid, at=desk.now, minutes=minutes, cause=cause, belated=is_belated(desk, data))
    if above < len(rungs) - 1 or not rungs:
        # From now, not from when it should have been: each of them has his time, also after a night without power.
        await _wake(desk, ticket, cause, desk.now, steps + 1)


def when(desk: Desk, ticket: Ticket, at: datetime) -> datetime:
    """When it may ring for this ticket."""
    return at if presses(desk, ticket) else desk.town.district.wakes_at(at)


def is_belated(desk: Desk, data: dict[str, Any]) -> bool:
    """Whether a timer rings so late that others do with it: of all of them each chat hears one ring."""
    return "planned" in data and desk.now - datetime.fromisoformat(data["planned"]) > RINGS_EVERY


async def _wake(desk: Desk, ticket: Ticket, cause: Cause, at: datetime, steps: int) -> None:
    await _set(desk, ticket, when(desk, ticket, at + doubled(desk.town.district.limit(_limit(cause)), steps)), steps)


async def _set(desk: Desk, ticket: Ticket, due: datetime, steps: int) -> None:
    key = f"office:{ticket.id}"
    await desk.set_timer(key, "office", due, key, ticket=ticket.id, steps=steps, planned=due.isoformat())


def _limit(cause: Cause) -> str:
    return "accept" if cause == Cause.ACCEPT else "dispatch"
