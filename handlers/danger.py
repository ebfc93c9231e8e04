"""Whom to call first where somebody can be hurt now: before any ticket (field.md h, 7)."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers import words
from handlers.book import Book
from models.department import Department
from reading.problem import Problem

GAS = "gas"
"""The district's own gas line, as reading/words/danger.toml calls it."""
GAS_COMPANY = "燃气公司"
FIRE_BRIGADE = "119"
CITIZENS_LINE = "12345"
"""Passes on what is told to it, and is nobody's own: no help in danger."""
MOST_CALLS = 2
"""More numbers than this nobody dials."""
POLICE = "110"
"""Who may be called in any danger: they take those of pipes, covers and wires too until the owner is there."""


@dataclass(frozen=True, slots=True)
class Call:
    """number: to be dialled. name: who answers there, in the chat's language; None for a number we do not know."""

    number: str
    name: str | None


def whom_to_call(book: Book, locale: str, calls: Iterable[str], hotline: str | None = None) -> tuple[Call, ...]:
    """At most two. calls: as the reader gives them. hotline: the category's own, where there is room for it."""
    found = {call.number: call for given in (*calls, hotline) if given and (call := _call(book, locale, given))}
    return tuple(found.values())[:MOST_CALLS]


def whom_to_call_at_once(book: Book, locale: str, problem: Problem) -> tuple[Call, ...]:
    """For a line that is no ticket yet, or joins one; none where it tells of no danger."""
    category = book.categories.get(problem.code or "")
    if not problem.urgent:
        return ()
    return whom_to_call(book, locale, problem.calls or (POLICE,), category.hotline if category else None)


def call_to(department: Department | None, locale: str) -> tuple[Call, ...]:
    """Who is in charge, to be called in danger: by the line that is always answered before the office's telephone."""
    if department is None:
        return ()
    line = department.hotline if department.hotline != CITIZENS_LINE else None
    number = line or department.phone
    return (Call(number, _name(locale, number) or department.name),) if number else ()


def _name(locale: str, number: str) -> str | None:
    named = f"call.{number}" in words.keys(locale)
    return words.plain(locale, f"call.{number}") if named else None


def _call(book: Book, locale: str, given: str) -> Call:
    number = _gas_line(book) if given == GAS else None
    if number is None:
        given = number = FIRE_BRIGADE if given == GAS else given
    return Call(number, _name(locale, given))


def _gas_line(book: Book) -> str | None:
    lines = (
        department.hotline or department.phone
        for department in book.departments.values()
        if department.retired_at is None and GAS_COMPANY in (department.name, *department.serves)
    )
    return next((line for line in lines if line), None)
