"""The buttons of a card: what its stage allows, for the chat it stands in."""

from handlers import words
from handlers.book import Book
from handlers.labels import Label, Rows
from models.card import Card
from models.chat import Chat
from models.department import Department
from models.ticket import WITH_LEADER, Stage, Ticket

LIKELY_DEPARTMENTS = 3
A_ROW = 2


def buttons_of(card: Card, ticket: Ticket, chat: Chat, book: Book, locale: str) -> Rows:
    number = ticket.number
    if card.ended:
        return []
    if card.audience == "group":
        shared = ticket.is_open and ticket.stage != Stage.RESOLVED and not ticket.is_restricted
        return [[Label("button.join", "join", number)]] if shared else []
    if card.audience == "department" and chat.department_id == ticket.department_id:
        return _department_buttons(card, ticket, locale)
    if card.audience == "leader":
        return _leader_buttons(card, ticket, book)
    return []


def _department_buttons(card: Card, ticket: Ticket, locale: str) -> Rows:
    number, back = ticket.number, ticket.allows("return")
    if card.asks == "return" and back:
        reasons = [
            Label(verb="return", ticket=number, argument=str(index), text=reason)
            for index, reason in enumerate(words.listed(locale, "reasons.return"))
        ]
        return [*([reason] for reason in reasons), [Label("button.cancel", "cancel", number)]]
    accept = [Label("button.accept", "accept", number)] if ticket.allows("accept") else []
    secure = [[Label("button.secure", "secure", number)]] if ticket.may_be_secured else []
    return [[*accept, Label("button.return", "return", number)], *secure] if back else []


def _leader_buttons(card: Card, ticket: Ticket, book: Book) -> Rows:
    number = ticket.number
    if not ticket.is_before_work:
        return []
    current = [department for department in book.departments.values() if department.retired_at is None]
    if card.asks == "dispatch":
        return [*_in_rows(current, number), [Label("button.cancel", "cancel", number)]]
    if ticket.stage in WITH_LEADER:
        return [
            *_in_rows(likely_departments(ticket, book), number),
            [Label("button.other_department", "redispatch", number)],
        ]
    return [[Label("button.redispatch", "redispatch", number)]]


def likely_departments(ticket: Ticket, book: Book) -> list[Department]:
    """Whose it most likely is: the category's own, those that join in with it,
    and never who has just handed it back first."""
    category = book.category(ticket.category)
    way = book.way(category, book.grids[ticket.grid_id], ticket.text)
    joint = [department for name in category.joint_depts if (department := book.department_named(name))]
    found: list[Department] = []
    for department in ([way.lead] if way else []) + book.own_departments(category) + joint:
        if department not in found and not (ticket.stage == Stage.RETURNED and department.id == ticket.department_id):
            found.append(department)
    return found[:LIKELY_DEPARTMENTS]


def _in_rows(departments: list[Department], number: str) -> list[list[Label]]:
    labels = [
        Label(verb="dispatch", ticket=number, argument=str(department.id), text=department.name)
        for department in departments
    ]
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]
