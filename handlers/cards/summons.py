"""The buttons by which departments are called to a ticket, let off again, and told what was agreed."""

from collections.abc import Sequence

from handlers import words
from handlers.book import Book
from handlers.cards.choices import likely_departments
from handlers.labels import Label, Rows
from models.department import Department
from models.task import Task
from models.ticket import Ticket

SEND = "go"
CHOSEN = "✓ "
ITS_OWN = "own"
"""In place of a usual reason: the one a department gave itself."""
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


def to_answer(ticket: Ticket, tasks: Sequence[Task], book: Book, locale: str) -> Rows:
    """免到 or 还请来, for each department that asks whether it has to come; by name where several do."""
    asking = [book.departments[task.department_id] for task in tasks if task.asks_off]

    def label(key: str, verb: str, argument: str, one: Department) -> Label:
        name = f" {one.name}" if len(asking) > 1 else ""
        return Label(verb=verb, ticket=ticket.number, argument=argument, text=words.plain(locale, key) + name)

    return [
        [label("button.excuse", "excuse", f"{one.id}.{ITS_OWN}", one), label("button.keep", "keep", str(one.id), one)]
        for one in asking
    ]


def nothing(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    """What is asked is answered in words alone."""
    return []


def _has_it(ticket: Ticket, department_id: int) -> bool:
    return ticket.allows("return") and ticket.department_id == department_id


def _rows(labels: list[Label]) -> Rows:
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]
