"""Why a ticket went where it is, and why it waits: in words, for whoever asks (field.md i, 7)."""

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.fitting import in_short
from models.card import Card
from models.district import District
from models.ticket import UNSETTLED, WITH_LEADER, Border, Stage, Ticket, TicketEvent
from models.ticket.chasing import Cause

ROUTES = "routes:"


def rule_told(book: Book, locale: str, ticket: Ticket, rule: str | None, led: int | None = None) -> str | None:
    """The rule of a `dispatched` event, in words: 按路由规则 20（路面塌陷，全区）.

    led: of which grid he is the leader who sent it, where that is told.
    """
    if rule is None:
        return None
    if not rule.startswith(ROUTES):
        leads = book.grids.get(led or 0)
        return words.plain(locale, f"rule.{rule}", grid=leads.name if leads else None)
    priority, grid = rule.removeprefix(ROUTES), book.grids[ticket.grid_id]
    of_that = [route for route in book.routes if str(route.priority) == priority]
    route = next((route for route in of_that if route.covers(ticket.category, grid)), None)
    if route is None:  # the district has changed its rules since, or what the ticket is
        return words.plain(locale, "rule.routes", priority=priority, category=None, grid=None)
    known, within = book.categories.get(route.category), book.grids.get(route.grid_id or 0)
    return words.plain(
        locale, "rule.routes", priority=priority,
        category=known.name(locale) if known else words.plain(locale, "rule.any_category"),
        grid=within.name if within else words.plain(locale, "rule.anywhere"),
    )  # fmt: skip


async def rule_of(session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str) -> str | None:
    """By what rule it went where it is, for its leader to see; others ask for the ticket."""
    if card.audience != "leader" or ticket.department_id is None:
        return None
    sent = TicketEvent.of(ticket.id).where(TicketEvent.kind == "dispatched").order_by(None)
    last = await session.scalar(sent.order_by(TicketEvent.seq.desc()).limit(1))
    return rule_told(book, locale, ticket, last.data.get("rule")) if last else None


def why_it_waits(
    book: Book, locale: str, ticket: Ticket, reason: str | None, *, is_unheard: bool = False, judges: bool = True
) -> list[str]:  # fmt: skip
    """In a sentence or two. reason: of the last return. is_unheard: its department reads nothing here. judges: whoever
    reads this may know that a picture wants a look."""
    told = []
    if ticket.stage in WITH_LEADER:
        told.append(words.plain(locale, f"waits.{_cause(book.district, ticket)}", reason=in_short(reason)))
    elif is_unheard:
        department = book.departments.get(ticket.department_id or 0)
        told.append(
            words.plain(
                locale, "waits.unheard", department=department.name if department else None,
                phone=department.phone if department else None,
            )
        )  # fmt: skip
    elif ticket.is_outside and ticket.stage == Stage.DISPATCHED:
        told.append(words.plain(locale, "waits.outside"))
    if ticket.is_late:
        department = book.departments.get(ticket.department_id or 0)
        told.append(
            words.plain(
                locale, "waits.late", department=department.name if department else None,
                secure=ticket.cause == Cause.SECURE,
            )
        )  # fmt: skip
    elif ticket.is_held and judges:
        told.append(words.plain(locale, "waits.doubted"))
    elif ticket.stage == Stage.RESOLVED and ticket.late_for is not None:
        told.append(words.plain(locale, "waits.unchecked"))
    if ticket.border_id is not None and ticket.border_stage in UNSETTLED:
        here, there = book.grids[ticket.grid_id].name, book.grids[ticket.border_id].name
        key = "waits.disowned" if ticket.border_stage == Border.HALF else "waits.border"
        told.append(words.plain(locale, key, grid=here, other=there))
    return told


def escalated_to_him(book: Book, locale: str, below: int, minutes: int, cause: str | None = None) -> str:
    """Why it stands before somebody whose grid it is not: the one below did not say whose it is, or could not hurry
    the department."""
    return words.plain(locale, "waits.escalated", grid=book.grids[below].name, minutes=minutes, cause=cause)


def _cause(district: District, ticket: Ticket) -> str:
    if ticket.stage == Stage.RETURNED:
        return "returned"
    if ticket.is_outside:
        return "outside"
    if ticket.place_source == "nowhere":
        return "nowhere"
    if district.triage == "leader":
        return "pending"
    return "unsure" if ticket.reading.is_unsure else "unknown"
