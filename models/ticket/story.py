"""What happened to one ticket, event by event, as far as it counts for anything (accounting.py tells for what)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.figures import Figures
from models.ticket.event import TicketEvent
from models.ticket.replay import Replay
from models.ticket.stage import Stage

WHISTLES = frozenset({"whistle", "emergency"})
"""A council's parties are invited, not whistled for."""


@dataclass(slots=True)
class Sent:
    """One dispatch."""

    to: int
    at: datetime
    taken_at: datetime | None = None
    is_right: bool = True


@dataclass(slots=True)
class Call:
    """One department that was whistled for. took: until it was there."""

    to: int
    at: datetime
    limit: timedelta
    took: timedelta | None = None


@dataclass(slots=True)
class Story:
    """The fold. check: how soon what is said to be mended is to be checked. counts: what events add by themselves; the
    rest is for who tells it. mended_at, mended_by: as it stands, not what was taken back. is_late: once is for good."""

    past: Replay
    check: timedelta
    counts: Figures = field(default_factory=Figures)
    sent: list[Sent] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    paused_at: datetime | None = None
    mended_at: datetime | None = None
    mended_by: int | None = None
    unmended: tuple[datetime | None, int | None] = None, None
    is_late: bool = False
    solved: bool | None = None
    satisfied: bool | None = None

    def take(self, event: TicketEvent) -> None:
        """Looks at what was before it happened, and only then lets it happen."""
        change = CHANGES.get(event.kind)
        if change is not None:
            change(self, event)
        self.past.take(event)

    def _filed(self, event: TicketEvent) -> None:
        self.counts["filed"] = 1

    def _joined(self, event: TicketEvent) -> None:
        if event.data.get("message") is not None:  # a report; who only presses 我也遇到 repeats nothing
            self.counts["repeats"] += 1
            self.counts["told"] += 1

    def _left(self, event: TicketEvent) -> None:
        """His is another one, which was reported on its own."""
        self.counts["repeats"] -= 1
        self.counts["told"] -= 1

    def _dispatched(self, event: TicketEvent) -> None:
        if self.sent and self.sent[-1].to != event.data["to"]:
            self.sent[-1].is_right = False
        self.sent.append(Sent(event.data["to"], event.at))

    def _taken_up(self, event: TicketEvent) -> None:
        if self.sent and self.sent[-1].taken_at is None:
            self.sent[-1].taken_at = event.at

    def _returned(self, event: TicketEvent) -> None:
        self._taken_up(event)
        if self.sent:
            self.sent[-1].is_right = False

    def _extended(self, event: TicketEvent) -> None:
        self.counts["extended"] += 1

    def _suspended(self, event: TicketEvent) -> None:
        self.counts["suspended"] += 1
        self.paused_at = event.at

    def _resumed(self, event: TicketEvent) -> None:
        if self.paused_at is not None:
            self.pauses.append((self.paused_at, event.at))
            self.paused_at = None

    def _resolved(self, event: TicketEvent) -> None:
        self.unmended = self.mended_at, self.mended_by
        self.mended_at, self.mended_by = event.at, self.past.department_id
        deadline = self.past.deadline
        self.is_late = self.is_late or (deadline is not None and event.at > deadline)

    def _unproven(self, event: TicketEvent) -> None:
        self.mended_at, self.mended_by = self.unmended

    def _confirmed(self, event: TicketEvent) -> None:
        self.solved = True

    def _unsolved(self, event: TicketEvent) -> None:
        self.solved, self.counts["reworked"] = False, 1

    def _reopened(self, event: TicketEvent) -> None:
        self._checked(event)
        self.counts["reworked"] = 1

    def _checked(self, event: TicketEvent) -> None:
        """By a leader or an inspector; or by nobody, which is no check in time."""
        if self.past.stage != Stage.RESOLVED or self.mended_at is None:
            return
        self.counts["checked"] += 1
        in_time = event.kind != "lapsed" and event.at - self.mended_at <= self.check
        self.counts["checked_in_time"] += in_time

    def _rated(self, event: TicketEvent) -> None:
        self.satisfied = bool(event.data["satisfied"])

    def _whistled(self, event: TicketEvent) -> None:
        data = event.data
        if data["response"] not in WHISTLES:
            return
        self.counts["whistles"] += 1
        there = self.past.department_id if self.past.accepted_at is not None else None
        limit = timedelta(minutes=data["minutes"])
        self.calls += [Call(to, event.at, limit) for to in data["called"] if to != there]

    def _reported_in(self, event: TicketEvent) -> None:
        if not event.data.get("pressed", True):
            return  # it took the case, or sent its photo; when it was there nobody said
        to = event.data["department"]
        call = next((call for call in self.calls if call.to == to and call.took is None), None)
        if call is not None:
            call.took = event.at - call.at

    def handling(self) -> timedelta:
        """From when it was first sent to the department that mended it to when that was last done, rework and all, by
        the wall clock; less what it was suspended."""
        if self.mended_at is None:
            return timedelta()
        begun = next((sent.at for sent in self.sent if sent.to == self.mended_by), self.mended_at)
        rests = (min(end, self.mended_at) - max(start, begun) for start, end in self.pauses)
        return self.mended_at - begun - sum((rest for rest in rests if rest > timedelta()), timedelta())


Change = Callable[[Story, TicketEvent], None]
CHANGES: Mapping[str, Change] = {
    "filed": Story._filed, "joined": Story._joined, "left": Story._left,
    "dispatched": Story._dispatched, "accepted": Story._taken_up, "returned": Story._returned,
    "extended": Story._extended, "suspended": Story._suspended, "resumed": Story._resumed,
    "resolved": Story._resolved, "unproven": Story._unproven, "confirmed": Story._confirmed,
    "unsolved": Story._unsolved, "reopened": Story._reopened, "verified": Story._checked, "lapsed": Story._checked,
    "rated": Story._rated, "whistled": Story._whistled, "reported_in": Story._reported_in,
}  # fmt: skip
