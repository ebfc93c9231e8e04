"""How a report came in, and what a group's card says of further ones that joined it where who told them cannot be
told alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.labels import Label, Rows
from models.card import Card
from models.chat import Chat
from models.draft import JOINED, Draft
from models.ticket import Stage, Ticket


async def joined_note(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    return [words.say(locale, "known.note")] if await _is_offered(session, card, ticket) else []


def parting_buttons(ticket: Ticket, locale: str, notes: Sequence[str]) -> Rows:
    """不是同一件, for who has just told of it in this group; where he can be reached alone it stands there.
    notes: of the card, which say whether it is offered."""
    offered = words.say(locale, "known.note") in notes
    return [[Label("button.another", "another", ticket.number)]] if offered else []


async def _is_offered(session: AsyncSession, card: Card, ticket: Ticket) -> bool:
    is_over = not ticket.is_open or ticket.stage == Stage.RESOLVED  # the word is still heard, for a day
    if card.audience != "group" or card.ended or ticket.is_restricted or is_over:
        return False
    private = exists().where(Chat.person_id == Draft.person_id, Chat.kind == "private", Chat.parked_at.is_(None))
    joined = select(Draft.id).where(
        Draft.chat_id == card.chat_id, Draft.state == JOINED, Draft.ticket_id == ticket.id, ~private
    )
    return await session.scalar(joined.limit(1)) is not None


async def how_it_came(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    """代报, for those who work on it; 自行处置, for everybody."""
    if ticket.entry == "relay" and card.audience != "group":
        return [words.say(locale, "entry.relay")]
    return [words.say(locale, "entry.spot")] if ticket.entry == "spot" else []
