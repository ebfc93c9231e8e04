"""The clocks of the field: when something is due, and how much of a clock has run between two moments.

Source: field.md c. Every moment is aware; all reckoning is in UTC, so summer time costs nobody an hour.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
HOUR = timedelta(hours=1)
WORK_DAY = timedelta(hours=8)  # of work, whatever a district's own day is (field.md c)
NATURAL_DAY = timedelta(hours=24)
SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*[-–~]\s*([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)


class DaysOff(Protocol):
    """A country's calendar, as models/calendar.py keeps it."""

    def works_on(self, day: date) -> bool | None:
        """False on a day off, True on a week-end that is worked; None where the week's pattern decides."""


@dataclass(frozen=True)
class OfficeHours:
    """When a district works.

    work: spans of local time, in order, without overlap; an end of 00:00 is the midnight that ends the day. days: 1 is
    Monday. A time that summer time skips or repeats is read as in PEP 495 with fold 0.
    holidays: days off that the week's pattern would work; workdays: the reverse (调休), and they win.
    calendar: the public holidays, where neither of the two names the day; None: a district that keeps its own list.
    Raises ValueError for hours in which nobody would ever work.
    """

    zone: ZoneInfo
    work: tuple[tuple[time, time], ...]
    days: frozenset[int]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    calendar: DaysOff | None = None

    def __post_init__(self) -> None:
        if not self.work or not self.days:
            raise ValueError("no working hours: a deadline in working time would never come")
        if not self.days <= set(range(1, 8)):
            raise ValueError("days are 1 (Monday) to 7 (Sunday)")
        latest = MIDNIGHT
        for number, (start, end) in enumerate(self.work):
            if (end <= start and end != MIDNIGHT) or start < latest or (number and latest == MIDNIGHT):
                raise ValueError("working hours must follow one another and end later than they begin")
            latest = end

    @classmethod
    def read(
        cls,
        zone: str,
        work: Iterable[str],
        days: Iterable[int],
        holidays: Iterable[date] = (),
        workdays: Iterable[date] = (),
        calendar: DaysOff | None = None,
    ) -> "OfficeHours":
        """From the words of `district.toml`, spans such as 08:00-12:00. Raises ValueError; KeyError: no such zone."""
        spans = tuple(span(text) for text in work)
        return cls(ZoneInfo(zone), spans, frozenset(days), frozenset(holidays), frozenset(workdays), calendar)

    def works_on(self, day: date) -> bool:
        if day in self.workdays or day in self.holidays:
            return day in self.workdays
        told = self.calendar.works_on(day) if self.calendar is not None else None
        return day.isoweekday() in self.days if told is None else told

    def shifts_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working spans that end after `moment`, in UTC, without end. The first one may have begun before it."""
        day = moment.astimezone(self.zone).date()
        latest = datetime.min.replace(tzinfo=UTC)
        while True:
            if self.works_on(day):
                for start, end in self.work:
                    # Where summer time skips an hour, two spans can meet on the same minutes: they count once.
                    begins = max(self._moment(day, start), latest)
                    ends = self._moment(day + timedelta(days=1) if end == MIDNIGHT else day, end)
                    if ends > moment and ends > begins:
                        yield begins, ends
                        latest = ends
            day += timedelta(days=1)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def span(text: str) -> tuple[time, time]:
    """The two times of a text such as 08:00-12:00; 24:00 is midnight. Raises ValueError."""
    match = SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text[:40]}" is no span of hours such as 08:00-12:00')
    hours, minutes, end_hours, end_minutes = (int(part) for part in match.groups())
    if hours == 24 or (end_hours == 24 and end_minutes):
        raise ValueError(f'"{text}" is later than 24:00')
    return time(hours, minutes), time(end_hours % 24, end_minutes)


def worked_between(a: datetime, b: datetime, hours: OfficeHours) -> timedelta:
    """Working time from a to b; zero when b is not after a."""
    a, b = a.astimezone(UTC), b.astimezone(UTC)
    worked = timedelta()
    if b <= a:
        return worked
    for begins, ends in hours.shifts_from(a):
        if begins >= b:
            return worked
        worked += min(ends, b) - max(begins, a)
    return worked


def passed_between(a: datetime, b: datetime, hours: OfficeHours) -> timedelta:
    """Time by the wall clock, nights and holidays too; zero when b is not after a."""
    return max(b.astimezone(UTC) - a.astimezone(UTC), timedelta())


def after_work(start: datetime, amount: timedelta, hours: OfficeHours) -> datetime:
    moment, left = start.astimezone(UTC), amount
    if not left:
        return moment
    for begins, ends in hours.shifts_from(moment):
        begins = max(begins, moment)
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return moment


def after_all(start: datetime, amount: timedelta, hours: OfficeHours) -> datetime:
    return start.astimezone(UTC) + amount


@dataclass(frozen=True)
class Clock:
    """A way of counting: its unit, when an amount of it is used up, and how much of it runs between two moments."""

    unit: timedelta
    after: Callable[[datetime, timedelta, OfficeHours], datetime]
    between: Callable[[datetime, datetime, OfficeHours], timedelta]


CLOCKS: dict[str, Clock | None] = {
    "urgent_hour": Clock(HOUR, after_all, passed_between),
    "work_hour": Clock(HOUR, after_work, worked_between),
    "work_day": Clock(WORK_DAY, after_work, worked_between),
    "natural_day": Clock(NATURAL_DAY, after_all, passed_between),
    "now": None,  # phone first; the ticket has no clock
}


def due(start: datetime, value: Decimal | float, unit: str, hours: OfficeHours) -> datetime | None:
    """When `value` units (fractions allowed) are used up, counted from `start`; in UTC. None: this unit has no clock.

    A working clock started outside the hours begins with the next span; what ends with a span is due when that ends.
    Raises ValueError for a value that is negative or no number, a start without a zone; KeyError: no such unit.
    """
    clock = CLOCKS[unit]
    if start.tzinfo is None:
        raise ValueError("a deadline cannot start at a time without its zone")
    if clock is None:
        return None
    return clock.after(start, amount(value, clock.unit), hours)


def spent(a: datetime, b: datetime, unit: str, hours: OfficeHours) -> timedelta | None:
    """How much of this unit's clock runs from a to b: what a pause gives back (field.md c). None: it has no clock."""
    clock = CLOCKS[unit]
    return None if clock is None else clock.between(a, b, hours)


def amount(value: Decimal | float, unit: timedelta) -> timedelta:
    exact = Decimal(str(value))  # 0.1 as it was written, not as binary holds it
    if not exact.is_finite() or exact < 0:
        raise ValueError(f"{value} is no length of time")
    # Rounded: a third of a day, which no decimal holds, is eight hours and no microsecond less.
    return timedelta(microseconds=round(exact * (unit // timedelta(microseconds=1))))
