"""What a card tells of a ticket, in the language of its chat."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.fitting import in_short
from handlers.cards.notes import notes_of
from handlers.cards.origin import Origin, Outside, origin_of, outside_of
from handlers.cards.roll_call import own_task
from handlers.danger import POLICE, Call, call_to, whom_to_call
from handlers.kinds import kinds_for_reporter, short_name
from handlers.whose import rule_of
from models.card import Card, Witness
from models.category import Category
from models.task import Task
from models.ticket import Stage, Ticket, TicketEvent
from models.told import Told
from reading.datum import map_link, to_datum
from reading.tags import untagged

MOST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Face:
    """What a card tells, already in the chat's language."""

    number: str
    stage: str
    category: str
    grid: str
    place: str | None
    place_source: str
    is_nowhere: bool
    map: str | None
    department: str | None
    phone: str | None
    deadline: datetime | None
    secure_by: datetime | None
    secured: bool
    urgent: bool
    is_dangerous: bool
    is_open: bool
    is_restricted: bool
    waived: bool
    part_done: bool
    calls: tuple[Call, ...]
    because: tuple[str, ...]
    is_unsure: bool
    others: tuple[str, ...]
    text: str
    met: int
    reason: str | None
    overdue: bool
    asks: str | None
    origin: Origin | None
    outside: Outside | None
    rule: str | None
    notes: tuple[str, ...] = ()

    @property
    def question(self) -> str | None:
        """What stands under `asks.` in the catalogues; what is asked of the reporter has words of its own."""
        return self.asks.partition(":")[0] if self.asks and self.asks != "sort" else None


async def face_of(session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime) -> Face:
    category, department = book.category(ticket.category), book.departments.get(ticket.department_id or 0)
    # What it was read from, and by when it is to be done, is news only until it is mended.
    told, is_new = ticket.reading, ticket.may_be_recategorised
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
        place_source=_place_source(ticket, locale),
        is_nowhere=ticket.place_source == "nowhere",
        map=point,
        department=department.name if department else None,
        phone=department.phone if department else None,
        deadline=ticket.deadline if is_new else None,
        secure_by=ticket.secure_by if is_new and ticket.secured_at is None else None,
        secured=ticket.secured_at is not None,
        urgent=(ticket.is_urgent or (category.is_urgent and not told.is_guess)) and not ticket.is_danger_over,
        is_dangerous=ticket.is_urgent and not ticket.is_danger_over,
        is_open=ticket.is_open,
        is_restricted=ticket.is_restricted,
        waived=ticket.photo_waived,
        part_done=await _is_done(session, card, ticket),
        calls=_calls(card, ticket, category, book, locale),
        because=told.pieces_beside(ticket.text, ticket.place) if is_new else (),
        is_unsure=told.is_unsure and is_new,
        others=_others(told, book, locale) if is_new else (),
        text=untagged(ticket.text),
        met=met or 0,
        reason=in_short(returned.data.get("reason")) if returned else None,
        overdue=ticket.is_overdue(now),
        asks=card.asks or _asks_reporter(card, ticket, book),
        origin=await origin_of(session, card, ticket),
        outside=outside_of(ticket, book),
        rule=await rule_of(session, card, ticket, book, locale),
        notes=await notes_of(session, card, ticket, book, locale, now),
    )


async def _is_done(session: AsyncSession, card: Card, ticket: Ticket) -> bool:
    """Whether the part of the department that reads this is done, and the ticket is not."""
    if ticket.response is None:
        return False
    own = await own_task(session, card, list(await session.scalars(Task.of(ticket.id, ticket.round))))
    return own is not None and own.done_at is not None


def _asks_reporter(card: Card, ticket: Ticket, book: Book) -> str | None:
    return "sort" if card.audience in ("group", "private") and kinds_for_reporter(ticket, book) else None


def _calls(card: Card, ticket: Ticket, category: Category, book: Book, locale: str) -> tuple[Call, ...]:
    """Whom to call first, as long as the danger lasts. In a group a restricted case shows no more than the numbers
    its own words ask for: the category's would tell what it is about; and none where it was told elsewhere. What is
    told to be dangerous has one; where it is only the police, who is in charge of it stands beside them."""
    if ticket.is_danger_over:
        return ()
    is_hidden = card.audience == "group" and ticket.is_restricted
    if is_hidden and card.chat_id != ticket.chat_id:
        return ()
    if ticket.is_urgent:
        calls = ticket.reading.calls or ((category.hotline or POLICE),)
        found = whom_to_call(book, locale, calls, None if is_hidden else category.hotline)
        is_bare = not (ticket.reading.calls or category.hotline or is_hidden)
        department = book.departments.get(ticket.department_id or 0) if is_bare else None
        return tuple({call.number: call for call in (*found, *call_to(department, locale))}.values())
    calls_first = (category.is_urgent or category.deadline_unit == "now") and not ticket.reading.is_guess
    return whom_to_call(book, locale, (), category.hotline) if calls_first and not is_hidden else ()


def _others(told: Told, book: Book, locale: str) -> tuple[str, ...]:
    """What else was told of, as far as a group may read it."""
    found = [book.categories[code] for code in told.others if code in book.categories]
    return tuple(short_name(category, locale) for category in found if not category.is_restricted)[:MOST_OTHERS]


def _place_source(ticket: Ticket, locale: str) -> str:
    if ticket.place_source == "text" and not ticket.spot.has_point:
        return words.plain(locale, "card.unfound")
    source = words.plain(locale, "card.placed", source=words.plain(locale, f"place_source.{ticket.place_source}"))
    if not ticket.accuracy:
        return source
    return source + words.plain(locale, "card.within", metres=_about(ticket.accuracy))


def _about(metres: float) -> int:
    """No telephone knows it to the metre."""
    return round(metres / 10) * 10 or 10
