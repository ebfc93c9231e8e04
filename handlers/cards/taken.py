"""Who of a department took a ticket: for his colleagues, and for nobody else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from models.card import Card
from models.chat import Chat
from models.person import Address, Person
from models.ticket import Stage, Ticket, TicketEvent
from reading.tags import untagged


async def taken_note(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    if card.audience not in ("department", "staff") or ticket.stage != Stage.WORKING or ticket.accepted_at is None:
        return []
    chat = await session.get_one(Chat, card.chat_id)
    if not await _is_colleague(session, chat, ticket.department_id):
        return []
    took = TicketEvent.of(ticket.id).where(TicketEvent.kind == "accepted").order_by(None)
    by_id = await session.scalar(took.order_by(TicketEvent.seq.desc()).limit(1).with_only_columns(TicketEvent.by_id))
    named = select(Address.name).where(Address.person_id == by_id, Address.channel == chat.channel)
    name = await session.scalar(named.limit(1))
    return [words.plain(locale, "note.taken", name=untagged(name))] if name else []


async def _is_colleague(session: AsyncSession, chat: Chat, department_id: int | None) -> bool:
    if chat.person_id is None:
        return department_id is not None and chat.department_id == department_id
    people = await session.scalars(Person.by_ids([chat.person_id]))
    return any(person.works_for(department_id) for person in people.unique())
