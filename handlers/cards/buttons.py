"""The buttons of a card: what its stage allows, for the chat it stands in."""

from handlers import words
from handlers.book import Book
from handlers.kinds import kind_buttons, reporter_buttons
from handlers.labels import Label, Rows
from models.card import Card
from models.chat import Chat
from models.department import Department
from models.ticket import WITH_DEPARTMENT, WITH_LEADER, Stage, Ticket

LIKELY_DEPARTMENTS = 3
A_ROW = 2


def buttons_of(card: Card, ticket: Ticket, chat: Chat, book: Book, locale: str) -> Rows:
    number = ticket.number
    if card.ended:
        return []
    if card.audience == "group":
        shared = ticket.is_open and ticket.stage != Stage.RESOLVED and not ticket.is_restricted
        kinds = reporter_buttons(ticket, book, locale) if shared else []
        return [*kinds, [Label("button.join", "join", number)]] if shared else []
    if card.audience == "private":
        return reporter_buttons(ticket, book, locale)
    if card.audience == "department" and chat.department_id == ticket.department_id:
        return _with_kind(_department_buttons(card, ticket, locale), card, ticket, book, locale)
    if card.audience == "leader":
        return _with_kind(_leader_buttons(card, ticket, book), card, ticket, book, locale)
    return []


def _with_kind(rows: Rows, card: Card, ticket: Ticket, book: Book, locale: str) -> Rows:
    """改类别 below the first row; pressed, the kinds to choose from instead of everything else."""
    is_in_charge = card.audience == "leader" or ticket.stage in WITH_DEPARTMENT
    if not (ticket.may_be_recategorised and is_in_charge) or card.asks not in (None, "category"):
        return rows
    if card.asks == "category":
        return kind_buttons(ticket, book, locale)
    kind = Label("button.category", "category", ticket.number)
    return [*rows[:-1], [*rows[-1], kind]] if len(rows) > 1 else [*rows, [kind]]


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
    if card.asks == "dispatch":
        return all_departments(book, number)
    if ticket.stage in WITH_LEADER:
        return [
            *in_rows(likely_departments(ticket, book), number),
            [Label("button.other_department", "redispatch", number)],
        ]
    return [[Label("button.redispatch", "redispatch", number)]]


def all_departments(book: Book, number: str) -> Rows:
    current = [department for department in book.departments.values() if department.retired_at is None]
    return [*in_rows(current, number), [Label("button.cancel", "cancel", number)]]


def likely_departments(ticket: Ticket, book: Book) -> list[Department]:
    """Whose it most likely is: whom the rules name, with those they copy in, the category's own and those that join
    in; only then those of what else its words may tell of; and never who has just handed it back."""
    category, grid = book.category(ticket.category), book.grids[ticket.grid_id]
    likely = [book.categories[code] for code in ticket.reading.likely if code in book.categories]
    others = [other for other in likely if other is not category]
    way = book.way(category, grid, ticket.text)
    named = [book.departments[id] for id in (way.lead.id, *way.cc) if id in book.departments] if way else []
    joint = [department for name in category.joint_depts if (department := book.department_named(name))]
    guessed = [other_way.lead for kind in others if (other_way := book.way(kind, grid, ticket.text))]
    own = [department for kind in others for department in book.own_departments(kind)]
    found: list[Department] = []
    for department in named + book.own_departments(category) + joint + guessed + own:
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
