"""China's days off and working week-ends (调休), as the State Council published them for 2025 and 2026."""

import subprocess
import sys
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.calendar import COUNTRIES, Calendar
from models.deadline import OfficeHours, due

XIAN = ZoneInfo("Asia/Shanghai")
PATTERN = ((time(8), time(12)), (time(14), time(18)))
WEEK = frozenset(range(1, 6))
CHINA = Calendar("CN")
HOURS = OfficeHours(XIAN, PATTERN, WEEK, calendar=CHINA)


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-01-01", "2025-01-01"),
        ("2025-01-28", "2025-02-04"),  # Spring Festival
        ("2025-04-04", "2025-04-06"),
        ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"),
        ("2025-10-01", "2025-10-08"),  # National Day and Mid-Autumn together
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),  # Spring Festival, nine days
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ],
)
def test_the_published_days_off(first: str, last: str) -> None:
    off = days(first, last)
    assert not any(HOURS.works_on(day) for day in off)
    assert HOURS.works_on(off[0] - timedelta(days=1)) or off[0].isoweekday() in (1, 7)


WORKED = [
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
]  # fmt: skip


@pytest.mark.parametrize("day", WORKED)
def test_the_published_working_week_ends(day: str) -> None:
    assert date.fromisoformat(day).isoweekday() > 5
    assert HOURS.works_on(date.fromisoformat(day))


def test_no_other_week_end_is_worked_and_no_other_weekday_is_off() -> None:
    year = days("2026-01-01", "2026-12-31")
    assert [str(day) for day in year if day.isoweekday() > 5 and HOURS.works_on(day)] == WORKED[5:]
    assert sum(day.isoweekday() <= 5 and not HOURS.works_on(day) for day in year) == 19


@pytest.mark.parametrize(
    ("start", "value", "unit", "expected"),
    [
        ("2026-02-13 17:30", 4, "work_hour", "2026-02-14 11:30"),  # on the working Saturday
        ("2026-02-14 17:00", 1, "work_day", "2026-02-24 17:00"),  # over the nine days
        ("2026-02-27 17:00", 2, "work_hour", "2026-02-28 09:00"),
        ("2026-09-30 17:30", 1, "work_hour", "2026-10-08 08:30"),  # over National Day
        ("2026-10-09 17:30", 1, "work_hour", "2026-10-10 08:30"),
        ("2026-02-14 17:00", 24, "urgent_hour", "2026-02-15 17:00"),  # this clock knows no days off
    ],
)
def test_deadlines_go_round_them(start: str, value: float, unit: str, expected: str) -> None:
    told = due(datetime.fromisoformat(start).replace(tzinfo=XIAN), value, unit, HOURS)
    assert told is not None
    assert told.astimezone(XIAN) == datetime.fromisoformat(expected).replace(tzinfo=XIAN)


def test_a_year_not_yet_published_has_its_statutory_days_and_no_working_week_end() -> None:
    assert not CHINA.is_published(2099)
    assert not HOURS.works_on(date(2099, 10, 1))
    assert not any(CHINA.works_on(day) for day in days("2099-01-01", "2099-12-31"))
    assert CHINA.is_published(2025)
    assert CHINA.is_published(2026)


def test_the_districts_own_list_stands_over_it() -> None:
    own = OfficeHours(
        XIAN, PATTERN, WEEK, frozenset({date(2026, 2, 14)}), frozenset({date(2026, 2, 17)}), calendar=CHINA
    )
    assert not own.works_on(date(2026, 2, 14))
    assert own.works_on(date(2026, 2, 17))
    assert not own.works_on(date(2026, 2, 18))


def test_without_a_calendar_only_the_week_and_the_list_count() -> None:
    assert OfficeHours(XIAN, PATTERN, WEEK).works_on(date(2026, 10, 1))
    assert not OfficeHours(XIAN, PATTERN, WEEK).works_on(date(2026, 2, 14))


def test_a_day_outside_the_librarys_years_is_an_ordinary_one() -> None:
    assert CHINA.works_on(date.min) is CHINA.works_on(date.max) is None


def test_a_country_nobody_keeps_is_refused() -> None:
    with pytest.raises(KeyError):
        Calendar("XX")
    assert set(COUNTRIES) == {"CN"}


def test_only_one_country_of_the_library_is_read() -> None:
    code = (
        "import sys; from models.calendar import Calendar; from datetime import date; "
        "Calendar('CN').works_on(date(2026, 1, 1)); "
        "print(sum(name.startswith(('holidays.countries', 'holidays.financial')) for name in sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "0"
