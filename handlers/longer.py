"""How much longer, as people write it behind 延期: 4小时, 5天; a day by which (明天, 到12月1日); 一个星期."""

import re
from datetime import datetime
from decimal import Decimal

from handlers import when
from handlers.book import Book
from models.refusal import Refusal
from models.ticket import Ticket

WEEKS = re.compile(rf"\s*+(?:延\s*+)?(?:{when.N}|半)\s*+(?:个\s*+)?(?:周|星期|礼拜|weeks?\b)", re.IGNORECASE)


def longer(text: str, ticket: Ticket, now: datetime, book: Book) -> tuple[Decimal | None, str]:
    """In hours of its clock; None: the words tell none. And the rest of them. Raises Refusal for a day that is no
    later than its deadline."""
    text, due = text.strip(), ticket.deadline
    if due is not None and WEEKS.match(text):
        # Natural days from when it is due, whatever of them its clock counts.
        local = due.astimezone(book.zone)
        until, rest = when.moment(text, due, book.zone, local.time())
        return _until(ticket, until, book), rest
    hours, rest = when.hours(text, ticket.hours_a_day)
    if hours is not None and text.endswith(rest):
        return hours, rest
    # A day without its hour ends with the last hour of work.
    until, kept = when.moment(text, now, book.zone, book.hours.work[-1][1])
    if until is None or not text.endswith(kept):
        return hours, rest  # a day within the reason is none
    return _until(ticket, until, book), kept


def _until(ticket: Ticket, until: datetime | None, book: Book) -> Decimal:
    hours = ticket.hours_until(until, book.hours) if until is not None else Decimal(0)
    if not hours:
        raise Refusal("extend.not_later", number=ticket.number, until=ticket.deadline)
    return hours
