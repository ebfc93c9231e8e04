"""From when to when: 今天, 本月, 2026-11, 11月1日到15日."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers import words
from models.refusal import Refusal
from reading.normalise import normalise

A_DAY = timedelta(days=1)
USUAL = "month"
NAMED = ("today", "week", "month", "last_month", "year")
"""In the order of their buttons; yesterday, last_week and last_year are understood, too."""
ALSO = ("yesterday", "last_week", "last_year")
DAY = r"(?:(?:(?P<y{0}>20\d\d)\s*[-/.年]\s*)?(?P<m{0}>\d{{1,2}})\s*[-/.月]\s*(?P<d{0}>\d{{1,2}})\s*[日号]?)"
MONTH = r"(?:(?P<my{0}>20\d\d)\s*[-/.年]\s*(?P<mm{0}>\d{{1,2}})\s*月?|(?P<om{0}>\d{{1,2}})\s*月)"
YEAR = r"(?P<yy{0}>20\d\d)\s*年?"
POINT = f"(?:{DAY}|{MONTH}|{YEAR})"
TO = r"\s*(?:--?|–|—|~|到|至|to)\s*"
WRITTEN = re.compile(
    rf"(?<![\w.])(?:从|from\s+)?{POINT.format(1)}(?:{TO}(?:{POINT.format(2)}|(?P<same>\d{{1,2}})\s*[日号]))?\s*$"
)
KEY = re.compile(r"(\d{8})-(\d{8})")


@dataclass(frozen=True, slots=True)
class Period:
    """first, last: days of the district, both included. key: what a button carries."""

    key: str
    first: date
    last: date

    def title(self, locale: str) -> str:
        if self.key in NAMED or self.key in ALSO:
            return words.plain(locale, f"period.{self.key}")
        if self.first == self.last:
            return self.first.isoformat()
        if self.first.day == 1 and self.last == _month_end(self.first):
            return f"{self.first:%Y-%m}"
        return f"{self.first.isoformat()} – {self.last.isoformat()}"


def named(name: str, today: date) -> Period:
    """Raises Refusal for a name nobody knows: a button may be forged."""
    monday, month, year = today - today.weekday() * A_DAY, today.replace(day=1), today.replace(month=1, day=1)
    spans = {
        "today": (today, today),
        "yesterday": (today - A_DAY, today - A_DAY),
        "week": (monday, monday + 6 * A_DAY),
        "last_week": (monday - 7 * A_DAY, monday - A_DAY),
        "month": (month, _month_end(month)),
        "last_month": ((month - A_DAY).replace(day=1), month - A_DAY),
        "year": (year, year.replace(month=12, day=31)),
        "last_year": ((year - A_DAY).replace(month=1, day=1), year - A_DAY),
    }
    if name in spans:
        return Period(name, *spans[name])
    found = KEY.fullmatch(name)
    try:
        if found is not None:
            return _between(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    except ValueError:
        pass
    raise Refusal("press.unknown")


def read(text: str, today: date) -> tuple[Period, str]:
    """The period a request ends or begins with, and the words that are left. None named: this month."""
    plain = normalise(text).strip()
    found = WRITTEN.search(plain)
    if found is not None:
        return _written(found, today), plain[: found.start()].strip()
    pieces = plain.split()
    for piece in pieces:
        name = _spoken(piece)
        if name is not None:
            return named(name, today), " ".join(other for other in pieces if other is not piece)
    for name, word in _spoken_words():  # 红庙坡本月
        if plain.casefold().endswith(word) and not word.isascii():
            return named(name, today), plain[: -len(word)].strip()
    return named(USUAL, today), plain


def _spoken(piece: str) -> str | None:
    return next((name for name, word in _spoken_words() if word == piece.casefold()), None)


def _spoken_words() -> list[tuple[str, str]]:
    """In every language, whatever the chat's."""
    known = [
        (name, word.casefold())
        for locale in words.LOCALES
        for name in (*NAMED, *ALSO)
        for word in words.listed(locale, f"period_word.{name}")
    ]
    return sorted(known, key=lambda pair: -len(pair[1]))  # 上个月 before 月


def _written(found: re.Match[str], today: date) -> Period:
    try:
        first, end = _point(found, 1, today)
        if found["same"]:
            return _between(first, first.replace(day=int(found["same"])))
        if any(found[name] for name in ("m2", "mm2", "om2", "yy2")):
            begins, end = _point(found, 2, today)
            if begins < first and not (found["y2"] or found["my2"] or found["yy2"]):
                end = end.replace(year=end.year + 1)  # 12月20日到1月5日
        return _between(first, end)
    except ValueError:
        raise Refusal("stats.when") from None


def _point(found: re.Match[str], which: int, today: date) -> tuple[date, date]:
    """What one side names, from its first to its last day. Without a year: the last one there was."""
    year = found[f"y{which}"] or found[f"my{which}"] or found[f"yy{which}"]
    month = found[f"m{which}"] or found[f"mm{which}"] or found[f"om{which}"]
    day = found[f"d{which}"]
    if month is None:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    first = date(int(year or today.year), int(month), int(day or 1))
    if year is None and first > today:
        first = first.replace(year=first.year - 1)
    return first, first if day else _month_end(first)


def _between(first: date, last: date) -> Period:
    if not (2000 <= first.year <= last.year < 2100) or first > last:
        raise ValueError("no such period")
    return Period(f"{first:%Y%m%d}-{last:%Y%m%d}", first, last)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + 31 * A_DAY).replace(day=1) - A_DAY
