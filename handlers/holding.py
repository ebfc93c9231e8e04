"""Who must act on a ticket now, in words."""

from collections.abc import Iterable
from datetime import datetime

from handlers import words
from handlers.book import Book
from models.task import Task
from models.ticket import Ticket
from models.ticket.holding import holder_of


def holder_told(book: Book, locale: str, ticket: Ticket, tasks: Iterable[Task], now: datetime) -> str:
    """In a few words. tasks: of this round, where several were called to it."""
    holder = holder_of(ticket, tasks)
    names = "、".join(book.departments[id].name for id in holder.departments if id in book.departments)
    return words.plain(locale, f"holds.{holder.hand}", parties=names, until=holder.until, now=now, zone=book.zone)
