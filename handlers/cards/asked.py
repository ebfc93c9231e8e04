"""What a card or a tray can ask for before a verb is done: a reason, a department, a kind. One table of questions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers import words
from handlers.book import Book
from handlers.cards.choices import all_departments
from handlers.kinds import kind_buttons
from handlers.labels import Label, Rows
from models.rights import RIGHTS, Standing
from models.ticket import BEFORE_WORK, IN_HAND, Ticket

Draws = Callable[[str, Ticket, Book, str], Rows]
"""From what is asked (its name, and after a colon what was chosen so far), the ticket, the book and the language."""


@dataclass(frozen=True, slots=True)
class Question:
    """verb: the right that an answer takes (models/rights.py). stands: whether it is still to the point.
    draws: the buttons to choose from, without 取消. What it says is `asks.NAME` in the catalogues; who answers in
    other words is heard by the `router.answer(NAME)` of its verb."""

    verb: str
    stands: Callable[[Ticket], bool]
    draws: Draws

    @property
    def is_leaders(self) -> bool:
        return Standing.LEADER in RIGHTS[self.verb]


def reasons(verb: str) -> Draws:
    """The usual reasons of a verb, `reasons.VERB` in the catalogues, one a row; its button carries their index."""

    def draws(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
        return [
            [Label(verb=verb, ticket=ticket.number, argument=str(index), text=reason)]
            for index, reason in enumerate(words.listed(locale, f"reasons.{verb}"))
        ]

    return draws


def reason_chosen(locale: str, verb: str, argument: str | None) -> str | None:
    """The reason a pressed button stands for. None: there is no such one."""
    usual = words.listed(locale, f"reasons.{verb}")
    return usual[int(argument)] if argument and argument.isdecimal() and int(argument) < len(usual) else None


QUESTIONS: Mapping[str, Question] = {
    "return": Question("return", lambda ticket: ticket.stage in IN_HAND, reasons("return")),
    "dispatch": Question(
        "dispatch", lambda ticket: ticket.stage in BEFORE_WORK,
        lambda asks, ticket, book, locale: all_departments(book, ticket.number),
    ),
    "category": Question(
        "recategorise", lambda ticket: ticket.may_be_recategorised,
        lambda asks, ticket, book, locale: kind_buttons(ticket, book, locale),
    ),
}  # fmt: skip


def question(asks: str | None) -> Question | None:
    return QUESTIONS.get(asks.partition(":")[0]) if asks else None


def asked_buttons(asks: str | None, ticket: Ticket, book: Book, locale: str) -> Rows | None:
    """The buttons of a question with 取消 below them. None: nothing is asked, or it is not to the point any more."""
    about = question(asks)
    if asks is None or about is None or not about.stands(ticket):
        return None
    return [*about.draws(asks, ticket, book, locale), [Label("button.cancel", "cancel", ticket.number)]]
