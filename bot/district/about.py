"""`district.toml`: the district itself."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.district.cells import Cells, one_of, phone, text, whole
from bot.district.faults import Fault, quoted
from bot.district.files import read_text
from bot.district.rows import DistrictRow
from models.calendar import COUNTRIES, USUAL
from models.deadline import OfficeHours, span
from models.district import DAYS as USUAL_DAYS
from models.district import MINUTES, MOST, PICTURES, QUIET

FILE = "district.toml"
DATUMS = ("wgs84", "gcj02")
TRIAGES = ("auto", "leader")
WORK: tuple[str, ...] = ("08:00-12:00", "14:00-18:00")  # contract 7, field.md c
DAYS: tuple[int, ...] = (1, 2, 3, 4, 5)
WEEK = 7 * 24 * 60  # minutes
LONGEST_DAYS = 3660
MOST_REPORTS = 10_000
HOTLINE = "12345"
"""Whom a town's people call about whatever has no other number."""
KEYS = {
    None: ("name", "adcode", "prefix", "timezone", "datum", "levels", "hours", "limits", "days", "most",
           "pictures", "triage", "hotline"),
    "hours": ("work", "days", "calendar", "quiet"),
    "limits": tuple(MINUTES),
    "days": tuple(USUAL_DAYS),
    "most": tuple(MOST),
    "pictures": tuple(PICTURES),
}  # fmt: skip


def read_district(path: Path, faults: list[Fault], warnings: list[Fault]) -> DistrictRow:
    """The district; after faults the row holds stand-ins, so that the other files can still be read."""
    words = content = None
    if not path.exists():
        faults.append(Fault(FILE, None, None, "is missing: it names the district"))
    else:
        words = read_text(path, faults)
    if words is not None:
        content = _parsed(words, faults)
    if words is None or content is None:
        return _row({}, [])
    found: list[Fault] = []  # in place of the line, each holds the name of its table; _placed finds the line
    row = _row(content, found)
    faults += (_placed(fault, words) for fault in found)
    warnings += (_placed(fault, words) for fault in _strange(content))
    return row


