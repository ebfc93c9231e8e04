"""The buttons under a leader's tray: for the ticket on top, whose number each of them carries."""

from collections.abc import Sequence

from handlers.book import Book
from handlers.cards.asked import asked_buttons
from handlers.cards.choices import in_rows, likely_departments
from handlers.cards.deeds import sending_buttons
from handlers.labels import Label, Rows
from models.ticket import UNSETTLED, WITH_LEADER, Ticket
from models.tray import Tray


def buttons_of(
    tray: Tray, ticket: Ticket, book: Book, locale: str, *, is_pictured: bool, has_others: bool
) -> Rows:  # fmt: skip
    number = ticket.number
    asked = asked_buttons(tray.asks if tray.ticket_id == ticket.id else None, ticket, book, locale)
    if asked is not None:
        return asked
    likely = in_rows(likely_departments(ticket, book), number) if ticket.stage in WITH_LEADER else []
    rows: list[Sequence[Label]] = list(sending_buttons(ticket, likely))
    if ticket.border_id is not None and ticket.border_stage in UNSETTLED:
        rows.append([Label("button.take", "take", number), Label("button.disown", "disown", number)])
    # What it is may be put right before it is sent.
    kinds = [Label("button.category", "category", number)] if ticket.reading.is_unsure else []
    pictures = [Label("button.pictures", "pictures", number)] if is_pictured else []
    turns = [Label("button.next", "next", number)] if has_others else []
    return [*rows, [*kinds, *pictures, *turns]]
