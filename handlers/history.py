"""What happened to a ticket, event by event, in words: for its time-line, without a name of any person."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from handlers import words
from handlers.book import Book
from handlers.cards.requested import span_told
from handlers.whose import rule_told
from models.ticket import Ticket, TicketEvent

WORDS = ("reason", "minutes", "hours", "what", "days", "words", "satisfied", "cause", "response", "place")
"""Of an event's data, what its sentence says as it is."""


def event_told(book: Book, locale: str, ticket: Ticket, event: TicketEvent, now: datetime) -> str:
    """`event.KIND` of the catalogues; a value the event does not have is None."""
    data = event.data
    until = data.get("until")
    called = [_department(book, id) for id in data.get("called", ())]
    values: dict[str, Any] = {name: data.get(name) for name in WORDS}
    if data.get("hours"):
        values["hours"] = span_told(locale, Decimal(data["hours"]), ticket)
    return words.plain(
        locale, f"event.{event.kind}", **values,
        to=_whom(book, locale, ticket, event),
        whose=_department(book, data.get("whose")),
        rule=rule_told(book, locale, ticket, data.get("rule"), data.get("led")),
        grid=grid.name if (grid := book.grids.get(data.get("grid") or 0)) else None,
        until=datetime.fromisoformat(until) if until else None,
        parties="、".join(name for name in called if name),
        step=words.plain(locale, f"emergency_step.{data['step']}") if "step" in data else None,
        now=now, zone=book.zone,
    )  # fmt: skip


def _whom(book: Book, locale: str, ticket: Ticket, event: TicketEvent) -> str | None:
    """The department it went to or that did it, the category it was given; not one that was restricted where all may
    read this."""
    if event.kind == "recategorised":
        kind = book.category(event.data["new"])
        return None if kind.is_restricted and not ticket.is_restricted else kind.name(locale)
    return _department(book, event.data.get("to") or event.data.get("department"))


def _department(book: Book, id: int | None) -> str | None:
    department = book.departments.get(id or 0)
    return department.name if department else None
