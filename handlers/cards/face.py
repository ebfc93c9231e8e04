"""What a card tells of a ticket, in the language of its chat."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from models.card import Card, Witness
from models.ticket import Stage, Ticket, TicketEvent
from reading.datum import map_link, to_datum


@dataclass(frozen=True, slots=True)
class Face:
    """What a card tells, already in the chat's language."""

    number: str
    stage: str
    category: str
    grid: str
    place: str | None
    place_source: str
    map: str | None
    department: str | None
    phone: str | None
    deadline: datetime | None
    secure_by: datetime | None
    secured: bool
    urgent: bool
    hotline: str | None
    text: str
    met: int
    reason: str | None
    overdue: bool
    asks: str | None


async def face_of(session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime) -> Face:
    category, department = book.category(ticket.category), book.departments.get(ticket.department_id or 0)
    returned = None
    if ticket.stage == Stage.RETURNED:
        returned = await session.scalar(
            select(TicketEvent)
            .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "returned")
            .order_by(TicketEvent.seq.desc())
            .limit(1)
        )
    met = await session.scalar(select(func.count()).select_from(Witness).where(Witness.ticket_id == ticket.id))
    point = None
    if ticket.latitude is not None and ticket.longitude is not None:
        latitude, longitude = to_datum(ticket.latitude, ticket.longitude, "wgs84", book.datum)
        point = map_link(latitude, longitude, datum=book.datum, name=ticket.place or ticket.number)
    return Face(
        number=ticket.number,
        stage=ticket.stage,
        category=category.name(locale),
        grid=book.grids[ticket.grid_id].name,
        place=ticket.place,
        place_source=words.plain(locale, f"place_source.{ticket.place_source}"),
        map=point,
        department=department.name if department else None,
        phone=department.phone if department else None,
        deadline=ticket.deadline,
        secure_by=ticket.secure_by if ticket.secured_at is None else None,
        secured=ticket.secured_at is not None,
        urgent=ticket.is_urgent or category.is_urgent,
        hotline=category.hotline if ticket.is_urgent or category.is_urgent or category.deadline_unit == "now" else None,
        text=ticket.text,
        met=met or 0,
        reason=returned.data.get("reason") if returned else None,
        overdue=ticket.is_overdue(now),
        asks=card.asks,
    )
