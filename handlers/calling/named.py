"""交警：疏导；排水公司 自来水：抽水: the departments that are called, and what each is to do, as people type it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.book import Book
from handlers.reasons import kept_reason
from models.department import Department
from models.refusal import Refusal

GROUPS = re.compile(r"[;；\n]+")
NAMES = re.compile(r"[\s、，,。.!！]+")
AND = re.compile(r"[和跟与及]")
COLON = re.compile(r"[:：]")
LONGEST_NAME = 40  # characters of what was typed that are said back


@dataclass(frozen=True, slots=True)
class Named:
    """departments: in the order in which they were named. words: what one of them is to do, masked, by its id."""

    departments: list[Department]
    words: Mapping[int, str] = field(default_factory=dict)


def departments_named(book: Book, text: str) -> Named:
    """Names side by side; behind a colon what those before it are to do. Refuses a name that nobody has: a slip of
    the finger must not call too few."""
    found: dict[int, Department] = {}
    words: dict[int, str] = {}
    for group in GROUPS.split(text):
        names, _, told = _at_colon(group)
        of_group = [one for name in NAMES.split(names) if name for one in _called(book, name)]
        found.update((one.id, one) for one in of_group)
        if told.strip():
            words.update((one.id, kept_reason(told)) for one in of_group)
    return Named(list(found.values()), words)


def first_named(book: Book, text: str) -> tuple[Department, str]:
    """One department, and the rest of the words."""
    parts = re.split(r"[\s、，,:：]+", text.strip(), maxsplit=1)
    return _one(book, parts[0]), parts[1] if len(parts) > 1 else ""


def _called(book: Book, name: str) -> list[Department]:
    """The one of that name; 交警和城管 are two."""
    if book.department_named(name) is None:
        parts = [part for part in AND.split(name) if part]
        if len(parts) > 1 and all(book.department_named(part) for part in parts):
            return [_one(book, part) for part in parts]
    return [_one(book, name)]


def _one(book: Book, name: str) -> Department:
    department = book.department_named(name)
    if department is None:
        raise Refusal("whistle.unknown", name=name[:LONGEST_NAME])
    return department


def _at_colon(text: str) -> tuple[str, str, str]:
    found = COLON.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")
