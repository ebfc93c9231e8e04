"""The clocks of field.md c: every example stands here, and a slow count minute by minute keeps the fast one honest."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.deadline import OfficeHours, due, span, spent, worked_between

XIAN = ZoneInfo("Asia/Shanghai")
PATTERN = ((time(8), time(12)), (time(14), time(18)))
WEEK = frozenset(range(1, 6))
PLAIN = OfficeHours(XIAN, PATTERN, WEEK)
MONDAY_OFF = OfficeHours(XIAN, PATTERN, WEEK, holidays=frozenset({date(2026, 11, 23)}))
SATURDAY_ON = OfficeHours(XIAN, PATTERN, WEEK, workdays=frozenset({date(2026, 11, 21)}))
MINUTE = timedelta(minutes=1)

FRIDAY_HALF_PAST_FIVE = "2026-11-20 17:30"


def at(text: str, zone: ZoneInfo = XIAN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "value", "unit", "hours", "expected"),
    [
        (FRIDAY_HALF_PAST_FIVE, 2, "urgent_hour", PLAIN, "2026-11-20 19:30"),
        (FRIDAY_HALF_PAST_FIVE, 4, "work_hour", PLAIN, "2026-11-23 11:30"),
        (FRIDAY_HALF_PAST_FIVE, 1, "work_day", PLAIN, "2026-11-23 17:30"),
        (FRIDAY_HALF_PAST_FIVE, 5, "work_day", PLAIN, "2026-11-27 17:30"),
        (FRIDAY_HALF_PAST_FIVE, 2, "natural_day", PLAIN, "2026-11-22 17:30"),
        (FRIDAY_HALF_PAST_FIVE, 4, "work_hour", MONDAY_OFF, "2026-11-24 11:30"),
        (FRIDAY_HALF_PAST_FIVE, 4, "work_hour", SATURDAY_ON, "2026-11-21 11:30"),
        ("2026-11-21 10:00", 4, "work_hour", PLAIN, "2026-11-23 12:00"),
        ("2026-11-19 12:30", 2, "work_hour", PLAIN, "2026-11-19 16:00"),
        # Fractions, the end of a span, and nothing at all.
        (FRIDAY_HALF_PAST_FIVE, Decimal("0.5"), "urgent_hour", PLAIN, "2026-11-20 18:00"),
        (FRIDAY_HALF_PAST_FIVE, 0.5, "work_hour", PLAIN, "2026-11-20 18:00"),
        (FRIDAY_HALF_PAST_FIVE, Decimal("0.75"), "work_hour", PLAIN, "2026-11-23 08:15"),
        ("2026-11-19 08:00", Decimal("0.5"), "work_day", PLAIN, "2026-11-19 12:00"),
        ("2026-11-21 10:00", 0, "work_hour", PLAIN, "2026-11-21 10:00"),
    ],
)
def test_the_clocks_of_the_field(
    start: str, value: Decimal | float, unit: str, hours: OfficeHours, expected: str
) -> None:
    assert due(at(start), value, unit, hours) == at(expected)


def test_what_must_be_phoned_at_once_has_no_clock() -> None:
    assert due(at(FRIDAY_HALF_PAST_FIVE), 0, "now", PLAIN) is None
    assert spent(at(FRIDAY_HALF_PAST_FIVE), at("2026-11-23 09:00"), "now", PLAIN) is None


def test_a_workday_wins_over_a_holiday_of_the_same_date() -> None:
    both = OfficeHours(XIAN, PATTERN, WEEK, frozenset({date(2026, 11, 21)}), frozenset({date(2026, 11, 21)}))
    assert due(at(FRIDAY_HALF_PAST_FIVE), 1, "work_hour", both) == at("2026-11-21 08:30")


def test_a_pause_is_counted_on_the_clock_of_its_limit() -> None:
    friday, monday = at("2026-11-20 16:00"), at("2026-11-23 10:00")
    assert worked_between(friday, monday, PLAIN) == timedelta(hours=4)
    assert spent(friday, monday, "work_day", PLAIN) == timedelta(hours=4)
    assert spent(friday, monday, "urgent_hour", PLAIN) == timedelta(hours=66)
    assert worked_between(monday, friday, PLAIN) == timedelta()


def test_the_hour_that_summer_time_takes_is_nobodys_work() -> None:
    """Berlin, 2026-03-29: 02:00 becomes 03:00; on 2026-10-25 the hour from 02:00 comes twice."""
    berlin = ZoneInfo("Europe/Berlin")
    always = OfficeHours(berlin, ((time(0), time(0)),), frozenset(range(1, 8)))
    spring, autumn = at("2026-03-29 00:00", berlin), at("2026-10-25 00:00", berlin)
    assert due(spring, 4, "work_hour", always) == at("2026-03-29 05:00", berlin) == spring + timedelta(hours=4)
    assert worked_between(spring, at("2026-03-30 00:00", berlin), always) == timedelta(hours=23)
    assert worked_between(autumn, at("2026-10-26 00:00", berlin), always) == timedelta(hours=25)
    night = OfficeHours(berlin, ((time(2, 10), time(2, 50)), (time(3), time(4))), frozenset({7}))
    # That Sunday 02:10 is 03:10: both spans lie in the hour from 03:00, and no minute counts twice.
    assert worked_between(spring, at("2026-03-30 00:00", berlin), night) == timedelta(minutes=50)


def test_a_shift_may_end_at_midnight() -> None:
    late = OfficeHours.read("Asia/Shanghai", ["14:00-24:00"], [1, 2, 3, 4, 5])
    assert due(at("2026-11-20 23:00"), 2, "work_hour", late) == at("2026-11-23 15:00")


@pytest.mark.parametrize(
    "text", ["8-12", "08:00", "25:00-26:00", "24:00-24:00", "12:00-24:30", "08:60-12:00", "", "٠٨:٠٠-١٢:٠٠"]
)
def test_a_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"span of hours|later than"):
        span(text)


@pytest.mark.parametrize(
    ("work", "days"),
    [
        ([], [1]),
        (["08:00-12:00"], []),
        (["08:00-12:00"], [0]),
        (["12:00-08:00"], [1]),
        (["08:00-08:00"], [1]),
        (["08:00-12:00", "11:00-18:00"], [1]),
        (["14:00-18:00", "08:00-12:00"], [1]),
        (["14:00-24:00", "08:00-12:00"], [1]),
    ],
)
def test_hours_in_which_nobody_could_work_are_refused(work: list[str], days: list[int]) -> None:
    with pytest.raises(ValueError, match=r"hours|days"):
        OfficeHours.read("Asia/Shanghai", work, days)


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), Decimal("-0.5")])
def test_a_length_of_time_is_a_number_that_is_not_negative(value: Decimal | float) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        due(at(FRIDAY_HALF_PAST_FIVE), value, "work_hour", PLAIN)


def test_a_naive_start_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 11, 20, 17, 30), 1, "urgent_hour", PLAIN)  # noqa: DTZ001


# The reference: walk minute by minute and ask the wall clock. Slow, and too plain to be wrong.


def is_working(minute: datetime, hours: OfficeHours) -> bool:
    local = minute.astimezone(hours.zone)
    day, now = local.date(), local.time()
    on = day in hours.workdays or (local.isoweekday() in hours.days and day not in hours.holidays)
    return on and any(start <= now and (now < end or end == time(0)) for start, end in hours.work)


def walked(start: datetime, minutes: int, hours: OfficeHours) -> datetime:
    moment = start
    while minutes:
        minutes -= is_working(moment, hours)
        moment += MINUTE
    return moment


# From 03:00 on: the hours before are those that summer time skips or repeats, which a watcher counts as shown.
marks = st.lists(st.integers(3 * 4, 24 * 4), min_size=2, max_size=6, unique=True).map(sorted)
offsets = st.frozensets(st.integers(0, 9), max_size=4)


@st.composite
def office_hours(draw: st.DrawFn) -> OfficeHours:
    """Spans in quarters of an hour; zones with and without summer time; holidays in the days that are walked."""
    quarters = draw(marks)
    times = [time(quarter // 4 % 24, quarter % 4 * 15) for quarter in quarters]
    work = tuple(zip(times[::2], times[1::2], strict=False))
    zone = ZoneInfo(draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])))
    first = date(2026, 10, 23)
    days = [first + timedelta(days=offset) for offset in range(10)]
    return OfficeHours(
        zone,
        work,
        draw(st.frozensets(st.integers(1, 7), min_size=1)),
        frozenset(days[offset] for offset in draw(offsets)),
        frozenset(days[offset] for offset in draw(offsets)),
    )


@settings(max_examples=60, deadline=None)
@given(hours=office_hours(), start=st.integers(0, 4 * 24 * 60), minutes=st.integers(1, 12 * 60))
def test_it_counts_as_somebody_would_who_watched_the_clock(hours: OfficeHours, start: int, minutes: int) -> None:
    # 23 to 26 October 2026: the week-end on which Berlin's clocks go back.
    begun = datetime(2026, 10, 23, tzinfo=UTC) + start * MINUTE
    # A week with one short span needs months for twelve hours of work: the walk is kept to what some ten spans give.
    minutes = min(minutes, 10 * 15)
    expected = walked(begun, minutes, hours)
    assert due(begun, Decimal(minutes) / 60, "work_hour", hours) - expected < timedelta(milliseconds=1)  # type: ignore[operator]
    assert worked_between(begun, expected, hours) == minutes * MINUTE


@given(first=st.integers(0, 20_000), second=st.integers(0, 20_000), third=st.integers(0, 20_000))
def test_what_is_worked_adds_up(first: int, second: int, third: int) -> None:
    base = at("2026-09-25 00:00")
    a, b, c = sorted(base + minutes * MINUTE for minutes in (first, second, third))
    assert worked_between(a, b, PLAIN) + worked_between(b, c, PLAIN) == worked_between(a, c, PLAIN)
