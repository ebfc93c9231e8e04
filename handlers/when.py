"""Days, times and lengths of time as people write them: 12月1日, 下周一 下午3点, 三天, 两个半小时. Pure.

Each reader gives what it found, None for nothing it can be sure of, and the rest of the words as they were typed.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from re import Match
from zoneinfo import ZoneInfo

from reading.normalise import Traced, trace

MORNING = time(9)
HAN = "零一二三四五六七八九"
N = rf"(\d{{1,4}}|[{HAN}两十百]{{1,5}}|an?|one|two|three)"
"""A whole number, in figures or in characters; small enough that no sum of days leaves the calendar."""
WEEKDAYS = {
    **{character: at for at, character in enumerate("一二三四五六日")},
    "天": 6,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
    "7": 6,
    **{name: at for at, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
LINKS = r"(?:先|暂时|暂)?(?:挂|延)?(?:到|至|until|till|by|on|to|in)?\s*"
ENDS = r"(?:\s*(?:为止|之前|以前|以后|之后|后|前|再))?"
BREAKS = " \t\r\n\u3000,，.。:：;；、!！"
HOURS = re.compile(
    rf"(?:(?P<n>\d{{1,4}}(?:\.\d{{1,2}})?|[{HAN}两十百]{{1,5}}|半|an?|one|two|three)\s*)"
    r"(?:个)?(?P<half>半)?\s*"
    r"(?P<unit>小时|工作时|钟头|时(?!候)|h(?:ours?|rs?)?\b|天|工作日|days?\b|分钟|min(?:ute)?s?\b)(?P<after>半)?"
)
BARE = re.compile(r"(?P<n>\d{1,4}(?:\.\d{1,2})?)(?![\d.:]|\s*[年月号点/-])")
CLOCK = re.compile(
    r"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?\s*(?:at\s*)?"
    r"(?:(?P<h>\d{1,2})(?:\s*:\s*(?P<m>\d{2})|(?=\s*[ap]m\b))|(?P<hz>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[点时](?!\s*后)"
    r"(?:\s*(?P<mz>\d{1,2})\s*分?|(?P<half>半))?)\s*(?P<pm>[ap]m\b)?"
)

Reads = Callable[[Match[str], date], date]


def hours(text: str, day: Decimal) -> tuple[Decimal | None, str]:
    """A length of time, in hours. day: how many hours of its clock a day has (8 of work, else 24). Never negative."""
    traced = trace(text)
    found = HOURS.search(traced.text.casefold())
    if found is None:
        found = BARE.match(traced.text)
        return (Decimal(found["n"]), _without(traced, found)) if found else (None, text.strip())
    value = Decimal("0.5") if found["n"] == "半" else _decimal(found["n"])
    if found["half"] or found["after"]:
        value += Decimal("0.5")
    unit = found["unit"]
    if unit in ("天", "工作日") or unit.startswith("day"):
        value *= day
    elif unit.startswith(("分", "min")):
        value /= 60
    return value, _without(traced, found)


def moment(text: str, now: datetime, zone: ZoneInfo, usual: time = MORNING) -> tuple[datetime | None, str]:
    """A day, with its time or at its `usual` one, both of them local; a time alone is one of today. In UTC."""
    traced, today = trace(text), now.astimezone(zone).date()
    day, found = _day(traced.text.casefold(), today)
    spans = [found.span()] if found else []
    # A time belongs to a day only where it stands right behind it: 12月1日 等3点的车.
    folded = traced.text.casefold()
    clock = CLOCK.match(folded, _skip(folded, found.end())) if found else CLOCK.match(folded)
    at = _time(clock) if clock else None
    if clock is not None and at is not None:
        spans.append(clock.span())
    if day is None and at is None:
        return None, text.strip()
    local = datetime.combine(day or today, at or usual, zone)
    return local.astimezone(UTC), _cut(traced, spans[0][0], spans[-1][1])


def _day(text: str, today: date) -> tuple[date | None, Match[str] | None]:
    """The first kind of day that is written here, from the surest to the least."""
    for pattern, reads in DAYS:
        for found in pattern.finditer(text):
            try:
                return reads(found, today), found
            except (ValueError, OverflowError):
                continue  # 2月30日 is no day
    return None, None


def _dated(found: Match[str], today: date) -> date:
    return date(int(found[1]), int(found[2]), int(found[3]))


def _in_the_year(found: Match[str], today: date) -> date:
    """12月1日: the next one there is, today too."""
    month, day = _whole(found[1]), _whole(found[2])
    for year in range(today.year, today.year + 5):  # 2月29日
        try:
            told = date(year, month, day)
        except ValueError:
            continue
        if told >= today:
            return told
    raise ValueError("no such day")


def _in_that_year(found: Match[str], today: date) -> date:
    return date(today.year + ("今年", "明年", "后年").index(found[1]), int(found[2]), int(found[3]))


def _said(found: Match[str], today: date) -> date:
    return today + timedelta(days=SAID[found[1]])


def _weekday(found: Match[str], today: date) -> date:
    """下周一 is of the week after this one; 周五 the next one that comes."""
    monday = today - timedelta(days=today.weekday())
    wanted = WEEKDAYS[found["day"][:3] if found["day"].isascii() else found["day"]]
    next_ = found["next"]
    if next_ and (next_.startswith("next") or "下" in next_):
        return monday + timedelta(weeks=max(1, next_.count("下")), days=wanted)
    told = monday + timedelta(days=wanted)
    return told if told > today else told + timedelta(weeks=1)


def _ahead(found: Match[str], today: date) -> date:
    half = found["n"] == "半"
    number, unit = 0 if half else _whole(found["n"]), found["unit"]
    if unit in ("月", "year", "years", "年") or unit.startswith("month"):
        months = 12 if unit.startswith(("year", "年")) else 1
        if half:
            return today + timedelta(days=15) if months == 1 else months_after(today, 6)
        return months_after(today, number * months)
    return today + timedelta(days=number * (7 if unit[0] in "周星礼w" else 1))


def _month_end(found: Match[str], today: date) -> date:
    month = _whole(found[1]) if found[1] else today.month
    first = date(today.year + (month < today.month), month, 1)
    return months_after(first, 1) - timedelta(days=1)


def _year_end(found: Match[str], today: date) -> date:
    return date(today.year, 12, 31)


def _of_the_month(found: Match[str], today: date) -> date:
    """15号: of this month, or of the next one that has it."""
    for ahead in range(3):
        first = months_after(today.replace(day=1), ahead)
        try:
            told = first.replace(day=_whole(found[1]))
        except ValueError:
            continue
        if told > today:
            return told
    raise ValueError("no such day")


def months_after(day: date, number: int) -> date:
    """The same day so many months on, or the last one of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if not 1 <= year <= 9999:
                raise
    raise ValueError("no such month")


