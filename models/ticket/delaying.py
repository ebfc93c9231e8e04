"""延期, 挂账: the department asks for time, and the leader says yes or no (field.md b)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from models.deadline import CLOCKS, HOUR, NATURAL_DAY, WORK_DAY, OfficeHours
from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.ticket.record import Record
from models.ticket.stage import IN_HAND

MOST_EXTENSIONS, MOST_SUSPENSIONS = 2, 1
LONGEST_SUSPENSION = timedelta(days=365)
MINUTE = timedelta(minutes=1)


class Delaying(Record):
    """request: what the department asks for just now ({} for nothing): {"what": "extend", "hours", "more", "reason"}
    or {"what": "suspend", "until", "reason"}. It falls when the ticket leaves the department's hands."""

    __abstract__ = True

    def ask_extension(self, hours: Decimal, reason: str, *, by: Person, at: datetime) -> None:
        """hours: of the clock of its limit; at most one more original limit, at most twice, and not when overdue."""
        self.check_extension(hours, by, at)
        self._needs(reason)
        more = hours / self._unit_hours
        self._ask("extend", by, at, hours=f"{hours.normalize():f}", more=str(more), reason=reason)

    def check_extension(self, hours: Decimal, by: Person, at: datetime) -> None:
        """Also asked before the card asks why."""
        longest = self.check_may_extend(by, at)
        if not 0 < hours <= longest:
            unit, count = self.span_of(longest)
            raise Refusal("extend.too_long", number=self.number, unit=unit, count=count)

    def check_may_extend(self, by: Person, at: datetime) -> Decimal:
        """Also asked before the card asks by how much. Returns the most hours it may be given."""
        self._only("ask_extend", by)
        if self.stage not in IN_HAND:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="extend")
        if self.is_overdue(at):
            raise Refusal("extend.overdue", number=self.number)
        if self.extensions >= MOST_EXTENSIONS:
            raise Refusal("extend.used_up", number=self.number, most=MOST_EXTENSIONS)
        self._only_one_request()
        if self.timetable.until is not None:
            raise Refusal("extend.agreed", number=self.number)
        longest = self.longest_extension
        if longest is None:
            raise Refusal("extend.no_clock", number=self.number)
        return longest

    def ask_suspension(self, until: datetime, reason: str, *, by: Person, at: datetime) -> None:
        """To a moment, at most a year away, once; from work in hand."""
        self.check_suspension(until, by, at)
        self._needs(reason)
        self._ask("suspend", by, at, until=until.isoformat(), reason=reason)

    def check_suspension(self, until: datetime, by: Person, at: datetime) -> None:
        """Also asked before the card asks why."""
        self.check_may_suspend(by)
        if not at < until <= at + LONGEST_SUSPENSION:
            raise Refusal("suspend.when", number=self.number)

    def check_may_suspend(self, by: Person) -> None:
        """Also asked before the card asks until when."""
        self._only("ask_suspend", by)
        if not self.allows("suspend"):
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="suspend")
        if self.suspensions >= MOST_SUSPENSIONS:
            raise Refusal("suspend.used_up", number=self.number)
        self._only_one_request()

    def grant(self, *, by: Person, at: datetime, grid: Grid, hours: OfficeHours) -> None:
        """同意."""
        asked = self._requested("grant", by, grid)
        until = datetime.fromisoformat(asked["until"]) if asked["what"] == "suspend" else None
        if until is not None and until <= at:
            raise Refusal("suspend.over", number=self.number)
        self.request = {}
        if until is None:
            self.extensions += 1
            self._tell("extended", by, at, hours=asked["hours"], more=asked["more"], reason=asked["reason"])
        else:
            self._move("suspend", by, at, until=asked["until"], reason=asked["reason"])
            self.suspensions += 1
            self.suspended_until = until
        self._reckon(hours)

    def refuse(self, reason: str, *, by: Person, at: datetime, grid: Grid) -> None:
        """不同意: uses none of its extensions up."""
        asked = self._requested("refuse", by, grid)
        self.request = {}
        self._tell("refused", by, at, what=asked["what"], reason=reason)

    def resume(self, *, at: datetime, hours: OfficeHours, danger: bool = False) -> None:
        """Its day has come, or it became dangerous: it wakes by itself. Noticed late, it woke on its day all the same:
        nobody is given time because we slept."""
        self._move("resume", None, min(at, self.suspended_until or at), danger=danger)
        self.suspended_until = None
        self._reckon(hours)

    @property
    def longest_extension(self) -> Decimal | None:
        """One more original limit, in hours of its clock. None: it has no clock."""
        limits = self.timetable.limits
        if limits is None or CLOCKS[limits.finish.unit] is None or self.deadline is None:
            return None
        return limits.finish.value * self._unit_hours

    @property
    def _unit_hours(self) -> Decimal:
        """How many hours one unit of its limit is."""
        limits = self.timetable.limits
        clock = CLOCKS[limits.finish.unit] if limits else None
        return Decimal(clock.unit // HOUR) if clock else Decimal(1)

    def deadline_with(self, more: Decimal, hours: OfficeHours) -> datetime | None:
        """By when it would have to be mended, with so much more of its limit's units."""
        table = self.timetable
        return replace(table, extra=table.extra + more).deadline(hours)

    @property
    def hours_a_day(self) -> Decimal:
        """How many hours its clock has in a day: 8 of work, else 24."""
        limits = self.timetable.limits
        return Decimal((WORK_DAY if limits and limits.finish.unit.startswith("work") else NATURAL_DAY) // HOUR)

    def span_of(self, hours: Decimal) -> tuple[str, str]:
        """A length of time on its clock: its word (`span.` in the catalogues) and how many of it."""
        day, kind = self.hours_a_day, "work_" if self.hours_a_day < 24 else ""
        if hours >= day and hours % day == 0:
            return f"{kind}days", _figures(hours / day)
        if hours < 1:
            return "minutes", _figures((hours * 60).quantize(Decimal(1)))
        return f"{kind}hours", _figures(hours)

    def hours_until(self, until: datetime, hours: OfficeHours) -> Decimal:
        """By how much of its clock a day lies behind the deadline; 0 where it does not."""
        limits = self.timetable.limits
        clock = CLOCKS[limits.finish.unit] if limits else None
        if clock is None or self.deadline is None or until <= self.deadline:
            return Decimal(0)
        return Decimal(clock.between(self.deadline, until, hours) // MINUTE * 100 // 60) / 100

    def _ask(self, what: str, by: Person, at: datetime, **data: Any) -> None:
        self.request = {"what": what, **data}
        self._tell("asked", by, at, what=what, **data)

    def _only_one_request(self) -> None:
        if self.request:
            raise Refusal("request.pending", number=self.number)

    def _requested(self, verb: str, by: Person, grid: Grid) -> dict[str, Any]:
        self._only(verb, by, grid)
        if not self.request:
            raise Refusal("request.none", number=self.number)
        return self.request


def _figures(number: Decimal) -> str:
    return f"{number.normalize():f}"
