"""The categories as somebody picks one: the few likeliest as buttons, or the one his words mean."""

import unicodedata

from handlers.book import Book
from handlers.labels import Label, Rows
from models.category import UNPLACED, Category
from models.ticket import Ticket

LIKELIEST = 3
USUAL = 5
"""Beside the likeliest, of those the department in charge is there for; others are named in words."""
A_ROW = 2


def kind_buttons(ticket: Ticket, book: Book, locale: str) -> Rows:
    labels = [
        Label(verb="category", ticket=ticket.number, argument=kind.code, text=short_name(kind, locale))
        for kind in likely_kinds(ticket, book)
    ]
    rows = [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]
    return [*rows, [Label("button.cancel", "cancel", ticket.number)]]


def likely_kinds(ticket: Ticket, book: Book) -> list[Category]:
    """What its words may tell of, then what its department usually mends; not what it is already."""
    told = ticket.reading
    read = [book.categories[code] for code in (*told.likely, *told.others) if code in book.categories]
    own = [kind for kind in book.categories.values() if ticket.department_id in _owners(kind, book)]
    found = [kind for kind in dict.fromkeys(read) if _is_offered(kind, ticket)][:LIKELIEST]
    usual = [kind for kind in own if _is_offered(kind, ticket) and kind not in found]
    return found + usual[:USUAL]


def kinds_for_reporter(ticket: Ticket, book: Book) -> list[Category]:
    """What it may be, to be asked of the one who saw it, before the eyes of a group: nothing it should not read of."""
    if not ticket.asks_reporter:
        return []
    read = [book.categories[code] for code in ticket.reading.likely if code in book.categories]
    offered = [kind for kind in read if kind.retired_at is None and not kind.is_restricted and kind.code != UNPLACED]
    return offered[:LIKELIEST]


def reporter_buttons(ticket: Ticket, book: Book, locale: str) -> Rows:
    kinds = kinds_for_reporter(ticket, book)
    number = ticket.number
    return [[Label(verb="sort", ticket=number, argument=kind.code, text=short_name(kind, locale))] for kind in kinds]


def kinds_named(book: Book, name: str) -> list[Category]:
    """One where it is plain: its code or its whole name. Else all whose name or words hold this one."""
    wanted = _folded(name)
    if not wanted:
        return []
    current = [kind for kind in book.categories.values() if kind.retired_at is None]
    exactly = [kind for kind in current if wanted in {_folded(kind.code), *_names(kind)}]
    return exactly or [
        kind
        for kind in current
        if any(wanted in whole for whole in _names(kind)) or wanted in map(_folded, kind.keywords)
    ]


def short_name(kind: Category, locale: str) -> str:
    """Without what its name adds in brackets."""
    return kind.name(locale).partition("(")[0].strip()


def _is_offered(kind: Category, ticket: Ticket) -> bool:
    return kind.retired_at is None and kind.code != ticket.category


def _owners(kind: Category, book: Book) -> set[int]:
    return {department.id for department in book.own_departments(kind)}


def _names(kind: Category) -> set[str]:
    """As people write it: in either language, also without the brackets."""
    return {_folded(name) for locale in ("zh", "en") for name in (kind.name(locale), short_name(kind, locale))}


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
