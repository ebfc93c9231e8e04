"""One row at a time: each cell has its small parser, and what it cannot read becomes a fault, never a traceback."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from bot.district.faults import Fault, quoted

T = TypeVar("T")
Parser = Callable[[object], T]

TEXT_LIMIT = 500
CODE_LIMIT = 64
TELEGRAM_ID_LIMIT = 2**52  # Bot API: ids have at most 52 significant bits
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
PHONE = re.compile(r"[+]?[0-9][0-9() /-]{2,39}")
DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")  # Excel turns 2026-10-01 into 2026/10/1


@dataclass
class Cells:
    """A row, a feature or a table of settings. `faults` is shared by the whole folder.

    absent: columns the header lacks, which is already a fault of the file and not once more of each row.
    """

    file: str
    line: int | str
    values: Mapping[str, object]
    faults: list[Fault]
    absent: tuple[str, ...] = ()

    def need(self, column: str, parse: Parser[T], stand_in: T) -> T:
        """The cell's value. An empty or bad one is a fault, and `stand_in` lets the row go on."""
        value = self.values.get(column)
        if is_empty(value):
            if column not in self.absent:
                self.wrong(column, "is empty" if column in self.values else "is missing")
            return stand_in
        return self._parsed(column, value, parse, stand_in)

    def maybe(self, column: str, parse: Parser[T], otherwise: T) -> T:
        """As `need`, but an empty cell means `otherwise`."""
        value = self.values.get(column)
        return otherwise if is_empty(value) else self._parsed(column, value, parse, otherwise)

    def wrong(self, column: str | None, reason: str) -> None:
        self.faults.append(Fault(self.file, self.line, column, reason))

    def _parsed(self, column: str, value: object, parse: Parser[T], stand_in: T) -> T:
        try:
            return parse(value)
        except ValueError as error:
            self.wrong(column, str(error))
            return stand_in


def is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def text(value: object) -> str:
    """White space in a row becomes one space. A whole number is taken too: programs that draw maps write codes so."""
    return _clean(value, TEXT_LIMIT)


def long_text(value: object) -> str:
    return _clean(value, 10 * TEXT_LIMIT)


def code(value: object) -> str:
    """A key that people and files name: no white space, and none of the signs that mean something in a list."""
    word = _clean(value, CODE_LIMIT)
    if " " in word or "|" in word or word == "*":
        raise ValueError(f"{quoted(word)} is no code: it may hold neither spaces nor | and is not *")
    return word


def code_or_any(value: object) -> str:
    return "*" if text(value) == "*" else code(value)


def names(value: object) -> tuple[str, ...]:
    """Items between |, the full-width one too; empty ones and repeats are dropped."""
    items = (item.strip() for item in long_text(value).replace("｜", "|").split("|"))
    return tuple(dict.fromkeys(item for item in items if item))


def codes(value: object) -> tuple[str, ...]:
    return tuple(code(item) for item in names(value))


def whole(low: int, high: int) -> Parser[int]:
    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError(f"{quoted(value)} is no whole number")
        if isinstance(value, str) and not WHOLE.fullmatch(value.strip()):
            raise ValueError(f"{quoted(value)} is no whole number")
        number = int(value)
        if not low <= number <= high:
            raise ValueError(f"{quoted(value)} is not between {low} and {high}")
        return number

    return parse


def chat_id(value: object) -> int:
    number = whole(-TELEGRAM_ID_LIMIT, TELEGRAM_ID_LIMIT)(value)
    if number == 0:
        raise ValueError("0 is no chat; leave the cell empty, or /bind the group later")
    return number


def decimal(low: Decimal, high: Decimal) -> Parser[Decimal]:
    def parse(value: object) -> Decimal:
        try:
            number = Decimal(_clean(value, CODE_LIMIT))
        except InvalidOperation:
            raise ValueError(f"{quoted(value)} is no number") from None
        if not number.is_finite() or not low <= number <= high:
            raise ValueError(f"{quoted(value)} is not between {low} and {high}")
        return number

    return parse


def longitude(value: object) -> float:
    return float(decimal(Decimal(-180), Decimal(180))(value))


def latitude(value: object) -> float:
    """Up to 180: past 90 it may be a longitude in the wrong column, and who looks at both can say so."""
    try:
        return longitude(value)
    except ValueError as error:
        raise ValueError(str(error).replace("-180 and 180", "-90 and 90")) from None


def one_of(options: Iterable[str]) -> Parser[str]:
    allowed = tuple(options)

    def parse(value: object) -> str:
        word = text(value)
        if word not in allowed:
            raise ValueError(f"{quoted(word)} is none of {', '.join(allowed)}")
        return word

    return parse


def phone(value: object) -> str:
    number = _clean(value, CODE_LIMIT)
    if not PHONE.fullmatch(number):
        raise ValueError(f"{quoted(number)} is no telephone number")
    return number


def day(value: object) -> date:
    match = DAY.fullmatch(text(value))
    if match is None:
        raise ValueError(f"{quoted(value)} is no date such as 2026-10-01")
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise ValueError(f"{quoted(value)} is no day of the calendar") from None


def _clean(value: object, limit: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{quoted(value)} is no text")
    words = " ".join(str(value).split())
    if len(words) > limit:
        raise ValueError(f"is {len(words)} characters long, at most {limit} are taken")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in words):
        raise ValueError(f"{quoted(words)} holds a control character")
    return words
