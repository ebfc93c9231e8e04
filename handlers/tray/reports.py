"""Reports of which a picture wants a look: nobody is rung for them; a tray tells of them with whatever else it says."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.proved import marks_of_one
from models.chat import Chat
from models.person import Person
from models.photo import Photo
from models.ticket import OPEN, Ticket

MOST = 3


async def reports_to_look_at(
    session: AsyncSession, chat: Chat, grids: Sequence[int], top: int | None, book: Book, locale: str, now: datetime
) -> list[str]:
    """The newest of these grids that are not done with. top: the ticket whose card says it already."""
    if not grids or chat.person_id is None:
        return []
    found = await session.execute(
        select(Photo, Ticket)
        .join(Ticket, Ticket.id == Photo.ticket_id)
        .where(
            Ticket.grid_id.in_(grids), Ticket.stage.in_(OPEN), Ticket.id != (top or 0), Photo.role == "before",
            cast(Photo.marks, Text).contains('"fail"'),
        )
        .order_by(Photo.id.desc())
        .limit(MOST)
    )  # fmt: skip
    rows = [(photo, ticket) for photo, ticket in found]
    readers = list(await session.scalars(Person.by_ids([chat.person_id]))) if rows else []
    return [
        words.plain(locale, "proof.report", number=ticket.number, told=mark)
        for photo, ticket in rows
        for mark in await marks_of_one(session, photo, book, locale, now, readers)
    ]
