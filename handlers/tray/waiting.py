"""What waits in a leader's tray."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.book import Book
from handlers.leaders import standing
from models.chat import Chat
from models.draft import Draft
from models.photo import Photo
from models.ticket import Ticket
from models.tray import Tray


@dataclass(frozen=True, slots=True)
class Waiting:
    """ids: of tickets, the most pressing first. photos: without words and unexplained, the newest first.
    rungs: how often a ticket of these grids must have been told further up before it stands here."""

    ids: list[int]
    photos: list[Draft]
    rungs: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def above(self, ticket: Ticket) -> int:
        """How many levels below had it first. 0: it is this leader's own."""
        return next((above for above, grids in self.rungs.items() if ticket.grid_id in grids), 0)

    def top(self, tray: Tray) -> int | None:
        """The ticket he turned to, as long as it waits; else the most pressing."""
        if tray.ticket_id in self.ids:
            return tray.ticket_id
        return self.ids[0] if self.ids else None

    def after(self, ticket_id: int) -> int | None:
        """The next one, and after the last the first again."""
        if not self.ids:
            return None
        at = self.ids.index(ticket_id) + 1 if ticket_id in self.ids else 0
        return self.ids[at % len(self.ids)]


async def what_waits(session: AsyncSession, book: Book, chat: Chat, at: datetime) -> Waiting:
    """Four questions, however much waits."""
    rungs = await standing(session, book, chat)
    if not rungs:
        return Waiting([], [])
    ids = await session.scalars(Ticket.waiting_for(rungs, at, book.district.limit("urge")).with_only_columns(Ticket.id))
    return Waiting(list(ids), await unexplained(session, rungs.get(0, ()), at), rungs)


async def unexplained(session: AsyncSession, grids: Sequence[int], at: datetime) -> list[Draft]:
    """Photos without words in the groups of these grids, the newest first."""
    groups = select(Chat.id).where(Chat.grid_id.in_(grids))
    return list(await session.scalars(Draft.unexplained_in(groups, at).order_by(None).order_by(Draft.id.desc())))


async def pictures_in(session: AsyncSession, drafts: Sequence[Draft]) -> int:
    """How many pictures: an album is several."""
    of = Photo.draft_id.in_([draft.id for draft in drafts])
    return await session.scalar(select(func.count()).select_from(Photo).where(of)) or 0 if drafts else 0
