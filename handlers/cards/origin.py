"""Where a report came from, for a group that did not hear it; and what is said of one that lies outside."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.book import Book
from models.card import Card
from models.chat import Chat
from models.person import Address
from models.ticket import Ticket

EVERYBODY = "12345"
"""The line for whatever is not ours, where the district names none."""


@dataclass(frozen=True, slots=True)
class Origin:
    """name: who reported it, if he agreed to be named; None: a resident."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Outside:
    """Whose place it is not, and whom to call instead."""

    district: str
    hotline: str


async def origin_of(session: AsyncSession, card: Card, ticket: Ticket) -> Origin | None:
    """None: the card answers the report itself, or is none of a group's."""
    if card.audience != "group" or card.chat_id == ticket.chat_id:
        return None
    if not ticket.is_named or ticket.is_restricted:
        return Origin(None)
    named = (
        select(Address.name)
        .join(Chat, Chat.channel == Address.channel)
        .where(Address.person_id == ticket.reporter_id, Chat.id == card.chat_id)
        .limit(1)
    )
    return Origin(await session.scalar(named) or None)


def outside_of(ticket: Ticket, book: Book) -> Outside | None:
    """None: it is ours, or done with. Also one that a department has: who told of it may call where it is quicker."""
    if not ticket.is_outside or not ticket.is_open:
        return None
    return Outside(book.district.name, book.district.hotline or EVERYBODY)
