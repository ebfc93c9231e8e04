"""When who is told next, unasked: the department before a deadline, its leader at it, then ever higher (field.md c)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from models.deadline import CLOCKS, OfficeHours, amount
from models.limit import Limit
from models.ticket.judging import Judging
from models.ticket.stage import IN_HAND, Stage

LEFT = Decimal("0.25")
"""Of the time it was given: when this is left, the department is reminded; and so long is the first step up."""
A_STEP = timedelta(hours=1)
"""The first step up where it presses, and the least of any other."""
MOST_DOUBLINGS = 10

Wakes = Callable[[datetime], datetime]
"""When something that is not urgent may ring (District.wakes_at)."""


class Cause(StrEnum):
    """What was not done in time."""

    ACCEPT = "accept"  # 受理, by a leader
    DISPATCH = "dispatch"  # 派遣, by a leader
    UNHEARD = "unheard"  # a danger, sent to a department that reads nothing here
    SECURE = "secure"  # 围护, by a department
    FINISH = "finish"  # 修好, by a department
    VERIFY = "verify"  # 核查


class Does(StrEnum):
    REMIND = "remind"
    LATE = "late"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Chase:
    """What is said next of a deadline, and when."""

    does: Does
    at: datetime


def doubled(first: timedelta, steps: int) -> timedelta:
    """How long the next one has, when `steps` were told already: once, twice, four times … as long as the first."""
    return first * int(2 ** min(steps, MOST_DOUBLINGS))


class Chasing(Judging):
    """reminded_for, late_for: the deadline of which the department, and the leader, were told last; another one is
    told of anew. late_for also says that it stands in its leader's tray because of it."""

    __abstract__ = True

    def presses(self, *, kind: bool) -> bool:
        """It rings at night too. kind: whether its category is urgent."""
        return (self.is_urgent or kind) and not self.is_danger_over

    @property
    def is_late(self) -> bool:
        """Its leader was told that the time is over."""
        return self.stage in IN_HAND and self.late_for is not None

    @property
    def cause(self) -> Cause:
        """What comes next: to make it safe, or to mend it."""
        to_secure = self.secure_by is not None and self.secured_at is None and self.due_at == self.secure_by
        return Cause.SECURE if to_secure else Cause.FINISH

    def nears(self, hours: OfficeHours) -> datetime | None:
        """When a quarter is left of the time it has."""
        return self.timetable.nears(LEFT, hours, safe=self.cause == Cause.SECURE)

    def next_chase(self, at: datetime, hours: OfficeHours, wakes: Wakes, *, kind: bool) -> Chase | None:
        """What follows from how things stand, when they have just changed. None: nobody is waited for."""
        due = self.due_at
        if self.stage not in IN_HAND or due is None:
            return None
        when: Wakes = _as_it_is if self.presses(kind=kind) else wakes
        if self.late_for == due:
            return Chase(Does.UP, self.step_up(at, 0, hours, wakes, kind=kind))
        near = self.nears(hours)
        if near is not None and self.reminded_for != due and (soon := when(max(near, at))) < due:
            return Chase(Does.REMIND, soon)
        # Over already when it became its deadline: whoever gave it knows, and everybody has a step's time.
        return Chase(Does.LATE, when(due) if due > at else self.step_up(at, 0, hours, wakes, kind=kind))

    def step_up(self, at: datetime, steps: int, hours: OfficeHours, wakes: Wakes, *, kind: bool) -> datetime:
        """When the next one up is told, `steps` of them being told already: where it presses after an hour, then two,
        four …; else after a quarter of the limit on its own clock (an hour at least), then twice that …"""
        if self.presses(kind=kind):
            return at + doubled(A_STEP, steps)
        limit = self._limit
        clock = CLOCKS[limit.unit] if limit else None
        if limit is None or clock is None:
            return wakes(at + doubled(A_STEP, steps))
        first = max(amount(limit.value * LEFT, clock.unit), A_STEP)
        return wakes(clock.after(at, doubled(first, steps), hours))

    def chase_anew(self, at: datetime, hours: OfficeHours, *, rings: bool = False) -> None:
        """What is due may be another thing now: what was told of the last one counts no more.

        rings: the department has not just heard of it otherwise, and is reminded though less than a quarter is left.
        """
        due = self.due_at if self.stage in IN_HAND else None
        if self.late_for not in (None, due):
            self.late_for = None
        near = self.nears(hours) if due is not None else None
        if near is not None and near <= at and not rings:
            self.reminded_for = due

    def remind(self, *, at: datetime, belated: bool = False) -> None:
        """A quarter is left: the department hears it once."""
        self.reminded_for = self.due_at
        self._tell(
            "reminded", None, at, cause=self.cause, due=_text(self.due_at), department=self.department_id,
            belated=belated,
        )  # fmt: skip

    def fall_late(self, *, at: datetime, belated: bool = False) -> None:
        """The time is over: from now on it stands with the grid's leader. belated: the bot was away when it should have
        said so."""
        self.late_for, self.escalated = self.due_at, 0
        self._tell(
            "late", None, at, cause=self.cause, due=_text(self.due_at), department=self.department_id, belated=belated
        )  # fmt: skip

    def wait_unchecked(self, *, at: datetime, due: datetime, belated: bool = False) -> None:
        """Nobody has said whether it is truly mended: from now on it stands with the grid's leader, and no higher."""
        if self.stage == Stage.RESOLVED:
            self.late_for, self.escalated = due, 0
            self._tell(
                "late", None, at, cause=Cause.VERIFY, due=_text(due), department=self.department_id, belated=belated
            )  # fmt: skip

    @property
    def _limit(self) -> Limit | None:
        limits = self.timetable.limits
        if limits is None:
            return None
        return limits.secure if self.cause == Cause.SECURE else limits.finish


def _as_it_is(at: datetime) -> datetime:
    return at


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
