"""By when: told from the events of a ticket, and never patched (field.md c)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from models.deadline import CLOCKS, OfficeHours, amount
from models.limit import Limit, Limits
from models.task import LIFT
from models.ticket.event import TicketEvent

Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Timetable:
    """start: when the clock began, at dispatch. extra: extensions granted, in units of the limit to finish.
    pauses: suspensions, in order; the last may be open. until: the last day the parties of a council agreed on.
    lifted: an emergency was lifted (解除) in this round: until then it is not mended.
    """

    department: int | None = None
    start: datetime | None = None
    limits: Limits | None = None
    extra: Decimal = Decimal(0)
    pauses: tuple[Pause, ...] = ()
    secured_at: datetime | None = None
    until: datetime | None = None
    lifted: bool = False

    @classmethod
    def of(cls, events: Iterable[TicketEvent]) -> "Timetable":
        table = cls()
        for event in events:
            table = table.after(event)
        return table

    def after(self, event: TicketEvent) -> "Timetable":
        """What this event changes: dispatched, unsolved, reopened, recategorised, extended, suspended, resumed,
        agreed, secured, stepped."""
        if event.kind == "dispatched":
            # The clock goes on when the same department gets it back; another one starts anew.
            again = self.start is not None and event.data["to"] == self.department
            table = self if again else Timetable(start=event.at, until=self.until, lifted=self.lifted)
            return replace(table, department=event.data["to"], limits=_limits(event.data) or table.limits)
        if event.kind in ("unsolved", "reopened"):
            return Timetable(self.department, event.at, _limits(event.data) or self.limits)
        if event.kind == "recategorised":
            return replace(self, limits=_limits(event.data) or self.limits)
        if event.kind == "extended":
            return replace(self, extra=self.extra + Decimal(event.data["more"]))
        if event.kind == "suspended":
            return replace(self, pauses=(*self.pauses, (event.at, None)))
        if event.kind == "resumed" and self.pauses:
            return replace(self, pauses=(*self.pauses[:-1], (self.pauses[-1][0], event.at)))
        if event.kind == "agreed":
            # The last of all their days, as it stood when this one was agreed on.
            return replace(self, until=datetime.fromisoformat(event.data.get("last") or event.data["until"]))
        if event.kind == "secured":
            return replace(self, secured_at=event.at)
        if event.kind == "stepped" and event.data["step"] == LIFT:
            return replace(self, lifted=True)
        return self

    def deadline(self, hours: OfficeHours) -> datetime | None:
        """When it must be mended. None: no clock, or it stands still now."""
        if self.until is not None:
            return self.until
        return self._due(self.limits.finish, self.extra, hours) if self.limits else None

    def secure_by(self, hours: OfficeHours) -> datetime | None:
        """When it must be safe; no extension holds for that."""
        return self._due(self.limits.secure, Decimal(0), hours) if self.limits and self.limits.secure else None

    def nears(self, left: Decimal, hours: OfficeHours, *, safe: bool) -> datetime | None:
        """When this part of the time is left, counted on the clock of its limit, extensions and pauses included.
        safe: of that to make it safe; else of that to mend it."""
        used = 1 - left
        if safe:
            return (
                self._due(self.limits.secure, Decimal(0), hours, used) if self.limits and self.limits.secure else None
            )
        if self.until is not None:
            return self.start + (self.until - self.start) * float(used) if self.start else None
        return self._due(self.limits.finish, self.extra, hours, used) if self.limits else None

    def _due(self, limit: Limit, extra: Decimal, hours: OfficeHours, used: Decimal = Decimal(1)) -> datetime | None:
        clock = CLOCKS[limit.unit]
        if clock is None or self.start is None:
            return None
        length = amount((limit.value + extra) * used, clock.unit)
        due = clock.after(self.start, length, hours)
        for begun, ended in self.pauses:
            if begun >= due:
                break  # it was late already; what is late stays late
            if ended is None:
                return None
            length += clock.between(max(begun, self.start), ended, hours)
            due = clock.after(self.start, length, hours)
        return due

    def as_data(self) -> dict[str, Any]:
        return {
            "department": self.department,
            "start": _text(self.start),
            "limits": self.limits.as_data() if self.limits else None,
            "extra": str(self.extra),
            "pauses": [[_text(begun), _text(ended)] for begun, ended in self.pauses],
            "secured_at": _text(self.secured_at),
            "until": _text(self.until),
            "lifted": self.lifted,
        }

    @classmethod
    def kept(cls, data: dict[str, Any]) -> "Timetable":
        """As `as_data` wrote it."""
        return cls(
            data["department"],
            _time(data["start"]),
            Limits.of(data["limits"]) if data["limits"] else None,
            Decimal(data["extra"]),
            tuple((datetime.fromisoformat(begun), _time(ended)) for begun, ended in data["pauses"]),
            _time(data["secured_at"]),
            _time(data.get("until")),
            data.get("lifted", False),
        )


def _limits(data: dict[str, Any]) -> Limits | None:
    if data.get("limits"):
        return Limits.of(data["limits"])
    # Events of the first schema hold the one limit there was.
    return Limits.of({"finish": data["limit"]}) if data.get("limit") else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
