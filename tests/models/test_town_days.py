"""Random days of a town: many tickets, everybody tries every verb, time goes by. The records must hold together."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from models.person import Person
from models.refusal import Refusal
from models.task import Task
from models.ticket import OPEN, Stage, Ticket, TicketEvent
from models.ticket.holding import Hand, holder_of
from models.ticket.replay import Replay
from models.ticket.timetable import Timetable
from tests.models.test_rights import (
    DRAINS,
    GAS,
    GRID,
    HOLE,
    HOURS,
    LIMITS,
    LIN,
    NOON,
    PEOPLE,
    PHOTO,
    POLICE,
    ROADS,
    TREE,
    officer,
    report,
)
from tests.replaying import differences

DEPARTMENTS = (ROADS, DRAINS, POLICE, GAS)
FEW = 3
"""So that much befalls each of them."""
WITHIN = timedelta(minutes=30)
WHO = st.one_of(st.none(), st.none(), st.none(), st.sampled_from(sorted(PEOPLE)))
"""Mostly who may do it (None), else anybody: days in which nearly all is refused show little."""
OFFICERS = {
    ROADS.id: PEOPLE["officer"],
    DRAINS.id: PEOPLE["joint_officer"],
    POLICE.id: PEOPLE["other_officer"],
    GAS.id: officer(12, GAS),
}


PARTS = ("report_in", "finish", "ask_off", "keep_called", "excuse")


class Days(RuleBasedStateMachine):
    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.all: dict[int, Ticket] = {}
        self.events: dict[int, list[TicketEvent]] = defaultdict(list)
        self.tasks: dict[int, list[Task]] = defaultdict(list)

    # --- what happens -----------------------------------------------------------------------

    @precondition(lambda self: len(self.all) < FEW)
    @rule(target=tickets, goes=st.booleans())
    def somebody_reports(self, goes: bool) -> int:
        it = report(len(self.all) + 1)
        self.all[it.id] = it
        if goes:
            it.dispatch(ROADS, by=None, at=self.now, grid=GRID, limits=LIMITS, hours=HOURS, rule="routes:1")
        self._write(it)
        return it.id

    @rule(minutes=st.sampled_from((1, 20, 90, 600, 3000, 20000)))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for it in self.all.values():
            if it.stage == Stage.SUSPENDED and it.suspended_until is not None and it.suspended_until <= self.now:
                it.resume(at=self.now, hours=HOURS)
                self._write(it)

    @rule(
        number=tickets,
        who=WHO,
        verb=st.sampled_from(("accept", "accept", "accept", "verify", "confirm", "lapse", "join", "rate", "withdraw")),
    )
    def without_more(self, number: int, who: str | None, verb: str) -> None:
        it, at = self.all[number], self.now
        of = {"withdraw": "reporter", "confirm": "reporter", "rate": "reporter", "verify": "leader", "join": "stranger"}
        by = self._by(who, of.get(verb), it)
        self._tries(
            it,
            {
                "withdraw": lambda: it.withdraw(by=by, at=at),
                "confirm": lambda: it.confirm(by=by, at=at),
                "accept": lambda: it.accept(by=by, at=at, tasks=self._parts(it)),
                "verify": lambda: it.verify(by=by, at=at, grid=GRID),
                "lapse": lambda: it.lapse(at=at, days=7),
                "join": lambda: it.join(by=by, at=at),
                "rate": lambda: it.rate(True, by=by, at=at),
            }[verb],
        )

    @rule(number=tickets, who=WHO, to=st.sampled_from(DEPARTMENTS))
    def is_dispatched(self, number: int, who: str | None, to: Any) -> None:
        it = self.all[number]
        self._tries(
            it,
            lambda: it.dispatch(
                to, by=self._by(who, "leader"), at=self.now, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader",
                tasks=self._parts(it),
            ),
        )  # fmt: skip

    @rule(
        number=tickets, who=WHO, words=st.sampled_from(("不归我们", " ")),
        verb=st.sampled_from(("waive", "refuse", "return", "decline")),
    )  # fmt: skip
    def is_given_a_reason(self, number: int, who: str | None, words: str, verb: str) -> None:
        it, at = self.all[number], self.now
        leader, officer = self._by(who, "leader"), self._by(who, None, it)
        verbs = {
            "return": lambda: it.hand_back(words, by=officer, at=at),
            "decline": lambda: it.decline(words, by=leader, at=at, grid=GRID),
            "waive": lambda: it.waive(words, by=leader, at=at, grid=GRID),
            "refuse": lambda: it.refuse(words, by=leader, at=at, grid=GRID),
        }
        self._tries(it, verbs[verb])

    @rule(number=tickets, who=WHO, hours=st.integers(-1, 20), days=st.integers(-1, 400))
    def time_is_asked_for(self, number: int, who: str | None, hours: int, days: int) -> None:
        it = self.all[number]
        by = self._by(who, None, it)
        self._tries(it, lambda: it.ask_extension(Decimal(hours), "等配件", by=by, at=self.now))
        self._tries(it, lambda: it.ask_suspension(self.now + timedelta(days=days), "等配件", by=by, at=self.now))

    @rule(number=tickets, who=WHO)
    def a_request_is_granted(self, number: int, who: str | None) -> None:
        it = self.all[number]
        self._tries(it, lambda: it.grant(by=self._by(who, "leader"), at=self.now, grid=GRID, hours=HOURS))

    @rule(number=tickets, into=tickets, who=WHO, really=st.integers(0, 3))
    def two_are_one(self, number: int, into: int, who: str | None, really: int) -> None:
        it = self.all[number]
        if really:
            return  # seldom: it ends a ticket
        self._tries(
            it, lambda: it.merge(self.all[into], by=self._by(who, "leader"), at=self.now, grid=GRID), self.all[into]
        )

    @rule(number=tickets, who=WHO, called=st.lists(st.sampled_from(DEPARTMENTS), max_size=3))
    def a_whistle_is_blown(self, number: int, who: str | None, called: list[Any]) -> None:
        it, by = self.all[number], self._by(who, "leader")
        self._tries(
            it,
            lambda: self._called(
                it,
                it.whistle(
                    called, self._parts(it), by=by, at=self.now, grid=GRID, limits=LIMITS, hours=HOURS,
                    report_in=WITHIN,
                ),
            ),
        )  # fmt: skip

    @rule(number=tickets, who=WHO, part=st.integers(0, 3), verb=st.sampled_from(PARTS))
    def a_part_goes_on(self, number: int, who: str | None, part: int, verb: str) -> None:
        it, parts = self.all[number], self._parts(self.all[number])
        if part >= len(parts):
            return
        task = parts[part]
        fit = PEOPLE["leader"] if verb in ("excuse", "keep_called") else OFFICERS[task.department_id]
        by = fit if who is None else PEOPLE[who]
        self._tries(
            it,
            {
                "ask_off": lambda: it.ask_off(task, "不归我们", by=by, at=self.now),
                "keep_called": lambda: it.keep_called(task, by=by, at=self.now, grid=GRID),
                "report_in": lambda: it.report_in(task, by=by, at=self.now),
                "finish": lambda: it.finish(task, parts, [PHOTO], by=by, at=self.now),
                "excuse": lambda: it.excuse(task, parts, "来不了", by=by, at=self.now, grid=GRID),
            }[verb],
        )

    @rule(number=tickets, who=WHO, photo=st.booleans())
    def it_is_mended(self, number: int, who: str | None, photo: bool) -> None:
        it = self.all[number]
        photos = [PHOTO] if photo else []
        self._tries(it, lambda: it.resolve(photos, by=self._by(who, None, it), at=self.now, tasks=self._parts(it)))

    @rule(number=tickets, who=WHO, by_reporter=st.booleans())
    def it_was_not(self, number: int, who: str | None, by_reporter: bool) -> None:
        it, by = self.all[number], self._by(who, "reporter" if by_reporter else "leader")
        if by_reporter:
            self._tries(it, lambda: it.unsolved(by=by, at=self.now, limits=LIMITS, hours=HOURS, days=15))
        else:
            self._tries(
                it, lambda: it.reopen("不平", by=by, at=self.now, grid=GRID, limits=LIMITS, hours=HOURS, days=15)
            )

    @rule(number=tickets, who=WHO, back=st.booleans())
    def it_is_something_else(self, number: int, who: str | None, back: bool) -> None:
        it, new = self.all[number], HOLE if back else TREE
        self._tries(
            it,
            lambda: it.recategorise(
                new, by=self._by(who, "leader"), at=self.now, grid=GRID, limits=new.limits(), hours=HOURS
            ),
        )  # fmt: skip

    # --- what must hold -----------------------------------------------------------------------

    @invariant()
    def every_record_is_what_its_events_tell(self) -> None:
        for number, it in self.all.items():
            events = self.events[number]
            assert [event.seq for event in events] == list(range(1, it.last_seq + 1))
            assert differences(Replay.of(events, HOURS), it) == {}

    @invariant()
    def the_clocks_are_what_their_events_reckon(self) -> None:
        for number, it in self.all.items():
            table = Timetable.of(self.events[number])
            if table.start is not None:
                assert (it.deadline, it.secure_by) == (table.deadline(HOURS), table.secure_by(HOURS))
            assert (it.stage == Stage.SUSPENDED) == (it.suspended_until is not None)

    @invariant()
    def every_ticket_is_in_one_place_and_one_must_act(self) -> None:
        for number, it in self.all.items():
            holder = holder_of(it, self._parts(it))
            assert (holder.hand == Hand.ENDED) == (it.stage not in OPEN) == (it.ended_at is not None)
            assert bool(holder.departments) == (holder.hand in (Hand.OFFERED, Hand.DEPARTMENT, Hand.PARTIES))
            assert (it.stage == Stage.MERGED) == (it.merged_into_id is not None)
            assert it.merged_into_id is None or it.merged_into_id in self.all.keys() - {number}

    @invariant()
    def every_part_is_accounted_for(self) -> None:
        for number, it in self.all.items():
            parts = self._parts(it)
            assert len({task.department_id for task in parts}) == len(parts)
            assert not (it.stage in (Stage.RESOLVED, Stage.CLOSED) and any(task.is_open for task in parts)), number
            for task in parts:
                assert (task.done_at is not None) + (task.excused_at is not None) + task.is_open == 1
                assert task.done_at is None or task.reported_in_at is not None

    # --- how it is played -----------------------------------------------------------------------

    def _by(self, who: str | None, fit: str | None, it: Ticket | None = None) -> Person:
        """Whoever was drawn; else who may: `fit`, or an officer of the department in charge."""
        if who is None and fit is None and it is not None and it.department_id is not None:
            return OFFICERS[it.department_id]
        return PEOPLE[who or fit or "leader"]

    def _tries(self, it: Ticket, verb: Any, other: Ticket | None = None) -> None:
        try:
            verb()
        except Refusal:
            assert it.news == [], "a refusal leaves nothing behind"
            assert other is None or other.news == []
        self._write(it)
        if other is not None:
            self._write(other)

    def _write(self, it: Ticket) -> None:
        self.events[it.id] += it.news
        it.news = []

    def _called(self, it: Ticket, parts: list[Task]) -> None:
        self.tasks[it.id] += [task for task in parts if task not in self.tasks[it.id]]

    def _parts(self, it: Ticket) -> list[Task]:
        return [task for task in self.tasks[it.id] if task.round == it.round]


def test_the_cast_is_whole() -> None:
    assert all(isinstance(person, Person) for person in PEOPLE.values())
    assert PEOPLE["reporter"] is LIN


Days.TestCase.settings = settings(
    max_examples=70, stateful_step_count=80, deadline=None, phases=set(Phase) - {Phase.shrink}
)
TestDays = Days.TestCase
