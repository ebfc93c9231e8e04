"""Below a card: why it is no case, what it became part of, that its leader waits, that no picture is needed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.fitting import in_short
from models.card import Card
from models.ticket import IN_HAND, Stage, Ticket, TicketEvent

STAFF = ("department", "joint", "leader", "staff")


async def sorted_notes(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    """Plain sentences; the templates of the cards escape them."""

    def told(key: str, **values: Any) -> str:
        return words.plain(locale, key, now=now, zone=book.zone, **values)

    if ticket.stage == Stage.DECLINED:
        return [told("note.declined", reason=await _reason(session, ticket, "declined"))]
    if ticket.stage == Stage.MERGED:
        into = await session.get(Ticket, ticket.merged_into_id)
        return [told("note.merged", into=into.number)] if into is not None else []
    found = []
    if ticket.stage in IN_HAND and ticket.round > 1 and card.audience in STAFF:
        again = await _last(session, ticket, "reopened", "unsolved")
        if again is not None:
            found.append(told("note.again", round=ticket.round, reason=in_short(again.data.get("reason"))))
    if ticket.stage in IN_HAND and ticket.urged_at is not None:
        found.append(told("note.urged", at=ticket.urged_at))
    if ticket.stage in IN_HAND and ticket.photo_waived and card.audience in STAFF:
        found.append(told("note.waived", reason=await _reason(session, ticket, "waived")))
    if card.audience in STAFF and ticket.is_open:
        numbers = await _absorbed(session, ticket)
        if numbers:
            found.append(told("note.absorbed", numbers=numbers))
    return found


async def _reason(session: AsyncSession, ticket: Ticket, kind: str) -> str | None:
    event = await _last(session, ticket, kind)
    return in_short(event.data.get("reason")) if event is not None else None


async def _absorbed(session: AsyncSession, ticket: Ticket) -> list[str]:
    """Numbers of the tickets that became part of this one."""
    said = TicketEvent.of(ticket.id).where(TicketEvent.kind == "absorbed")
    ids = [event.data["ticket"] for event in await session.scalars(said)]
    if not ids:
        return []
    return list(await session.scalars(select(Ticket.number).where(Ticket.id.in_(ids)).order_by(Ticket.id)))


async def _last(session: AsyncSession, ticket: Ticket, *kinds: str) -> TicketEvent | None:
    said = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(kinds))
    last: TicketEvent | None = await session.scalar(said.order_by(TicketEvent.seq.desc()).limit(1))
    return last
