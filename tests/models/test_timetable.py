"""By when: told from the events alone, and what a slow count of every minute says too."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.category import Category
from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.limit import Limit, Limits
from models.person import Person, Role, RoleKind
from models.refusal import Refusal
from models.spot import Spot
from models.ticket import Ticket, TicketEvent
from models.ticket.timetable import Timetable

XIAN = ZoneInfo("Asia/Shanghai")
HOURS = OfficeHours(XIAN, ((time(8), time(12)), (time(14), time(18))), frozenset(range(1, 6)))
SHORT = OfficeHours(
    XIAN,
    ((time(9, 30), time(11)), (time(22), time(0))),
    frozenset({2, 3, 6}),
    frozenset({date(2026, 11, 24)}),
    frozenset({date(2026, 11, 22)}),
)
FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # 17:30 in the district
MINUTE = timedelta(minutes=1)
WORK_DAYS = {"finish": ["2", "work_day"], "secure": ["2", "urgent_hour"]}


def event(kind: str, at: datetime, **data: Any) -> TicketEvent:
    return TicketEvent(kind=kind, at=at, data=data)


def sent(at: datetime = FRIDAY, to: int = 1, **limits: list[str]) -> TicketEvent:
    return event("dispatched", at, to=to, limits=limits or WORK_DAYS)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=XIAN)


def test_make_safe_and_mend_are_two_deadlines() -> None:
    table = Timetable.of([sent()])
    assert table.secure_by(HOURS) == local("2026-11-20 19:30")
    assert table.deadline(HOURS) == local("2026-11-24 17:30")


def test_the_same_department_goes_on_and_another_starts_anew() -> None:
    later = FRIDAY + timedelta(days=3)
    assert Timetable.of([sent(), event("returned", later), sent(later)]).start == FRIDAY
    anew = Timetable.of([sent(), event("extended", FRIDAY, more="8"), sent(later, to=2)])
    assert (anew.start, anew.extra) == (later, 0)


def test_a_rework_is_a_clock_of_its_own_and_has_to_be_made_safe_anew() -> None:
    later = FRIDAY + timedelta(days=5)
    table = Timetable.of([sent(), event("secured", FRIDAY), event("unsolved", later)])
    assert (table.start, table.secured_at, table.limits) == (later, None, Limits.of(WORK_DAYS))


def test_an_extension_counts_on_the_clock_of_the_limit_and_not_for_making_safe() -> None:
    table = Timetable.of([sent(), event("extended", FRIDAY, more="2")])
    assert table.deadline(HOURS) == local("2026-11-26 17:30")
    assert table.secure_by(HOURS) == local("2026-11-20 19:30")


def test_a_pause_over_the_week_end_gives_back_working_hours_only() -> None:
    """The trap of the field: 64 hours by the wall are half an hour of office time, and a morning."""
    paused = [sent(), event("suspended", FRIDAY), event("resumed", local("2026-11-23 09:30").astimezone(UTC))]
    assert Timetable.of(paused).deadline(HOURS) == local("2026-11-25 09:30")


def test_while_it_is_suspended_there_is_no_deadline() -> None:
    assert Timetable.of([sent(), event("suspended", FRIDAY)]).deadline(HOURS) is None


def test_what_was_late_before_the_pause_stays_late() -> None:
    late = FRIDAY + timedelta(days=30)
    paused = [sent(), event("suspended", late), event("resumed", late + timedelta(days=3))]
    assert Timetable.of(paused).deadline(HOURS) == Timetable.of([sent()]).deadline(HOURS)


def test_events_of_the_first_schema_are_understood() -> None:
    old = event("dispatched", FRIDAY, to=1, limit=["2", "urgent_hour"], deadline="2026-11-20T11:30:00+00:00")
    assert Timetable.of([old]).deadline(HOURS) == local("2026-11-20 19:30")


def test_where_the_phone_comes_first_there_is_no_clock() -> None:
    assert Timetable.of([sent(finish=["0", "now"])]).deadline(HOURS) is None
    assert Timetable().deadline(HOURS) is None


# --- against a count of every minute --------------------------------------------------------


def slow(table: Timetable, hours: OfficeHours, until: datetime) -> datetime | None:
    """Minute by minute: does the clock run now? Are all of its minutes used up?"""
    if table.limits is None or table.start is None:
        return None
    limit = table.limits.finish
    per_unit = {"urgent_hour": 60, "work_hour": 60, "work_day": 480, "natural_day": 1440}[limit.unit]
    left, now = int((limit.value + table.extra) * per_unit), table.start
    while now < until:
        if left == 0:
            return now
        if any(begun <= now and (ended is None or now < ended) for begun, ended in table.pauses):
            if any(begun <= now and ended is None for begun, ended in table.pauses):
                return None
        elif limit.unit in ("urgent_hour", "natural_day") or works(hours, now):
            left -= 1
        now += MINUTE
    raise AssertionError("not used up in time")


def works(hours: OfficeHours, now: datetime) -> bool:
    here = now.astimezone(XIAN)
    spans = [(start, time.max if end == time(0) else end) for start, end in hours.work]
    return hours.works_on(here.date()) and any(start <= here.time() < end for start, end in spans)


@st.composite
def histories(draw: st.DrawFn) -> list[TicketEvent]:
    unit = draw(st.sampled_from(["urgent_hour", "work_hour", "work_day", "natural_day"]))
    value = draw(st.sampled_from(["0.25", "0.5", "1", "2", "3"]))
    minutes = st.integers(0, 3 * 24 * 60)
    now = FRIDAY + draw(minutes) * MINUTE
    told = [sent(now, finish=[value, unit])]
    for kind in draw(st.lists(st.sampled_from(["extended", "pause"]), max_size=3)):
        now += draw(minutes) * MINUTE
        if kind == "extended":
            told.append(event("extended", now, more=draw(st.sampled_from(["0.5", "1"]))))
            continue
        told.append(event("suspended", now))
        now += draw(minutes) * MINUTE
        told.append(event("resumed", now))
    return told


@given(histories(), st.sampled_from([HOURS, SHORT]))
@settings(max_examples=60, deadline=None)
def test_a_slow_count_of_every_minute_says_the_same(told: list[TicketEvent], hours: OfficeHours) -> None:
    table = Timetable.of(told)
    quick = table.deadline(hours)
    assert quick is not None
    counted = slow(table, hours, quick + timedelta(days=12))
    assert counted == quick


@given(histories())
def test_what_is_kept_is_what_was_told(told: list[TicketEvent]) -> None:
    table = Timetable.of(told)
    assert Timetable.kept(table.as_data()) == table


# --- the limits of the catalogue ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("破损4工作时", [("4", "work_hour", "破损")]),
        ("破损1工作日(另表4工作时)", [("1", "work_day", "破损")]),
        ("堵塞1/3以上1工作日", [("1", "work_day", "堵塞1/3以上")]),
        ("灯2-3工作日", [("3", "work_day", "灯")]),
        ("在建2紧急工作日", [("48", "urgent_hour", "在建")]),
        (
            "化粪池外溢1工作日/盖板缺失4紧急工作时",
            [("1", "work_day", "化粪池外溢"), ("4", "urgent_hour", "盖板缺失")],
        ),
        ("QX:停工4工作时/处罚7工作日/拆除20工作日", []),
        ("JY 1工作日", []),
        ("恢复按抢修计划", []),
        ("", []),
    ],
)
def test_limits_are_read_from_the_catalogue(text: str, limits: list[tuple[str, str, str]]) -> None:
    assert [(str(limit.value), limit.unit, limit.when) for limit in Limit.read(text)] == limits


@given(st.text())
def test_any_remark_may_stand_there(text: str) -> None:
    for limit in Limit.read(text):
        assert limit.value >= 0


def kind(code: str, value: str, unit: str, *others: str, urgent: bool = False) -> Category:
    return Category(code=code, deadline_value=value, deadline_unit=unit, other_deadlines=list(others), is_urgent=urgent)


COVER = kind("P0123", "2", "urgent_hour", "破损4工作时", "弹跳2工作日", urgent=True)
HOLE = kind("E0505", "2", "urgent_hour", "修复5工作日", urgent=True)
LAMP = kind("P0106", "2", "work_day", "井盖缺失2紧急工作时")


@pytest.mark.parametrize(
    ("category", "told", "finish", "secure"),
    [
        (COVER, "", ("2", "urgent_hour"), None),
        (COVER, "破损", ("4", "work_hour"), ("2", "urgent_hour")),
        (HOLE, "", ("5", "work_day"), ("2", "urgent_hour")),
        (LAMP, "", ("2", "work_day"), None),
        (LAMP, "井盖缺失", ("2", "urgent_hour"), None),
        (kind("X9001", "0", "now", "修复5工作日", urgent=True), "", ("0", "now"), None),
    ],
)
def test_which_limits_a_report_gets(
    category: Category, told: str, finish: tuple[str, str], secure: tuple[str, str] | None
) -> None:
    limits = category.limits(lambda condition: condition == told)
    assert (str(limits.finish.value), limits.finish.unit) == finish
    assert (limits.secure and (str(limits.secure.value), limits.secure.unit)) == secure


# --- the ticket ---------------------------------------------------------------------------------

ROADS = Department(id=1, key="roads")
GRID = Grid(id=3, path="/3/", code="g")
LU = Person(id=3, addresses=[], roles=[Role(kind=RoleKind.DEPARTMENT, department_id=1, granted_at=FRIDAY)])
LIN = Person(id=4, addresses=[], roles=[])


def hole() -> Ticket:
    made = Ticket.report(
        number="LH2611200001",
        case_code="1",
        category=HOLE,
        grid=GRID,
        text="塌陷",
        spot=Spot("grid"),
        by=LIN,
        at=FRIDAY,
    )
    made.dispatch(ROADS, by=None, at=FRIDAY, grid=GRID, limits=HOLE.limits(), hours=HOURS, rule="category")
    return made


def test_what_comes_next_is_to_make_safe_and_then_to_mend() -> None:
    it, evening = hole(), FRIDAY + timedelta(hours=3)
    assert it.due_at == it.secure_by == FRIDAY + timedelta(hours=2)
    assert it.is_overdue(evening)
    it.secure(by=LU, at=FRIDAY + timedelta(hours=1), hours=HOURS)
    assert it.due_at == it.deadline == local("2026-11-27 17:30")
    assert not it.is_overdue(evening)
    assert [event.kind for event in it.news] == ["reported", "filed", "dispatched", "accepted", "secured"]


def test_only_the_department_makes_safe_and_only_once() -> None:
    it = hole()
    with pytest.raises(Refusal, match="not_yours"):
        it.secure(by=LIN, at=FRIDAY, hours=HOURS)
    it.secure(by=LU, at=FRIDAY, hours=HOURS)
    with pytest.raises(Refusal, match="already_secured"):
        it.secure(by=LU, at=FRIDAY, hours=HOURS)


def test_a_ticket_says_what_its_events_say() -> None:
    it = hole()
    it.secure(by=LU, at=FRIDAY + timedelta(hours=1), hours=HOURS)
    assert it.timetable == Timetable.of(it.news)
    assert it.deadline == Timetable.of(it.news).deadline(HOURS)
    assert it.timetable.extra == Decimal(0)
