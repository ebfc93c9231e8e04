"""The buttons of a card: what its stage allows, for the chat it stands in."""

from handlers.book import Book
from handlers.cards.asked import asked_buttons
from handlers.cards.choices import in_rows, likely_departments
from handlers.cards.deeds import check_buttons, sending_buttons
from handlers.cards.requested import time_buttons
from handlers.kinds import reporter_buttons
from handlers.labels import Label, Rows
from models.card import Card
from models.chat import Chat
from models.rights import OTHERS_DECIDE, Standing, may
from models.ticket import WITH_DEPARTMENT, WITH_LEADER, Stage, Ticket


def buttons_of(
    card: Card, ticket: Ticket, chat: Chat, book: Book, locale: str, held: frozenset[Standing] = frozenset()
) -> Rows:  # fmt: skip
    """held: what the one whose card it is (audience staff) is to the ticket."""
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
        return _staff_buttons(_department_buttons(ticket), card, ticket, book, locale, ticket.stage in WITH_DEPARTMENT)
    if card.audience == "leader":
        return _staff_buttons(_leader_buttons(ticket, book), card, ticket, book, locale, True)
    if card.audience == "staff":
        may_sort = may("recategorise", held) and (Standing.LEADER in held or ticket.stage in WITH_DEPARTMENT)
        return _staff_buttons(_own_buttons(ticket, book, held), card, ticket, book, locale, may_sort)
    return []


def _staff_buttons(rows: Rows, card: Card, ticket: Ticket, book: Book, locale: str, may_sort: bool) -> Rows:
    """What is asked just now stands in place of everything else; 改类别 below the first row."""
    asked = asked_buttons(card.asks, ticket, book, locale)
    if asked is not None:
        return asked
    if not (ticket.may_be_recategorised and may_sort):
        return rows
    kind = Label("button.category", "category", ticket.number)
    return [*rows[:-1], [*rows[-1], kind]] if len(rows) > 1 else [*rows, [kind]]


def _department_buttons(ticket: Ticket) -> Rows:
    number = ticket.number
    if not ticket.allows("return"):
        return []
    accept = [Label("button.accept", "accept", number)] if ticket.allows("accept") else []
    secure = [[Label("button.secure", "secure", number)]] if ticket.may_be_secured else []
    done = [[Label("button.resolve", "resolve", number)]] if ticket.photo_waived else []
    return [[*accept, Label("button.return", "return", number), *time_buttons(ticket)], *secure, *done]


def _leader_buttons(ticket: Ticket, book: Book) -> Rows:
    likely = in_rows(likely_departments(ticket, book), ticket.number) if ticket.stage in WITH_LEADER else []
    return sending_buttons(ticket, likely)


def _own_buttons(ticket: Ticket, book: Book, held: frozenset[Standing]) -> Rows:
    """In private, for who is an officer, a leader, an inspector, or several of these."""
    officer = _department_buttons(ticket) if Standing.OFFICER in held else []
    leader = _leader_buttons(ticket, book) if Standing.LEADER in held else []
    checks = [check_buttons(ticket)] if Standing.INSPECTOR in held and not leader else []
    return [*officer, *([label for label in row if _is_for(label, held)] for row in (*leader, *checks))]


def _is_for(label: Label, held: frozenset[Standing]) -> bool:
    """About the work of his own department somebody else decides."""
    return label.verb not in OTHERS_DECIDE or may(label.verb, held)
