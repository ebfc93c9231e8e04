"""Days, times and lengths as people write them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.when import hours, moment, months_after

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # a Friday, 09:00 in the district
TODAY = date(2026, 11, 20)


def day_of(text: str) -> date | None:
    told, _ = moment(text, NOW, ZONE)
    return told.astimezone(ZONE).date() if told else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月1日", (2026, 12, 1)), ("12月1号", (2026, 12, 1)), ("十二月一日", (2026, 12, 1)),
        ("１２月１日", (2026, 12, 1)),
        ("1月5日", (2027, 1, 5)), ("11月20日", (2026, 11, 20)), ("2月29日", (2028, 2, 29)), ("11/25", (2026, 11, 25)),
        ("2026-12-01", (2026, 12, 1)), ("2026/12/1", (2026, 12, 1)), ("2026年12月1号", (2026, 12, 1)),
        ("明天", (2026, 11, 21)), ("后天", (2026, 11, 22)), ("大后天", (2026, 11, 23)), ("tomorrow", (2026, 11, 21)),
        ("下周一", (2026, 11, 23)), ("下下周三", (2026, 12, 2)), ("周五", (2026, 11, 27)), ("星期天", (2026, 11, 22)),
        ("next monday", (2026, 11, 23)), ("三天", (2026, 11, 23)), ("3天后", (2026, 11, 23)), ("两周", (2026, 12, 4)),
        ("一个月", (2026, 12, 20)), ("半个月", (2026, 12, 5)), ("半年", (2027, 5, 20)), ("in 3 days", (2026, 11, 23)),
        ("月底", (2026, 11, 30)), ("2月底", (2027, 2, 28)), ("年底", (2026, 12, 31)), ("15号", (2026, 12, 15)),
        ("30日", (2026, 11, 30)), ("明年3月1日", (2027, 3, 1)), ("a week", (2026, 11, 27)), ("2 months", (2027, 1, 20)),
    ],
)  # fmt: skip
def test_days(text: str, day: tuple[int, int, int]) -> None:
    assert day_of(text) == date(*day)


@pytest.mark.parametrize(
    "text", ["等配件", "", "2月30日", "13月1日", "等3号楼", "下周", "9999年", "2026-02-30", "井盖12号线", "3"]
)
def test_what_is_no_day(text: str) -> None:
    assert moment(text, NOW, ZONE) == (None, text.strip())


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("11月25日15:00 小白杨议事厅", time(15), "小白杨议事厅"),
        ("明天下午3点半，开会", time(15, 30), "开会"),
        ("明天上午十点 开会", time(10), "开会"),
        ("tomorrow 3pm meeting", time(15), "meeting"),
        ("12月1日 等3点的车", time(8), "等3点的车"),
        ("12月1日 等配件", time(8), "等配件"),
        ("等配件 到12月1日为止", time(8), "等配件"),
    ],
)
def test_times_and_what_else_was_said(text: str, at: time, rest: str) -> None:
    told, left = moment(text, NOW, ZONE, time(8))
    assert told is not None
    assert (told.astimezone(ZONE).time(), left) == (at, rest)


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("4 等配件", "4", "等配件"), ("4小时", "4", ""), ("４小时，等", "4", "等"), ("两天 等", "16", "等"),
        ("半天", "4", ""),
        ("一天半", "12", ""), ("两个半小时 等人", "2.5", "等人"), ("1.5小时", "1.5", ""), ("30分钟", "0.5", ""),
        ("十二个小时", "12", ""), ("2 days waiting", "16", "waiting"), ("三个工作日", "24", ""), ("0", "0", ""),
    ],
)  # fmt: skip
def test_lengths_on_a_clock_of_eight_hours_a_day(text: str, value: str, rest: str) -> None:
    assert hours(text, Decimal(8)) == (Decimal(value), rest)


@pytest.mark.parametrize("text", ["等配件", "12:00", "4月1日", "等3号楼", "", "99999", "那时候"])
def test_what_is_no_length(text: str) -> None:
    assert hours(text, Decimal(24)) == (None, text)


WRITTEN = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.month}月{day.day}号",
    lambda day: f"{day.month}/{day.day}",
)


@given(st.integers(0, 364), st.sampled_from(WRITTEN), st.sampled_from(["", " 等配件", "，天气不好"]))
def test_every_day_of_the_coming_year_is_read_back(ahead: int, written: object, reason: str) -> None:
    day = TODAY + timedelta(days=ahead)
    told, rest = moment(f"{written(day)}{reason}", NOW, ZONE)  # type: ignore[operator]
    assert told is not None
    assert told.astimezone(ZONE).date() == day
    assert rest == reason.strip(" ，")


@given(st.integers(1, 999))
def test_so_many_days_ahead(number: int) -> None:
    assert day_of(f"{number}天") == TODAY + timedelta(days=number)


@given(st.text(max_size=60) | st.text("0123456789年月日号周天下个半到两十百点:：-/. 小时", max_size=30))
def test_no_words_break_it_and_no_length_is_negative(text: str) -> None:
    told, rest = moment(text, NOW, ZONE)
    assert told is None or told.tzinfo is UTC
    assert len(rest) <= len(text) + 1
    value, _ = hours(text, Decimal(24))
    assert value is None or value >= 0


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_end_where_months_end(day: date, number: int) -> None:
    told = months_after(day, number)
    assert (told.year * 12 + told.month) - (day.year * 12 + day.month) == number
    assert told.day == day.day or (told.day < day.day and (told + timedelta(days=1)).day == 1)