def _parsed(words: str, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(words)
    except (ValueError, RecursionError) as error:
        match = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        reason = quoted(str(error)[: match.start()] if match else error, 120)
        place = f", at character {match[2]}" if match else ""
        faults.append(Fault(FILE, int(match[1]) if match else None, None, f"is no TOML: {reason}{place}"))
        return None


def _row(content: Mapping[str, Any], faults: list[Fault]) -> DistrictRow:
    top = Cells(FILE, "", content, faults)

    def numbers(name: str, usual: Mapping[str, int], most: int) -> dict[str, int]:
        table = Cells(FILE, name, top.maybe(name, partial(_table, name=name), {}), faults)
        return {key: table.maybe(key, whole(1, most), number) for key, number in usual.items()}

    pictures = Cells(FILE, "pictures", top.maybe("pictures", partial(_table, name="pictures"), {}), faults)
    return DistrictRow(
        name=top.need("name", text, ""),
        adcode=top.need("adcode", _adcode, ""),
        prefix=top.need("prefix", _prefix, ""),
        timezone=top.need("timezone", _zone, "Asia/Shanghai"),
        datum=top.need("datum", _datum, DATUMS[0]),
        levels=top.need("levels", _levels, ()),
        hours=_hours(top.maybe("hours", partial(_table, name="hours"), {}), faults),
        limits=numbers("limits", MINUTES, WEEK),
        days=numbers("days", USUAL_DAYS, LONGEST_DAYS),
        most=numbers("most", MOST, MOST_REPORTS),
        pictures={key: pictures.maybe(key, _yes_or_no, usual) for key, usual in PICTURES.items()},
        triage=top.maybe("triage", one_of(TRIAGES), TRIAGES[0]),
        hotline=top.maybe("hotline", phone, HOTLINE),
    )


def _hours(table: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    hours = Cells(FILE, "hours", table, faults)
    work, days = hours.maybe("work", _spans, WORK), hours.maybe("days", _days, DAYS)
    try:
        OfficeHours.read("UTC", work, days)
    except ValueError as error:
        hours.wrong("work", str(error))
    # Left out, it is China's; written as "", the district keeps its days off in holidays.csv alone.
    calendar = USUAL if "calendar" not in table else hours.maybe("calendar", _calendar, "")
    quiet = hours.maybe("quiet", _quiet, "") if "quiet" in table else QUIET
    return {"work": list(work), "days": list(days), "calendar": calendar, "quiet": quiet}


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false")
    return value


def _adcode(value: object) -> str:
    word = text(value)
    if not re.fullmatch(r"[0-9]{6}", word):
        raise ValueError(f"{quoted(word)} is not the 6 digits of a district (GB/T 2260)")
    return word


def _prefix(value: object) -> str:
    word = text(value).upper()
    if not re.fullmatch(r"[A-Z]{2,4}", word):
        raise ValueError(f"{quoted(word)} is not 2 to 4 letters A to Z; ticket numbers begin with it")
    return word


def _zone(value: object) -> str:
    word = text(value)
    try:
        ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{quoted(word)} is no time zone such as Asia/Shanghai") from None
    return word


def _datum(value: object) -> str:
    word = text(value).lower().replace("-", "")
    if word == "bd09":
        raise ValueError("bd09 (Baidu) is not taken; convert the folder's coordinates to wgs84 or gcj02")
    return one_of(DATUMS)(word)


def _levels(value: object) -> tuple[str, ...]:
    levels = tuple(text(item) for item in _list(value))
    if not levels or not all(levels):
        raise ValueError("names no level; from the top, for instance 街道, 社区, 网格")
    if len(set(levels)) < len(levels):
        raise ValueError("names a level twice")
    return levels


def _spans(value: object) -> tuple[str, ...]:
    words = tuple(text(item) for item in _list(value))
    if not words:
        raise ValueError("names no working hours")
    for word in words:
        span(word)
    return words


def _days(value: object) -> tuple[int, ...]:
    days = tuple(whole(1, 7)(item) for item in _list(value))
    if not days:
        raise ValueError("names no working day; 1 is Monday")
    return tuple(sorted(set(days)))


def _quiet(value: object) -> str:
    word = text(value)
    begins, ends = span(word)
    if begins == ends:
        raise ValueError(f'{quoted(word)} is no time at all; "" is for never')
    return word


def _calendar(value: object) -> str:
    word = text(value).upper()
    if word not in COUNTRIES:
        raise ValueError(f'{quoted(word)} is none of {", ".join(COUNTRIES)}; "" is for none')
    return word


def _list(value: object) -> Iterable[object]:
    if not isinstance(value, list):
        raise ValueError(f"{quoted(value)} is no list; write it in [ ]")
    return value


def _table(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{quoted(value)} is no table; write [{name}] on a line of its own")
    return value


def _strange(content: Mapping[str, Any]) -> list[Fault]:
    tables = [(name, content if name is None else content.get(name)) for name in KEYS]
    return [
        Fault(FILE, table or "", str(key), "this key is not known and is left aside")
        for table, keys in tables
        if isinstance(keys, dict)
        for key in keys
        if key not in KEYS[table]
    ]


def _placed(fault: Fault, words: str) -> Fault:
    """The fault with the line of its key, and the key with its table's name: TOML's reader tells neither."""
    table, key = str(fault.line or ""), fault.column or ""
    column = f"{table}.{key}" if table else key
    inside = ""
    for line, words_of_line in enumerate(words.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", words_of_line):
            inside = header[1]
            if not table and inside == key:
                return Fault(FILE, line, column, fault.reason)
        name = words_of_line.split("=", 1)[0].strip().strip("\"'")
        # `work =` under [hours], or at the top `hours.work =` or `hours = {`
        is_key = name == key if inside == table else not inside and name in (column, table)
        if "=" in words_of_line and is_key:
            return Fault(FILE, line, column, fault.reason)
    return Fault(FILE, None, column, fault.reason)
