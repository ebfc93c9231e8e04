"""Deadlines that chase unasked: the department before one, its leader at it, then one level up, ever slower."""

from datetime import datetime
from typing import Any

from handlers import tray as trays
from handlers.desk import Desk
from handlers.leaders import ladder
from handlers.office import is_belated, when
from handlers.routing import Router
from models.ticket import IN_HAND, Stage, Ticket
from models.ticket.chasing import Does

router = Router()


async def begin_chasing(desk: Desk, ticket: Ticket, *, rings: bool = False) -> None:
    """What is due may have changed. One timer a ticket: what it was set for before is forgotten.

    rings: the department has not just heard of it otherwise.
    """
    hours = desk.town.hours
    ticket.chase_anew(desk.now, hours, rings=rings)
    chase = ticket.next_chase(desk.now, hours, desk.town.district.wakes_at, kind=_kind(desk, ticket))
    if chase is not None:
        await _set(desk, ticket, chase.does, chase.at)


async def begin_checking(desk: Desk, ticket: Ticket) -> None:
    """Mended: whether truly, somebody should say within the limit of a check."""
    ticket.chase_anew(desk.now, desk.town.hours)
    due = desk.now + desk.town.district.limit("verify")
    await _check_at(desk, ticket, when(desk, ticket, due), due)


async def rest_after_urging(desk: Desk, ticket: Ticket) -> None:
    """Urged, it leaves its leader's tray for as long as it may not be urged again."""
    key = f"urged:{ticket.id}"
    await desk.set_timer(key, "urged", desk.town.district.limit("urge"), key, ticket=ticket.id)


@router.timer("urged")
async def urged_long_ago(desk: Desk, data: dict[str, Any]) -> None:
    """Still late: it stands in the trays again, without a ring; that goes one level up meanwhile."""
    ticket = await desk.ticket_by_id(data["ticket"])
    if ticket.is_late:
        rungs = await ladder(desk, desk.grid_of(ticket))
        await trays.edit(desk, [chat for rung in rungs[: ticket.escalated + 1] for chat in rung.chats])


@router.timer("chase")
async def time_is_short(desk: Desk, data: dict[str, Any]) -> None:
    """A timer of another deadline, or of what the department no longer has, does nothing."""
    ticket = await desk.ticket_by_id(data["ticket"])
    due, does, steps = ticket.due_at, Does(data["does"]), int(data["steps"])
    if ticket.stage not in IN_HAND or due is None or due != datetime.fromisoformat(data["due"]):
        return
    if desk.now < (wakes := when(desk, ticket, desk.now)):
        await _set(desk, ticket, does, wakes, steps)  # the bot was away when it was due, and is back in the quiet hours
        return
    belated = is_belated(desk, data)
    if does == Does.REMIND and desk.now < due:
        ticket.remind(at=desk.now, belated=belated)
        await _set(desk, ticket, Does.LATE, when(desk, ticket, due))
    elif does != Does.UP:
        ticket.fall_late(at=desk.now, belated=belated)
        await _step_up(desk, ticket, 0)
    else:
        await _one_up(desk, ticket, steps, due, belated=belated)


@router.timer("verify")
async def nobody_checked(desk: Desk, data: dict[str, Any]) -> None:
    ticket, due = await desk.ticket_by_id(data["ticket"]), datetime.fromisoformat(data["due"])
    if ticket.stage != Stage.RESOLVED or ticket.round != data["round"]:
        return
    if desk.now < (wakes := when(desk, ticket, desk.now)):
        await _check_at(desk, ticket, wakes, due)
        return
    ticket.wait_unchecked(at=desk.now, due=due, belated=is_belated(desk, data))


async def _one_up(desk: Desk, ticket: Ticket, steps: int, due: datetime, *, belated: bool) -> None:
    """The next rung hears of it; after the administrators there is nobody."""
    rungs = await ladder(desk, desk.grid_of(ticket))
    above = ticket.escalated + 1
    if above < len(rungs):
        minutes = int((desk.now - due).total_seconds() // 60)
        ticket.escalate(rungs[above].grid, at=desk.now, minutes=minutes, cause=ticket.cause, belated=belated)
    if above < len(rungs) - 1 or not rungs:
        await _step_up(desk, ticket, steps + 1)


async def _step_up(desk: Desk, ticket: Ticket, steps: int) -> None:
    """From now, not from when it should have been: each of them has his time, also after a night without power."""
    wakes, kind = desk.town.district.wakes_at, _kind(desk, ticket)
    at = ticket.step_up(desk.now, steps, desk.town.hours, wakes, kind=kind)
    await _set(desk, ticket, Does.UP, at, steps)


async def _set(desk: Desk, ticket: Ticket, does: Does, at: datetime, steps: int = 0) -> None:
    if ticket.due_at is None:
        return
    key, due = f"chase:{ticket.id}", ticket.due_at.isoformat()
    await desk.set_timer(
        key, "chase", at, key, ticket=ticket.id, due=due, does=does.value, steps=steps, planned=at.isoformat()
    )  # fmt: skip


async def _check_at(desk: Desk, ticket: Ticket, at: datetime, due: datetime) -> None:
    key = f"verify:{ticket.id}"
    await desk.set_timer(
        key, "verify", at, key, ticket=ticket.id, round=ticket.round, due=due.isoformat(), planned=at.isoformat()
    )  # fmt: skip


def _kind(desk: Desk, ticket: Ticket) -> bool:
    return desk.town.category(ticket.category).is_urgent