SAID = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
DAYS: tuple[tuple[re.Pattern[str], Reads], ...] = tuple(
    (re.compile(LINKS + pattern + ENDS), reads)
    for pattern, reads in (
        (r"(?<!\d)(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?", _dated),
        (r"(今年|明年|后年)\s*(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?", _in_that_year),
        (rf"(?<!\d)(\d{{1,2}}|[{HAN}十]{{1,3}})\s*月\s*(\d{{1,2}}|[{HAN}十]{{1,3}})(?!\d)\s*[日号]?", _in_the_year),
        (r"(大后天|后天|明天|明日|今天|今日|tomorrow|today)", _said),
        (
            r"(?P<next>下下个?|下个?|next\s+|这个?|本|this\s+)?(?:(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])(?!\d))",
            _weekday,
        ),
        (r"(?P<next>next\s+|this\s+)?\b(?P<day>(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b",
         _weekday),
        (rf"(?P<n>{N}|半)\s*个?\s*(?P<unit>天|周|星期|礼拜|(?<=个)月|年|days?\b|weeks?\b|months?\b|years?\b)", _ahead),
        (r"(?:下个?月(?!底)|next month)", lambda found, today: months_after(today, 1)),
        (rf"(?:(\d{{1,2}}|[{HAN}十]{{1,3}})\s*)?月底", _month_end),
        (r"年底", _year_end),
        (r"(?<![\d.])(\d{1,2})\s*[/-]\s*(\d{1,2})(?![\d/-])", _in_the_year),
        (r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?=\s|$|[,，。、;；号日前等])(?!\s*(?:吨|米|元|公里|千|万|平))", _in_the_year),
        (r"(?<![\d.月])(\d{1,2})\s*[号日](?![楼栋幢线院门井杆])", _of_the_month),
    )
)  # fmt: skip


def _time(found: Match[str]) -> time | None:
    hour = _whole(found["h"] or found["hz"])
    minute = 30 if found["half"] else int(found["m"] or found["mz"] or 0)
    later = found["part"] in ("下午", "傍晚", "晚上", "晚") or found["pm"] == "pm"
    if hour < 12 and (later or (found["part"] == "中午" and hour < 4)):
        hour += 12
    if found["pm"] == "am" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _decimal(text: str) -> Decimal:
    return Decimal(text) if text[0].isdigit() and text.isascii() else Decimal(_whole(text))


def _whole(text: str) -> int:
    """12, 十二, 二十, 一百二十, a. Raises ValueError for characters that make no number."""
    if text.isdecimal():
        return int(text)
    if text in WORDS:
        return WORDS[text]
    total, last = 0, 0
    for character in text:
        if character in "十百":
            total += (last or 1) * (10 if character == "十" else 100)
            last = 0
        else:
            last = 2 if character == "两" else HAN.index(character)
    return total + last


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in BREAKS:
        at += 1
    return at


def _without(traced: Traced, found: Match[str]) -> str:
    return _cut(traced, *found.span())


def _cut(traced: Traced, start: int, end: int) -> str:
    """The words as typed, without what was read."""
    original, origins = traced.original, traced.origins
    before, after = original[: origins[start]], original[origins[end - 1] + 1 :]
    return " ".join(part for part in (before.strip(BREAKS), after.strip(BREAKS)) if part)
