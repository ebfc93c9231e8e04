"""Tickets that may tell of the same incident, as a card that asks keeps them and shows them as buttons."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers import words
from handlers.book import Book
from handlers.kinds import short_name
from handlers.labels import Label, Rows
from models.ticket import Ticket

ASKS = "merge"


@dataclass(frozen=True, slots=True)
class Alike:
    """metres: how far it is; None: nobody knows. minutes: how long ago it was reported, when it was asked."""

    number: str
    category: str
    metres: int | None
    minutes: int

    def packed(self) -> str:
        return f"{self.number}/{self.category}/{'' if self.metres is None else self.metres}/{self.minutes}"

    @classmethod
    def unpacked(cls, text: str) -> "Alike":
        number, category, metres, minutes = text.split("/")
        return cls(number, category, int(metres) if metres else None, int(minutes))


def packed(found: Iterable[Alike]) -> str:
    """What the card asks, with what it offers: `merge:LH2611210007/E0505/20/35,…`"""
    return f"{ASKS}:{','.join(one.packed() for one in found)}"


def offered(asks: str) -> list[Alike]:
    return [Alike.unpacked(one) for one in asks.partition(":")[2].split(",") if one]


def alike_buttons(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    return [[Label(verb="merge", ticket=ticket.number, argument=one.number, text=_label(one, book, locale))]
            for one in offered(asks)]  # fmt: skip


def _label(one: Alike, book: Book, locale: str) -> str:
    return words.plain(
        locale, "merge.offered", short=one.number[-4:], category=short_name(book.category(one.category), locale),
        metres=one.metres, minutes=one.minutes, hours=one.minutes // 60, days=one.minutes // 1440,
    )  # fmt: skip
