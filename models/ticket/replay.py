"""A ticket as it stood at any moment, told from its events alone: nothing is looked up in its record."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from models.deadline import OfficeHours
from models.spot import Spot
from models.task import Response
from models.ticket.event import TicketEvent
from models.ticket.stage import CLOCK_RUNS, IN_HAND, UNSETTLED, Border, Stage
from models.ticket.timetable import Timetable
from models.told import NOTHING_TOLD, Told

Change = Callable[["Replay", TicketEvent, dict[str, Any]], None]
CLOCKED = frozenset({"dispatched", "unsolved", "reopened", "extended", "suspended", "resumed", "agreed", "secured"})
"""After these the deadline is reckoned anew; after recategorised too, once there is a clock."""


class Replay:
    """A fold over events, in order of `seq`. Its fields are named as the columns of the record (record.py), and after
    the last event they hold the same.

    hours: for events of before they held their deadline themselves; None: such a deadline is not told.
    joined: how many met it besides who reported it.
    """

    __slots__ = (
        "accepted_at", "border_id", "border_stage", "category", "deadline", "department_id", "dispatched_at",
        "ended_at", "ended_by", "entry", "escalated", "extensions", "grid_id", "hours", "is_doubted", "is_named",
        "is_outside", "is_restricted", "is_urgent", "joined", "last_seq", "merged_into_id", "photo_waived",
        "reported_at", "reporter_id", "request", "resolved_at", "response", "returns", "round", "satisfied",
        "secure_by", "secured_at", "spot", "stage", "suspended_until", "suspensions", "table", "told", "urged_at",
        "whose_id",
    )  # fmt: skip

    def __init__(self, hours: OfficeHours | None = None) -> None:
        self.hours = hours
        self.table = Timetable()
        self.stage: str = Stage.PENDING
        self.category, self.entry = "", "report"
        self.grid_id = self.last_seq = self.escalated = self.returns = self.extensions = self.suspensions = 0
        self.spot = Spot("grid")
        self.told: Told = NOTHING_TOLD
        self.joined, self.round, self.is_named = 0, 1, True
        self.is_outside = self.is_urgent = self.photo_waived = self.is_doubted = False
        self.is_restricted: bool | None = None
        self.request: dict[str, Any] = {}
        self.department_id: int | None = None
        self.border_id: int | None = None
        self.merged_into_id: int | None = None
        self.whose_id: int | None = None
        self.reporter_id: int | None = None
        self.border_stage: str | None = None
        self.ended_by: str | None = None
        self.response: str | None = None
        self.satisfied: bool | None = None
        for moment in MOMENTS:
            setattr(self, moment, None)

    reported_at: datetime | None
    dispatched_at: datetime | None
    accepted_at: datetime | None
    resolved_at: datetime | None
    ended_at: datetime | None
    deadline: datetime | None
    secure_by: datetime | None
    secured_at: datetime | None
    suspended_until: datetime | None
    urged_at: datetime | None

    @classmethod
    def of(
        cls, events: Iterable[TicketEvent], hours: OfficeHours | None = None, *, until: datetime | None = None
    ) -> Self:
        """until: what happened at that moment is still told."""
        replay = cls(hours)
        for event in events:
            if until is None or event.at <= until:
                replay.take(event)
        return replay

    def take(self, event: TicketEvent) -> None:
        """A kind that changes no column of the record changes nothing here but the number of the last event."""
        data = event.data
        self.last_seq = event.seq
        self.stage = data.get("stage", self.stage)
        change = CHANGES.get(event.kind)
        if change is not None:
            change(self, event, data)
        if self.stage not in IN_HAND or event.kind == "dispatched" or "fell" in data:
            self.request = {}  # whoever asked for time has it no longer
        before, self.table = self.table, self.table.after(event)
        if "deadline" in data or event.kind in CLOCKED or (event.kind == "recategorised" and self.table != before):
            self._reckon(data)

    def is_overdue(self, at: datetime) -> bool:
        due = self.deadline
        if self.secure_by is not None and self.secured_at is None:
            due = min(self.secure_by, due or self.secure_by)
        return self.stage in CLOCK_RUNS and due is not None and at > due

    def _reckon(self, data: Mapping[str, Any]) -> None:
        self.dispatched_at, self.secured_at = self.table.start, self.table.secured_at
        if "deadline" in data:
            self.deadline, self.secure_by = _time(data["deadline"]), _time(data.get("secure_by"))
        elif self.hours is not None:
            self.deadline, self.secure_by = self.table.deadline(self.hours), self.table.secure_by(self.hours)

    # --- what each kind of event changed ----------------------------------------------------

    def _reported(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.reported_at, self.reporter_id = event.at, event.by_id
        self.category, self.grid_id, self.entry = data["category"], data["grid"], data.get("entry", "report")
        self.is_urgent, self.is_named = bool(data.get("urgent")), bool(data.get("named", True))
        self.is_outside, self.is_restricted = bool(data.get("outside")), data.get("restricted")
        self.told = Told.of(data.get("told") or {})
        self.border_id = data.get("border")
        self.border_stage = Border.OPEN if self.border_id else None
        self._stand(data)

    def _placed(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self._stand(data)
        self.is_outside = bool(data.get("outside"))
        if self.border_stage in (None, Border.OPEN):
            self.grid_id, self.border_id = data["grid"], data.get("border")
            self.border_stage = Border.OPEN if self.border_id else None

    def _stand(self, data: dict[str, Any]) -> None:
        if data.get("spot"):
            self.spot = Spot(**data["spot"])

    def _taken(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self._lay_in(data["grid"])
        self.border_stage = Border.TAKEN

    def _disowned(self, event: TicketEvent, data: dict[str, Any]) -> None:
        if self.border_stage == Border.HALF:
            self.border_stage = Border.UNOWNED
        elif self.border_stage in UNSETTLED:
            self.border_stage = Border.HALF
            self._lay_in(self.border_id if data["grid"] == self.grid_id else self.grid_id)

    def _lay_in(self, grid_id: int | None) -> None:
        if grid_id is not None and grid_id != self.grid_id:
            self.grid_id, self.border_id = grid_id, self.grid_id

    def _recategorised(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.category, self.is_restricted = data["new"], data.get("restricted")
        self.told = self.told.put_right(data["new"])

    def _amended(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.told, self.is_restricted = Told.of(data["told"]), data["restricted"]

    def _alarmed(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.is_urgent, self.request = True, {}
        self.told = self.told.alarmed((), again=bool(data.get("again")), is_in_line=bool(data.get("in_line")))
        self.told = Told.of({**self.told.as_data(), "calls": data.get("calls", ())})

    def _dispatched(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.department_id, self.accepted_at, self.whose_id = data["to"], None, None

    def _returned(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.returns += 1
        self.escalated, self.whose_id, self.accepted_at = data.get("level", 0), data.get("whose"), None

    def _whistled(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.response = Response.after(self.response, data["response"])
        if data["response"] == Response.EMERGENCY:
            self.is_urgent = True
            self.told = self.told.alarmed((), again=self.secured_at is not None)

    def _asked(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.request = {name: value for name, value in data.items() if name != "stage"}

    def _extended(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.request = {}
        self.extensions += 1

    def _suspended(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.suspensions += 1
        self.suspended_until = _time(data["until"])

    def _reworked(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.round += 1
        self.accepted_at = self.resolved_at = self.ended_at = self.ended_by = self.satisfied = None
        self.photo_waived, self.response, self.urged_at, self.is_doubted = False, None, None, False

    def _doubted(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.is_doubted = self.is_doubted or bool(data["holds"])

    def _settled(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.resolved_at = event.at
        self._ended(event, data)

    def _ended(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.ended_at, self.ended_by, self.is_doubted = event.at, event.kind, False

    def _void(self, event: TicketEvent, data: dict[str, Any]) -> None:
        self.ended_at, self.merged_into_id = event.at, data.get("into")


def _now(moment: str) -> Change:
    return lambda replay, event, data: setattr(replay, moment, event.at)


def _set(name: str, value: Any) -> Change:
    return lambda replay, event, data: setattr(replay, name, value)


def _told(name: str, of: str) -> Change:
    return lambda replay, event, data: setattr(replay, name, data[of])


def _met(replay: Replay, event: TicketEvent, data: dict[str, Any]) -> None:
    replay.joined += 1


def _parted(replay: Replay, event: TicketEvent, data: dict[str, Any]) -> None:
    replay.joined -= bool(data.get("witness"))


def _passed(replay: Replay, event: TicketEvent, data: dict[str, Any]) -> None:
    replay.reporter_id, replay.is_named = data["person"], bool(data["named"])
    replay.joined -= data["person"] is not None  # one of them reports it now


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


CHANGES: Mapping[str, Change] = {
    "reported": Replay._reported, "placed": Replay._placed, "joined": _met, "left": _parted,
    "taken": Replay._taken, "disowned": Replay._disowned, "claimed": _set("border_stage", Border.CONTESTED),
    "passed": _passed, "escalated": _told("escalated", "level"), "late": _set("escalated", 0),
    "recategorised": Replay._recategorised, "alarmed": Replay._alarmed, "amended": Replay._amended,
    "dispatched": Replay._dispatched, "accepted": _now("accepted_at"), "returned": Replay._returned,
    "pointed": _told("whose_id", "whose"),
    "urged": _now("urged_at"), "whistled": Replay._whistled, "waived": _set("photo_waived", True),
    "asked": Replay._asked, "extended": Replay._extended, "refused": _set("request", {}),
    "suspended": Replay._suspended, "resumed": _set("suspended_until", None), "unproven": _set("resolved_at", None),
    "resolved": _now("resolved_at"), "unsolved": Replay._reworked, "reopened": Replay._reworked,
    "doubted": Replay._doubted, "rated": _told("satisfied", "satisfied"), "settled": Replay._settled,
    "confirmed": Replay._ended, "verified": Replay._ended, "lapsed": Replay._ended,
    "declined": Replay._void, "merged": Replay._void, "withdrawn": Replay._void,
}  # fmt: skip
MOMENTS = (
    "reported_at", "dispatched_at", "accepted_at", "resolved_at", "ended_at", "deadline", "secure_by", "secured_at",
    "suspended_until", "urged_at",
)  # fmt: skip
