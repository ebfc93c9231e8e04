"""Departments to choose from, as buttons: the likeliest, or all of them."""

from handlers.book import Book
from handlers.labels import Label, Rows
from models.department import Department
from models.ticket import Stage, Ticket

LIKELY_DEPARTMENTS = 3
A_ROW = 2


def all_departments(book: Book, number: str) -> Rows:
    current = [department for department in book.departments.values() if department.retired_at is None]
    return in_rows(current, number)


def likely_departments(ticket: Ticket, book: Book) -> list[Department]:
    """Whose it most likely is: whom those named who handed it back; whom the rules name, with those they copy in, the
    category's own and those that join in; only then those of what else its words may tell of; and never who has just
    handed it back."""
    category, grid = book.category(ticket.category), book.grids[ticket.grid_id]
    likely = [book.categories[code] for code in ticket.reading.likely if code in book.categories]
    others = [other for other in likely if other is not category]
    way = book.way(category, grid, ticket.text)
    said = [book.departments[ticket.whose_id]] if ticket.whose_id in book.departments else []
    named = [book.departments[id] for id in (way.lead.id, *way.cc) if id in book.departments] if way else []
    joint = [department for name in category.joint_depts if (department := book.department_named(name))]
    guessed = [other_way.lead for kind in others if (other_way := book.way(kind, grid, ticket.text))]
    own = [department for kind in others for department in book.own_departments(kind)]
    found: list[Department] = []
    for department in said + named + book.own_departments(category) + joint + guessed + own:
        if department.retired_at is not None:
            continue
        if department not in found and not (ticket.stage == Stage.RETURNED and department.id == ticket.department_id):
            found.append(department)
    return found[:LIKELY_DEPARTMENTS]


def in_rows(departments: list[Department], number: str) -> list[list[Label]]:
    labels = [
        Label(verb="dispatch", ticket=number, argument=str(department.id), text=department.name)
        for department in departments
    ]
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]
