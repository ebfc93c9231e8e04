"""The verbs of a ticket: who, from which stage to which, what event; and a no that changes nothing."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import inspect

from models.category import Category
from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.photo import Photo
from models.refusal import Refusal
from models.spot import TRUST, Spot
from models.ticket import BEFORE_WORK, LIFECYCLE, OPEN, Stage, Ticket, case_code, short_number
from models.ticket.stage import PAST
from models.ticket.timetable import Timetable

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HOURS = OfficeHours.read("Asia/Shanghai", ["08:00-12:00", "14:00-18:00"], [1, 2, 3, 4, 5])
HOLE = Category(code="E0505", deadline_value="2", deadline_unit="urgent_hour", is_urgent=True)
LIMITS = HOLE.limits()
GRID = Grid(id=3, path="/1/2/3/", code="g")
ELSEWHERE = Grid(id=9, path="/1/8/9/", code="h")
ROADS, DRAINS = Department(id=1, key="roads"), Department(id=2, key="drains")
PHOTO = Photo(ref="a", key="b", channel="telegram")
HERE = Spot("location", 34.27, 108.92, "wgs84")


def person(number: int, **role: Any) -> Person:
    return Person(id=number, addresses=[], roles=[Role(person_id=number, granted_at=NOON, **role)] if role else [])


LIN, MEI = person(1), person(2)
LU = person(3, kind=RoleKind.DEPARTMENT, department_id=ROADS.id)
DAI = person(4, kind=RoleKind.DEPARTMENT, department_id=DRAINS.id)
QIAO, FAR = person(5, kind=RoleKind.LEADER, grid_id=3), person(6, kind=RoleKind.LEADER, grid_id=9)
ABOVE, SHEN = person(7, kind=RoleKind.LEADER, grid_id=1), person(8, kind=RoleKind.ADMIN)
GU = person(9, kind=RoleKind.INSPECTOR)
EVERYBODY = (LIN, MEI, LU, DAI, QIAO, FAR, ABOVE, SHEN, GU)
LEADERS = {5, 7, 8}

Verb = Callable[[Ticket, Person, datetime], None]
VERBS: Mapping[str, Verb] = {
    "dispatch": lambda t, by, at: t.dispatch(
        ROADS, by=by, at=at, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader"
    ),
    "accept": lambda t, by, at: t.accept(by=by, at=at),
    "return": lambda t, by, at: t.hand_back("不归我们", by=by, at=at),
    "resolve": lambda t, by, at: t.resolve([PHOTO], by=by, at=at),
    "confirm": lambda t, by, at: t.confirm(by=by, at=at),
    "unsolved": lambda t, by, at: t.unsolved(by=by, at=at, limits=LIMITS, hours=HOURS, days=15),
    "withdraw": lambda t, by, at: t.withdraw(by=by, at=at),
}  # fmt: skip
MAY: Mapping[str, set[int]] = {
    "dispatch": LEADERS,
    "accept": {3},
    "return": {3},
    "resolve": {3},
    "confirm": {1},
    "unsolved": {1},
    "withdraw": {1},
}
ALSO: Mapping[str, Mapping[Stage, Stage]] = {
    "dispatch": {Stage.PENDING: Stage.DISPATCHED},  # files it first
    "resolve": {Stage.DISPATCHED: Stage.RESOLVED},  # accepts it first
}


def ticket(stage: Stage = Stage.PENDING, category: Category = HOLE) -> Ticket:
    made = Ticket.report(
        number="LH2611200001", case_code="6101992026112000001", category=category, grid=GRID, text="路面塌陷",
        spot=Spot("grid"), by=LIN, at=NOON,
    )  # fmt: skip
    made.stage, made.news = stage, []
    if stage != Stage.PENDING:
        made.department_id, made.dispatched_at, made.deadline = ROADS.id, NOON, NOON + timedelta(hours=2)
        made.clocks = Timetable(ROADS.id, NOON, LIMITS).as_data()
    return made


def record(of: Ticket) -> dict[str, Any]:
    return {column.key: getattr(of, column.key) for column in inspect(Ticket).column_attrs}


def leads_to(verb: str, stage: Stage) -> Stage | None:
    if verb == "dispatch" and stage in (Stage.DISPATCHED, Stage.WORKING):
        return None  # it is with the very same department already
    return LIFECYCLE[verb].get(stage) or ALSO.get(verb, {}).get(stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_allowed_in_the_stages_of_the_table_and_by_whom_it_is_for(verb: str, stage: Stage) -> None:
    for by in EVERYBODY:
        it = ticket(stage)
        before, at = record(it), NOON + timedelta(minutes=5)
        to = leads_to(verb, stage)
        if to is None or by.id not in MAY[verb]:
            with pytest.raises(Refusal):
                VERBS[verb](it, by, at)
            assert record(it) == before, (verb, stage, by.id)
            assert it.news == []
            continue
        VERBS[verb](it, by, at)
        assert it.stage == to
        event = it.news[-1]
        assert (event.kind, event.by_id, event.at, event.data["stage"]) == (PAST[verb], by.id, at, to)
        assert [event.seq for event in it.news] == list(range(2, 2 + len(it.news)))


def test_the_table_says_what_the_contract_says() -> None:
    assert set(LIFECYCLE) == set(PAST)
    assert {Stage.PENDING, Stage.FILED, Stage.DISPATCHED, Stage.RETURNED} == BEFORE_WORK
    for verb in ("decline", "merge", "withdraw"):
        assert set(LIFECYCLE[verb]) == BEFORE_WORK
    for verb in ("reopen", "unsolved"):
        assert set(LIFECYCLE[verb]) == {Stage.RESOLVED, Stage.CLOSED}
        assert set(LIFECYCLE[verb].values()) == {Stage.DISPATCHED}
    ended = {stage for stage in Stage if stage not in OPEN}
    assert {stage for moves in LIFECYCLE.values() for stage in moves} & ended == {Stage.CLOSED}
    assert set(LIFECYCLE["reopen"]) == {Stage.RESOLVED, Stage.CLOSED}


def test_refusals_name_what_is_wrong() -> None:
    cases = [
        (ticket(Stage.WORKING), "accept", LU, "ticket.already_accepted"),
        (ticket(Stage.DISPATCHED), "accept", DAI, "ticket.not_yours"),
        (ticket(Stage.RESOLVED), "accept", LU, "ticket.not_now"),
        (ticket(Stage.WORKING), "withdraw", LIN, "ticket.too_late_to_withdraw"),
        (ticket(Stage.DISPATCHED), "withdraw", MEI, "ticket.not_your_report"),
        (ticket(Stage.RESOLVED), "dispatch", QIAO, "ticket.not_now"),
        (ticket(Stage.DISPATCHED), "dispatch", FAR, "ticket.not_your_grid"),
    ]
    for it, verb, by, key in cases:
        with pytest.raises(Refusal) as refusal:
            VERBS[verb](it, by, NOON)
        assert refusal.value.key == key


def test_sent_twice_to_the_same_department_it_stays_as_it_is() -> None:
    it = ticket(Stage.DISPATCHED)
    before = record(it)
    with pytest.raises(Refusal, match=r"dispatch\.already"):
        it.dispatch(ROADS, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader")
    assert record(it) == before
    assert it.news == []
    it.dispatch(DRAINS, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader")
    it.dispatch(ROADS, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader")
    it.hand_back("不归我们", by=LU, at=NOON)
    it.dispatch(ROADS, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader")
    assert it.stage == Stage.DISPATCHED


def test_a_reason_and_a_photo_are_needed() -> None:
    it = ticket(Stage.DISPATCHED)
    before = record(it)
    for reason in ("", "  ", "\n"):
        with pytest.raises(Refusal, match="reason_needed"):
            it.hand_back(reason, by=LU, at=NOON)
    with pytest.raises(Refusal, match="photo_needed"):
        it.resolve([], by=LU, at=NOON)
    assert record(it) == before


def test_mending_at_once_leaves_both_events() -> None:
    it = ticket(Stage.DISPATCHED)
    it.resolve([PHOTO], by=LU, at=NOON)
    assert [event.kind for event in it.news] == ["accepted", "resolved"]
    assert it.accepted_at == it.resolved_at == NOON


def test_the_clock_goes_on_for_the_same_department_and_starts_anew_for_another() -> None:
    later = NOON + timedelta(hours=1)

    def sent(to: Department) -> datetime | None:
        it = ticket(Stage.RETURNED)
        it.dispatch(to, by=QIAO, at=later, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader")
        return it.deadline

    assert sent(ROADS) == NOON + timedelta(hours=2)
    assert sent(DRAINS) == later + timedelta(hours=2)


def test_a_rework_is_a_new_round_with_a_new_limit() -> None:
    it = ticket(Stage.RESOLVED)
    it.unsolved(by=LIN, at=NOON + timedelta(days=1), limits=LIMITS, hours=HOURS, days=15)
    assert (it.round, it.accepted_at, it.resolved_at) == (2, None, None)
    assert it.deadline == NOON + timedelta(days=1, hours=2)
    assert it.news[-1].data["round"] == 2


def test_no_clock_where_the_phone_comes_first() -> None:
    it = ticket()
    fire = Category(code="X9001", deadline_value="0", deadline_unit="now", is_urgent=True)
    it.dispatch(ROADS, by=None, at=NOON, grid=GRID, limits=fire.limits(), hours=HOURS, rule="routes:10", cc=[2])
    assert it.deadline is None
    assert not it.is_overdue(NOON + timedelta(days=9))
    assert [event.kind for event in it.news] == ["filed", "dispatched"]
    assert it.news[-1].data["cc"] == [2]


def test_overdue_while_a_department_has_it_or_has_just_handed_it_back() -> None:
    late = NOON + timedelta(hours=3)
    overdue = {stage for stage in Stage if ticket(stage).is_overdue(late)}
    assert overdue == {Stage.DISPATCHED, Stage.WORKING, Stage.RETURNED}
    assert not ticket(Stage.WORKING).is_overdue(NOON + timedelta(hours=2))


@pytest.mark.parametrize("source", TRUST)
def test_a_place_is_replaced_by_one_as_trusted_or_better(source: str) -> None:
    for other in TRUST:
        it = ticket(Stage.DISPATCHED)
        it._stand(Spot(other, 1.0, 2.0, "wgs84", words="门口"))
        before = record(it)
        better = TRUST.index(source) >= TRUST.index(other)
        assert it.stand_at(Spot(source, 3.0, 4.0, "wgs84"), ELSEWHERE, by=LIN, at=NOON) == better
        if better:
            assert (it.latitude, it.grid_id, it.place) == (3.0, ELSEWHERE.id, "门口")
            assert it.news[-1].kind == "placed"
        else:
            assert record(it) == before
        assert not it.stand_at(Spot(source), ELSEWHERE, by=LIN, at=NOON), "no point, no place"


def test_joining_is_for_what_is_not_mended_yet() -> None:
    for stage in Stage:
        it = ticket(stage)
        before = record(it)
        if stage in OPEN - {Stage.RESOLVED}:
            it.join(by=MEI, at=NOON)
            assert it.news[-1].kind == "joined"
        else:
            with pytest.raises(Refusal, match="not_open"):
                it.join(by=MEI, at=NOON)
            assert record(it) == before


def test_numbers() -> None:
    day = NOON.astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert short_number("LH", day, 7) == "LH2611200007"
    assert short_number("ABCD", day, 12345) == "ABCD26112012345"
    assert case_code("610199", day, 7) == "6101992026112000007"


class Life(RuleBasedStateMachine):
    """Anybody tries anything at any time. Whatever comes of it, the record and its story agree."""

    def __init__(self) -> None:
        super().__init__()
        self.it = ticket()
        self.now = NOON
        self.story = [("reported", Stage.PENDING)]

    @rule(verb=st.sampled_from(sorted(VERBS)), by=st.sampled_from(EVERYBODY), minutes=st.integers(0, 600))
    def tries(self, verb: str, by: Person, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        before, stage = record(self.it), Stage(self.it.stage)
        allowed = leads_to(verb, stage) is not None and by.id in MAY[verb]
        try:
            VERBS[verb](self.it, by, self.now)
        except Refusal:
            assert not allowed
            assert record(self.it) == before
        else:
            assert allowed
        self.story += [(event.kind, Stage(event.data["stage"])) for event in self.it.news]
        self.it.news = []

    @precondition(lambda self: self.it.is_open)
    @rule(source=st.sampled_from(TRUST))
    def is_placed(self, source: str) -> None:
        trusted = TRUST.index(self.it.place_source)
        self.it.stand_at(Spot(source, 1.0, 2.0, "wgs84"), GRID, by=LIN, at=self.now)
        assert TRUST.index(self.it.place_source) >= trusted
        self.story += [(event.kind, Stage(event.data["stage"])) for event in self.it.news]
        self.it.news = []

    @invariant()
    def the_story_tells_the_record(self) -> None:
        kinds = [kind for kind, _ in self.story]
        assert self.story[-1][1] == self.it.stage
        assert self.it.last_seq == len(self.story)
        assert self.it.round == 1 + kinds.count("unsolved")
        assert self.it.returns == kinds.count("returned")

    @invariant()
    def its_times_fit_its_stage(self) -> None:
        it = self.it
        if it.stage in (Stage.WORKING, Stage.RESOLVED):
            assert it.accepted_at is not None
        if it.stage in (Stage.DISPATCHED, Stage.RETURNED):
            assert it.accepted_at is None
        assert (it.ended_at is not None) == (it.stage in (Stage.CLOSED, Stage.WITHDRAWN))
        assert (it.ended_by is not None) == (it.stage == Stage.CLOSED)
        assert (it.stage in OPEN) == it.is_open
        if it.stage in (Stage.DISPATCHED, Stage.WORKING):
            assert it.department_id is not None
            assert it.deadline is not None


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase
