"""A ticket in one line, for lists, and where it is on a map."""

from datetime import datetime
from typing import Any

from handlers import words
from handlers.book import Book
from handlers.cards.fitting import shortened
from models.ticket import Ticket
from reading.datum import map_link, to_datum

PLACE = 40
"""UTF-16 units of a place in a list: its end is on the ticket's own card."""


def line_of(ticket: Ticket, book: Book, locale: str, at: datetime) -> dict[str, Any]:
    department, category = book.departments.get(ticket.department_id or 0), book.category(ticket.category)
    return {
        "number": ticket.number,
        "category": category.name(locale),
        "place": shortened(place_of(ticket, book, locale), PLACE),
        "stage": ticket.stage,
        "department": department.name if department else None,
        "deadline": ticket.due_at,
        "dangerous": ticket.is_urgent and not ticket.is_danger_over,
        "urgent": (ticket.is_urgent or category.is_urgent) and not ticket.is_danger_over,
        "overdue": ticket.is_overdue(at),
    }


def place_of(ticket: Ticket, book: Book, locale: str) -> str:
    """As it was told, else its grid; the whole district's is no place to go to."""
    unknown = words.plain(locale, "card.nowhere") if ticket.place_source == "nowhere" else None
    return ticket.place or unknown or book.grids[ticket.grid_id].name


def map_of(ticket: Ticket, book: Book) -> str | None:
    """A link to a map in the district's datum. None: no point is known."""
    if ticket.latitude is None or ticket.longitude is None:
        return None
    latitude, longitude = to_datum(ticket.latitude, ticket.longitude, "wgs84", book.datum)
    return map_link(latitude, longitude, datum=book.datum, name=ticket.place or ticket.number)
