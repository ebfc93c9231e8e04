"""What a card or a tray can ask for before a verb is done: a reason, a department, a kind. One table of questions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handlers import words
from handlers.book import Book
from handlers.cards import summons
from handlers.cards.alike import alike_buttons
from handlers.cards.choices import all_departments
from handlers.cards.deeds import more_buttons, more_of
from handlers.cards.requested import days_offered, hours_offered, owners_offered, refusals_offered, why_offered
from handlers.kinds import kind_buttons
from handlers.labels import Label, Rows
from models.rights import RIGHTS, Standing
from models.ticket import BEFORE_WORK, IN_HAND, Stage, Ticket

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
    leave: str = "button.cancel"
    """What stands on the button that chooses nothing."""

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


CALLABLE, CALLED = BEFORE_WORK | {Stage.WORKING}, IN_HAND | {Stage.RETURNED}
QUESTIONS: Mapping[str, Question] = {
    "return": Question("return", lambda ticket: ticket.stage in IN_HAND, reasons("return")),
    "dispatch": Question(
        "dispatch", lambda ticket: ticket.stage in BEFORE_WORK or ticket.allows("dispatch"),
        lambda asks, ticket, book, locale: all_departments(book, ticket.number),
    ),
    "decline": Question("decline", lambda ticket: ticket.allows("decline"), reasons("decline")),
    "reopen": Question(
        "reopen", lambda ticket: ticket.allows("reopen") and ticket.department_id is not None, reasons("reopen")
    ),
    "waive": Question(
        "waive", lambda ticket: ticket.stage in IN_HAND and not ticket.photo_waived, reasons("waive")
    ),
    "merge": Question("merge", lambda ticket: ticket.allows("merge"), alike_buttons),
    "more": Question(
        "dispatch", lambda ticket: bool(more_of(ticket)),
        lambda asks, ticket, book, locale: more_buttons(ticket),
    ),
    "whose": Question("return", lambda ticket: ticket.stage == Stage.RETURNED, owners_offered, "button.unknown"),
    "extend": Question("ask_extend", lambda ticket: ticket.stage in IN_HAND and not ticket.request, hours_offered),
    "extend_why": Question(
        "ask_extend", lambda ticket: ticket.stage in IN_HAND and not ticket.request, why_offered("extend")
    ),
    "suspend": Question("ask_suspend", lambda ticket: ticket.allows("suspend") and not ticket.request, days_offered),
    "suspend_why": Question(
        "ask_suspend", lambda ticket: ticket.allows("suspend") and not ticket.request, why_offered("suspend")
    ),
    "refuse": Question("refuse", lambda ticket: bool(ticket.request), refusals_offered),
    "whistle": Question("whistle", lambda ticket: ticket.stage in CALLABLE, summons.to_call),
    "emergency": Question("whistle", lambda ticket: ticket.stage in CALLABLE, summons.to_call),
    "council": Question("whistle", lambda ticket: ticket.stage in CALLABLE, summons.nothing),
    "excuse": Question("excuse", lambda ticket: ticket.stage in CALLED, summons.to_pick),
    "excuse_why": Question("excuse", lambda ticket: ticket.stage in CALLED, summons.to_excuse),
    "part_back": Question("ask_off", lambda ticket: ticket.stage in CALLED, summons.to_hand_back),
    "agree": Question("agree", lambda ticket: ticket.stage in IN_HAND, summons.to_pick),
    "agree_what": Question("agree", lambda ticket: ticket.stage in IN_HAND, summons.nothing),
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
    return [*about.draws(asks, ticket, book, locale), [Label(about.leave, "cancel", ticket.number)]]
