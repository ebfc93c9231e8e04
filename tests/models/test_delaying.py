"""延期, 挂账, 退回 as verbs: clock arithmetic, limits, and what falls with what."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.category import Category
from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.photo import Photo
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Stage, Ticket

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # a working Friday, in the middle of the day
HOURS = OfficeHours.read("Asia/Shanghai", ["08:00-12:00", "14:00-18:00"], [1, 2, 3, 4, 5])
GRID = Grid(id=3, path="/1/2/3/", code="g")
ROADS, DRAINS, GAS = (Department(id=n, key=key, name=key) for n, key in enumerate(("roads", "drains", "gas"), 1))


def person(number: int, **role: Any) -> Person:
    return Person(id=number, addresses=[], roles=[Role(person_id=number, granted_at=NOON, **role)] if role else [])


LIN, LU = person(1), person(3, kind=RoleKind.DEPARTMENT, department_id=ROADS.id)
QIAO, SHEN = person(5, kind=RoleKind.LEADER, grid_id=3), person(8, kind=RoleKind.ADMIN)


def working(value: str = "2", unit: str = "natural_day") -> Ticket:
    """Sent at noon, and taken up at once."""
    kind = Category(code="E0601", deadline_value=value, deadline_unit=unit, other_deadlines=[], is_urgent=False)
    it = Ticket.report(
        number="LH2611200001", case_code="6101992026112000001", category=kind, grid=GRID, text="树倒了",
        spot=Spot("grid"), by=LIN, at=NOON,
    )  # fmt: skip
    it.dispatch(ROADS, by=None, at=NOON, grid=GRID, limits=kind.limits(), hours=HOURS, rule="category")
    it.accept(by=LU, at=NOON)
    it.news = []
    return it


def refused(key: str) -> Any:
    return pytest.raises(Refusal, match=key.replace(".", r"\."))


def ask(it: Ticket, hours: str, at: datetime = NOON) -> None:
    it.ask_extension(Decimal(hours), "等配件", by=LU, at=at)


# --- 延期 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "hours", "more"),
    [
        ("2", "natural_day", "8", timedelta(hours=8)),  # a third of a day, which no decimal holds
        ("2", "natural_day", "1", timedelta(hours=1)),
        ("4", "urgent_hour", "1.5", timedelta(minutes=90)),
        ("1", "work_day", "8", timedelta(days=1)),  # Mon 12:00 -> Tue 12:00
        ("4", "work_hour", "2", timedelta(days=2, hours=16)),  # Fri 18:00 -> Mon 10:00
    ],
)
def test_it_is_longer_by_what_was_granted_on_its_own_clock(value: str, unit: str, hours: str, more: timedelta) -> None:
    it = working(value, unit)
    due = it.deadline
    assert due is not None
    ask(it, hours)
    assert it.deadline == due
    assert it.deadline_with(Decimal(it.request["more"]), HOURS) == due + more
    it.grant(by=QIAO, at=NOON, grid=GRID, hours=HOURS)
    assert (it.deadline, it.extensions, it.request) == (due + more, 1, {})


@given(st.decimals("0.01", "48", places=2), st.integers(0, 47))
def test_any_part_of_one_more_limit_and_not_a_minute_more(hours: Decimal, later: int) -> None:
    it, at = working(), NOON + timedelta(hours=later)
    due = it.deadline
    assert due is not None
    it.ask_extension(hours, "等配件", by=LU, at=at)
    it.grant(by=QIAO, at=at, grid=GRID, hours=HOURS)
    assert it.deadline is not None
    assert abs((it.deadline - due) - timedelta(seconds=float(hours) * 3600)) < timedelta(milliseconds=1)


@pytest.mark.parametrize("hours", ["0", "-1", "48.01", "1e9"])
def test_a_length_out_of_bounds_is_refused(hours: str) -> None:
    it = working()
    with refused("extend.too_long"):
        ask(it, hours)
    assert (it.request, it.news) == ({}, [])


def test_twice_at_most_and_a_no_uses_none_up() -> None:
    it = working()
    for _ in range(3):
        ask(it, "8")
        it.refuse("按期办", by=QIAO, at=NOON, grid=GRID)
    for _ in range(2):
        ask(it, "8")
        it.grant(by=QIAO, at=NOON, grid=GRID, hours=HOURS)
    with refused("extend.used_up"):
        ask(it, "8")


def test_not_when_overdue_nor_without_a_clock_nor_where_days_were_agreed() -> None:
    late, bare, agreed = working(), working("1", "now"), working()
    with refused("extend.overdue"):
        ask(late, "8", NOON + timedelta(days=2, minutes=1))
    with refused("extend.no_clock"):
        ask(bare, "8")
    agreed.clocks = {**agreed.clocks, "until": (NOON + timedelta(days=5)).isoformat()}
    with refused("extend.agreed"):
        ask(agreed, "8")


# --- 挂账 ----------------------------------------------------------------------------------


@given(st.integers(1, 364), st.integers(0, 47))
def test_the_rest_is_given_back_in_full_on_a_clock_that_never_stands(days: int, worked: int) -> None:
    it, at = working(), NOON + timedelta(hours=worked)
    due, until = it.deadline, at + timedelta(days=days)
    assert due is not None
    it.ask_suspension(until, "等配件", by=LU, at=at)
    it.grant(by=QIAO, at=at, grid=GRID, hours=HOURS)
    assert (it.stage, it.deadline, it.suspended_until) == (Stage.SUSPENDED, None, until)
    assert not it.is_overdue(until)
    it.resume(at=until, hours=HOURS)
    assert (it.stage, it.deadline, it.suspended_until) == (Stage.WORKING, due + timedelta(days=days), None)


def test_noticed_late_it_woke_on_its_day_and_a_danger_wakes_it_when_it_is_told() -> None:
    until, noon = NOON + timedelta(days=3), NOON + timedelta(days=3, hours=4)
    dues = []
    for noticed, danger in ((until, False), (noon, False), (noon, True), (until - timedelta(days=1), True)):
        it = working()
        it.ask_suspension(until, "等配件", by=LU, at=NOON)
        it.grant(by=QIAO, at=NOON, grid=GRID, hours=HOURS)
        it.resume(at=noticed, hours=HOURS, danger=danger)
        assert it.deadline is not None
        dues.append(it.deadline)
    assert dues[0] == dues[1] == dues[2] == dues[3] + timedelta(days=1)


def test_working_time_alone_is_given_back_on_a_working_clock() -> None:
    it = working("1", "work_day")  # Fri 12:00 + 8 hours of work: Mon 12:00
    it.ask_suspension(NOON + timedelta(days=3), "等配件", by=LU, at=NOON)  # until Mon 12:00: 8 hours of work
    it.grant(by=QIAO, at=NOON, grid=GRID, hours=HOURS)
    it.resume(at=NOON + timedelta(days=3), hours=HOURS)
    assert it.deadline == NOON + timedelta(days=4)


def test_once_from_work_in_hand_and_to_a_day_within_a_year() -> None:
    it = working()
    for until in (NOON, NOON - timedelta(days=1), NOON + timedelta(days=366)):
        with refused("suspend.when"):
            it.ask_suspension(until, "等配件", by=LU, at=NOON)
    it.ask_suspension(NOON + timedelta(days=1), "等配件", by=LU, at=NOON)
    with refused("request.pending"):
        ask(it, "8")
    with refused("suspend.over"):
        it.grant(by=QIAO, at=NOON + timedelta(days=2), grid=GRID, hours=HOURS)
    assert it.request
    it.grant(by=SHEN, at=NOON, grid=GRID, hours=HOURS)
    it.resume(at=NOON + timedelta(days=1), hours=HOURS)
    with refused("suspend.used_up"):
        it.ask_suspension(NOON + timedelta(days=9), "等配件", by=LU, at=NOON)


# --- what falls with what ------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb",
    [
        lambda it: it.hand_back("不归我们", by=LU, at=NOON),
        lambda it: it.dispatch(
            DRAINS, by=QIAO, at=NOON, grid=GRID, limits=it.timetable.limits, hours=HOURS, rule="leader"
        ),
        lambda it: it.resolve([Photo(ref="a", key="b", channel="telegram")], by=LU, at=NOON),
        lambda it: it.alarm(("119",), "有人掉下去", by=LIN, at=NOON),
    ],
)
def test_a_request_falls_and_the_event_says_so(verb: Any) -> None:
    it = working()
    ask(it, "8")
    verb(it)
    assert it.request == {}
    assert [event.data.get("fell") for event in it.news if "fell" in event.data] == ["extend"]
    with refused("request.none"):
        it.grant(by=QIAO, at=NOON, grid=GRID, hours=HOURS)


# --- 退回 ----------------------------------------------------------------------------------


def test_whose_it_is_is_kept_until_it_is_sent_there() -> None:
    it = working()
    it.hand_back("不归我们", by=LU, at=NOON, whose=GAS, level=1)
    assert (it.whose_id, it.escalated, it.returns) == (GAS.id, 1, 1)
    it.point_to(DRAINS, by=LU, at=NOON)
    assert it.whose_id == DRAINS.id
    it.dispatch(DRAINS, by=QIAO, at=NOON, grid=GRID, limits=_limits(it), hours=HOURS, rule="leader")
    assert it.whose_id is None


def test_only_who_handed_it_back_says_whose_it_is_and_never_its_own() -> None:
    it = working()
    with refused("ticket.not_now"):
        it.point_to(GAS, by=LU, at=NOON)
    with refused("return.own"):
        it.hand_back("不归我们", by=LU, at=NOON, whose=ROADS)
    assert it.stage == Stage.WORKING
    it.hand_back("不归我们", by=LU, at=NOON)
    for other in (LIN, QIAO):
        with refused("ticket.not_yours"):
            it.point_to(GAS, by=other, at=NOON)
    with refused("return.own"):
        it.point_to(ROADS, by=LU, at=NOON)
    assert it.whose_id is None


def _limits(it: Ticket) -> Any:
    return it.timetable.limits
