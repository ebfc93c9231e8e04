"""The buttons by which departments are called to a ticket, let off again, and told what was agreed."""

from handlers import words
from handlers.book import Book
from handlers.cards.choices import likely_departments
from handlers.labels import Label, Rows
from models.ticket import Ticket

SEND = "go"
CHOSEN = "✓ "
A_ROW = 2


def chosen_in(asks: str | None) -> list[int]:
    """whistle:3,5 -> [3, 5]: the departments chosen so far."""
    told = (asks or "").partition(":")[2]
    return [int(id) for id in told.split(",") if id.isdecimal()]


def to_call(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    """All departments, the likeliest first, those chosen marked; and the one button that calls them."""
    verb, chosen = asks.partition(":")[0], chosen_in(asks)
    all_ = dict.fromkeys([*likely_departments(ticket, book), *book.departments.values()])
    others = [one for one in all_ if one.retired_at is None and not _has_it(ticket, one.id)]
    labels = [
        Label(
            verb=verb, ticket=ticket.number, argument=str(one.id), text=(CHOSEN if one.id in chosen else "") + one.name
        )
        for one in others
    ]
    send = [[Label(f"button.{verb}", verb, ticket.number, SEND)]] if chosen or verb == "emergency" else []
    return [*_rows(labels), *send]


def to_pick(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    """One of those that were called."""
    verb = asks.partition(":")[0]
    found = [book.departments[id] for id in chosen_in(asks) if id in book.departments]
    return _rows([Label(verb=verb, ticket=ticket.number, argument=str(one.id), text=one.name) for one in found])


def to_excuse(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    """Why it need not come: 3.0, the department and the reason."""
    whom = asks.partition(":")[2]
    return [
        [Label(verb="excuse", ticket=ticket.number, argument=f"{whom}.{index}", text=reason)]
        for index, reason in enumerate(words.listed(locale, "reasons.excuse"))
    ]


def to_hand_back(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    return [
        [Label(verb="part_back", ticket=ticket.number, argument=str(index), text=reason)]
        for index, reason in enumerate(words.listed(locale, "reasons.return"))
    ]


def nothing(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    """What is asked is answered in words alone."""
    return []


def _has_it(ticket: Ticket, department_id: int) -> bool:
    return ticket.allows("return") and ticket.department_id == department_id


def _rows(labels: list[Label]) -> Rows:
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]
