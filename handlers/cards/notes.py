"""Sentences below a card that not every ticket has: who asks for time, who was called, what it became part of."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.book import Book
from handlers.cards.joined import how_it_came, joined_note
from handlers.cards.pictured import pictured_notes
from handlers.cards.proved import proof_notes
from handlers.cards.requested import requested
from handlers.cards.roll_call import roll_call
from handlers.cards.sorted import sorted_notes
from handlers.cards.taken import taken_note
from models.card import Card
from models.ticket import Ticket

Note = Callable[[AsyncSession, Card, Ticket, Book, str, datetime], Awaitable[Sequence[str]]]
"""From the session, the card (whose audience reads it), the ticket, the book, the language, and the time."""

NOTES: tuple[Note, ...] = (
    taken_note, roll_call, sorted_notes, requested, how_it_came, joined_note, pictured_notes, proof_notes,
)  # fmt: skip


async def notes_of(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> tuple[str, ...]:
    return tuple([line for note in NOTES for line in await note(session, card, ticket, book, locale, now)])
