"""What one ticket adds to the figures (field.md e), told from its events alone.

All of it counts for the day of the report, in the district's zone: a figure of November tells what became of November's
reports. What was closed on the spot (自行处置) is counted apart and in nothing else; what is void (declined, withdrawn,
merged) was reported, and was never to be handled.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.deadline import OfficeHours
from models.figures import Figures, note_time
from models.ticket.event import TicketEvent
from models.ticket.replay import Replay
from models.ticket.stage import OPEN, Stage

VOID = frozenset({Stage.DECLINED, Stage.WITHDRAWN, Stage.MERGED})
WHISTLES = frozenset({"whistle", "emergency"})
"""A council's parties are invited, not whistled for."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a district measures by. hours: for events of before they held their deadline. take_up: how soon a department
    is to accept or hand back what it is sent; check: how soon what it says is mended is to be checked."""

    zone: ZoneInfo
    hours: OfficeHours
    take_up: timedelta
    check: timedelta


@dataclass(frozen=True, slots=True)
class Account:
    """of_all: what its grids and the district count; of_departments: department -> what that one counts: the whole case
    for the one in charge, for others what they were sent and called to."""

    day: date
    grid_id: int
    of_all: Figures
    of_departments: Mapping[int, Figures]


@dataclass(slots=True)
class _Sent:
    """One dispatch."""

    to: int
    at: datetime
    taken_at: datetime | None = None
    is_right: bool = True


@dataclass(slots=True)
class _Call:
    """One department that was whistled for. took: until it was there."""

    to: int
    at: datetime
    limit: timedelta
    took: timedelta | None = None


@dataclass(slots=True)
class _Story:
    """The fold."""

    past: Replay
    check: timedelta
    counts: Figures = field(default_factory=Figures)
    sent: list[_Sent] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
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
        self.sent.append(_Sent(event.data["to"], event.at))

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
        self.is_late = self.is_late or (deadline is not None and event.at > deadline)  # once late is late for good

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
        self.calls += [_Call(to, event.at, limit) for to in data["called"] if to != there]

    def _reported_in(self, event: TicketEvent) -> None:
        if not event.data.get("pressed", True):
            return  # it took the case, or sent its photo; when it was there nobody said
        to = event.data["department"]
        call = next((call for call in self.calls if call.to == to and call.took is None), None)
        if call is not None:
            call.took = event.at - call.at

    # --- what comes of it --------------------------------------------------------------------

    def account(self, yardstick: Yardstick) -> Account:
        past = self.past
        day = (past.reported_at or datetime.min.replace(tzinfo=UTC)).astimezone(yardstick.zone).date()
        if past.ended_by == "settled":
            return Account(day, past.grid_id, Figures(settled=1), {})
        case = self._case()
        of_all = case.copy()
        of_departments: dict[int, Figures] = defaultdict(Figures)
        if past.department_id is not None:
            of_departments[past.department_id].update(case)
        for sent in self.sent:
            in_time = sent.taken_at is not None and sent.taken_at - sent.at <= yardstick.take_up
            for figures in (of_all, of_departments[sent.to]):
                figures.update(sent=1, sent_right=int(sent.is_right), taken_up=int(in_time))
        for call in self.calls:
            for figures in (of_all, of_departments[call.to]):
                figures["called"] += 1
                if call.took is not None:
                    figures.update(came=1, came_in_time=int(call.took <= call.limit))
                    note_time(figures, "whistle", call.took)
        return Account(day, past.grid_id, +of_all, {to: +figures for to, figures in of_departments.items()})

    def _case(self) -> Figures:
        """The case as a whole."""
        past, figures = self.past, self.counts.copy()
        figures.update(reported=1, told=1, open=int(past.stage in OPEN))
        if past.stage in VOID:
            figures[past.stage] = 1
            figures["repeats"] += past.stage == Stage.MERGED
        is_handled = self.mended_at is not None and past.stage not in VOID
        # What was dealt with on the spot was sent to nobody, and may have been done again all the same.
        figures["to_handle"] = int((bool(self.sent) or is_handled) and past.stage not in VOID)
        figures["handled"], figures["handled_in_time"] = int(is_handled), int(is_handled and not self.is_late)
        figures["reworked"] *= is_handled
        if is_handled and past.stage == Stage.CLOSED and past.ended_at is not None:
            in_time = not self.is_late and (past.deadline is None or past.ended_at <= past.deadline)
            figures.update(closed=1, closed_in_time=int(in_time))
        if self.solved is not None:
            figures.update(answered=1, solved=int(self.solved))
        if self.satisfied is not None:
            figures.update(rated=1, satisfied=int(self.satisfied))
        if is_handled:
            note_time(figures, "minutes", self._handling())
        return figures

    def _handling(self) -> timedelta:
        """From when it was first sent to the department that mended it to when that was last done, rework and all, by
        the wall clock; less what it was suspended."""
        if self.mended_at is None:
            return timedelta()
        begun = next((sent.at for sent in self.sent if sent.to == self.mended_by), self.mended_at)
        rests = (min(end, self.mended_at) - max(start, begun) for start, end in self.pauses)
        return self.mended_at - begun - sum((rest for rest in rests if rest > timedelta()), timedelta())


Change = Callable[[_Story, TicketEvent], None]
CHANGES: Mapping[str, Change] = {
    "filed": _Story._filed, "joined": _Story._joined, "left": _Story._left,
    "dispatched": _Story._dispatched, "accepted": _Story._taken_up, "returned": _Story._returned,
    "extended": _Story._extended, "suspended": _Story._suspended, "resumed": _Story._resumed,
    "resolved": _Story._resolved, "unproven": _Story._unproven, "confirmed": _Story._confirmed,
    "unsolved": _Story._unsolved, "reopened": _Story._reopened, "verified": _Story._checked, "lapsed": _Story._checked,
    "rated": _Story._rated, "whistled": _Story._whistled, "reported_in": _Story._reported_in,
}  # fmt: skip


def account_of(events: Iterable[TicketEvent], yardstick: Yardstick) -> Account:
    """events: of one ticket, all of them, in order of `seq`."""
    story = _Story(Replay(yardstick.hours), yardstick.check)
    for event in events:
        story.take(event)
    return story.account(yardstick)
