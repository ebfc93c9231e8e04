"""Who must act on a ticket now: always exactly one answer, whatever its stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.task import Task
from models.ticket.record import Record
from models.ticket.stage import OPEN, WITH_LEADER, Stage


class Hand(StrEnum):
    LEADER = "leader"  # of its grid: to sort it
    ASKED = "asked"  # the leader: whoever is left wants to hand its part back
    OFFERED = "offered"  # to a department, which has not taken it yet
    DEPARTMENT = "department"
    PARTIES = "parties"  # of those called to it, who have not done their part
    CHECKER = "checker"  # the reporter, the leader or an inspector: is it truly mended?
    SLEEPS = "sleeps"  # nobody, until a day
    ENDED = "ended"  # nobody any more


@dataclass(frozen=True, slots=True)
class Holder:
    """departments: ids, of a department or the parties. until: when it wakes."""

    hand: Hand
    departments: tuple[int, ...] = ()
    until: datetime | None = None


def holder_of(ticket: Record, tasks: Iterable[Task] = ()) -> Holder:
    """tasks: of this round, where several were called to it."""
    if ticket.stage not in OPEN:
        return Holder(Hand.ENDED)
    if ticket.stage in WITH_LEADER:
        return Holder(Hand.LEADER)
    if ticket.stage == Stage.SUSPENDED:
        return Holder(Hand.SLEEPS, until=ticket.suspended_until)
    if ticket.stage == Stage.RESOLVED:
        return Holder(Hand.CHECKER)
    own = () if ticket.department_id is None else (ticket.department_id,)
    open_ = [task for task in tasks if task.is_open]
    if open_ and all(task.asks_off for task in open_):
        return Holder(Hand.ASKED)
    left = tuple(task.department_id for task in open_ if not task.asks_off)
    if left not in ((), own):
        return Holder(Hand.PARTIES, left)
    return Holder(Hand.OFFERED if ticket.stage == Stage.DISPATCHED else Hand.DEPARTMENT, own)
