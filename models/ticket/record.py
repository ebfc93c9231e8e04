"""The record of a ticket: what is kept, what can be asked of it, and the one way it moves."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, reconstructor

from models.deadline import OfficeHours
from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.rights import Standing, may, refusal
from models.spot import Spot
from models.task import Task
from models.ticket.event import TicketEvent
from models.ticket.stage import BEFORE_WORK, CLOCK_RUNS, IN_HAND, LIFECYCLE, OPEN, PAST, Stage
from models.ticket.timetable import Timetable
from models.told import Told
from models.types import Base, Key, where

DUPLICATE_WITHIN = timedelta(hours=24)
METRES_PER_DEGREE = 111_000  # of latitude


class Record(Base):
    """One incident. text is masked before it is kept. chat_id: the group it was reported in; report_id:
    the reporter's message there.

    round counts how often it was mended: 1, and one more after each rework.
    returns counts how often a department handed it back; whose_id: whose it is instead, as the last of them said.
    border_id: the other grid, where the point lies near a border, and border_stage how that stands (stage.py);
    is_outside: it lies in no grid of ours.
    told: what was read out of the words (models/told.py). is_named: the reporter may be named in the group.
    secure_by, secured_at: made safe (fenced, shut off); deadline: mended. Both told from the events (timetable.py),
    whose sum so far stands in clocks.
    escalated: how many levels up it was told, because nobody acted on it in time. reminded_for, late_for: the deadline
    of which the department was reminded, and the one whose passing the leader was told of.
    entry: report; relay: a leader's, for somebody who called him (代报); spot: dealt with by who found it (自行处置).
    merged_into_id: the ticket it became part of. response: how several were called to it (calling.py).
    request, extensions, suspensions, suspended_until: delaying.py. photo_waived: 完成 needs no picture in this round.
    is_doubted: a picture of this round failed as proof, and nobody has looked yet.
    ended_by: confirmed, verified, lapsed or settled. satisfied: what the reporter said after that.
    counted: what the tallies hold of it, as of its event counted_seq.
    """

    __abstract__ = True
    __table_args__ = (
        Index("ix_tickets_grid_id", "grid_id", "stage"),
        Index("ix_tickets_department_id", "department_id", "stage"),
        Index("ix_tickets_reporter_id", "reporter_id"),
        Index("ix_tickets_category", "category", "reported_at"),
        Index("ix_tickets_border_id", "border_id", **where("border_id IS NOT NULL")),
        # The few that somebody still has to act on, found without looking at the many that are over.
        Index("ix_tickets_open", "grid_id", "stage", **where("ended_at IS NULL")),
        Index("ix_tickets_uncounted", "id", **where("counted_seq < last_seq")),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    case_code: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[str]
    category: Mapped[str]
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), default=None)
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"), default=None)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    text: Mapped[str]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str | None] = mapped_column(default=None)
    latitude: Mapped[float | None] = mapped_column(default=None)
    longitude: Mapped[float | None] = mapped_column(default=None)
    datum: Mapped[str | None] = mapped_column(default=None)
    place_source: Mapped[str]
    accuracy: Mapped[float | None] = mapped_column(default=None)
    is_outside: Mapped[bool] = mapped_column(default=False)
    border_id: Mapped[int | None] = mapped_column(default=None)
    border_stage: Mapped[str | None] = mapped_column(default=None)
    told: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_named: Mapped[bool] = mapped_column(default=True)
    escalated: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    returns: Mapped[int] = mapped_column(default=0)
    whose_id: Mapped[int | None] = mapped_column(default=None)
    reported_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    secure_by: Mapped[datetime | None] = mapped_column(default=None)
    secured_at: Mapped[datetime | None] = mapped_column(default=None)
    clocks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    entry: Mapped[str] = mapped_column(default="report")
    merged_into_id: Mapped[int | None] = mapped_column(default=None)
    response: Mapped[str | None] = mapped_column(default=None)
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    extensions: Mapped[int] = mapped_column(default=0)
    suspensions: Mapped[int] = mapped_column(default=0)
    suspended_until: Mapped[datetime | None] = mapped_column(default=None)
    photo_waived: Mapped[bool] = mapped_column(default=False)
    is_doubted: Mapped[bool] = mapped_column(default=False)
    urged_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded_for: Mapped[datetime | None] = mapped_column(default=None)
    late_for: Mapped[datetime | None] = mapped_column(default=None)
    ended_by: Mapped[str | None] = mapped_column(default=None)
    satisfied: Mapped[bool | None] = mapped_column(default=None)
    counted_seq: Mapped[int] = mapped_column(default=0)
    counted: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fix_said: Mapped[int] = mapped_column(default=0)
    """The last round whose fix was posted: once per round, whoever comes first (the picture or the minute)."""
    fix_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), default=None)
    last_seq: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @reconstructor
    def _woken(self) -> None:
        self.news: list[TicketEvent] = []

    # --- what it is now -------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_before_work(self) -> bool:
        return self.stage in BEFORE_WORK

    @property
    def due_at(self) -> datetime | None:
        """What comes next: to make it safe, or to mend it."""
        if self.secure_by is not None and self.secured_at is None:
            return min(self.secure_by, self.deadline or self.secure_by)
        return self.deadline

    @property
    def may_be_secured(self) -> bool:
        return self.stage in (Stage.DISPATCHED, Stage.WORKING) and bool(self.secure_by) and self.secured_at is None

    def is_overdue(self, at: datetime) -> bool:
        return self.stage in CLOCK_RUNS and self.due_at is not None and at > self.due_at

    @property
    def timetable(self) -> Timetable:
        return Timetable.kept(self.clocks) if self.clocks else Timetable(self.department_id, self.dispatched_at)

    @property
    def reading(self) -> Told:
        return Told.of(self.told)

    @property
    def spot(self) -> Spot:
        return Spot(self.place_source, self.latitude, self.longitude, self.datum, self.accuracy, self.place)

    def allows(self, verb: str) -> bool:
        return Stage(self.stage) in LIFECYCLE[verb]

    # --- how it moves -------------------------------------------------------

    def standings(self, person: Person, grid: Grid | None = None, task: Task | None = None) -> frozenset[Standing]:
        """What somebody is to this ticket now. grid: for whose leader he speaks; task: of which he may be a party."""
        held = {Standing.ANYONE}
        if self.reporter_id is not None and person.id == self.reporter_id:
            held.add(Standing.REPORTER)
        if grid is not None and person.leads(grid):
            held.add(Standing.LEADER)
        if person.works_for(self.department_id):
            held.add(Standing.OFFICER)
        if task is not None and person.works_for(task.department_id):
            held.add(Standing.PARTY)
        if person.is_inspector:
            held.add(Standing.INSPECTOR)
        if person.is_admin:
            held.add(Standing.ADMIN)
        return frozenset(held)

    def _only(self, verb: str, by: Person, grid: Grid | None = None, task: Task | None = None) -> None:
        """Who may do this, asked when it is done (models/rights.py)."""
        held = self.standings(by, grid, task)
        if by.is_banned or not may(verb, held):
            raise Refusal(refusal(verb, held), number=self.number)

    def _needs(self, reason: str) -> None:
        if not reason.strip():
            raise Refusal("ticket.reason_needed", number=self.number)

    def _move(self, verb: str, by: Person | None, at: datetime, **data: Any) -> None:
        to = LIFECYCLE[verb].get(Stage(self.stage))
        if to is None:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb=verb)
        self.stage = to
        if to not in IN_HAND or verb == "dispatch":
            data |= self._drop_request()  # whoever asked for time has it no longer
        self._tell(PAST[verb], by, at, **data)

    def _drop_request(self) -> dict[str, Any]:
        """What was asked for falls, unanswered. Returns what the event that made it fall says of it."""
        fallen, self.request = self.request, {}
        return {"fell": fallen["what"]} if fallen else {}

    def _reckon(self, hours: OfficeHours) -> None:
        """What the clocks say, after an event that changed them."""
        table = self.timetable
        self.dispatched_at, self.secured_at = table.start, table.secured_at
        self.deadline, self.secure_by = table.deadline(hours), table.secure_by(hours)
        # Kept with what moved it: who reckons it again when another holiday is known would find another one.
        due = {"deadline": self.deadline, "secure_by": self.secure_by}
        self.news[-1].data |= {name: moment.isoformat() if moment else None for name, moment in due.items()}

    def _stand(self, spot: Spot) -> None:
        self.place_source, self.latitude, self.longitude = spot.source, spot.latitude, spot.longitude
        self.datum, self.accuracy = spot.datum, spot.accuracy
        self.place = spot.words or self.place

    def _tell(self, kind: str, by: Person | None, at: datetime, **data: Any) -> None:
        self.last_seq += 1
        data["stage"] = self.stage
        event = TicketEvent(seq=self.last_seq, kind=kind, by_id=by.id if by else None, at=at, data=data)
        self.news.append(event)
        self.clocks = self.timetable.after(event).as_data()
