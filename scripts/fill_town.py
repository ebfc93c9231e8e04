"""Fill a database with a district's history: `python scripts/fill_town.py DATABASE_URL --tickets 1000000 --seed 1`.

At the yearly rate of the field (39,601 reports a year), so that a million is 25 years; at any size the same 138 are
open, all of them among the newest thousand. With events, witnesses, cards, messages and tallies as the bot would have
left them: every ticket can be replayed, and the tallies are what its events tell (tests/bot/test_fill_town.py).
A database without a district gets the demo district; one that has tickets is left alone.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # run as a file

from sqlalchemy import func, select

from bot.clock import Clock
from bot.database import Database
from bot.demo import demo_district
from bot.district.loading import load_folder
from bot.migrating import migrate
from handlers.book import Book
from handlers.counting import yardstick
from models.chat import Chat
from models.grid import Grid
from models.tally import spans_of
from models.ticket import Ticket, short_number
from models.ticket.number import case_code
from scripts.plots import ENDED, LEADER, OFFICERS, OPEN, Plot, plots
from scripts.shelves import Shelf, Shelves, open_shelves

A_YEAR = 39_601
PACE = timedelta(days=365.25) / A_YEAR
RECENT, OPEN_NOW = 1_000, 138
RIDERS = 300
FIRST_PERSON = 100_000
QUIET = timedelta(minutes=6)
"""Nothing was reported in the last minutes: the youngest ticket has its first events behind it."""


async def fill(url: str, count: int, seed: int, until: datetime | None = None) -> dict[str, int]:
    """Returns how many rows went into which table. until: the moment the history ends, default now."""
    database = Database.opened(url)
    try:
        await migrate(database)
        async with database.read() as session:
            book = await Book.read(session)
        if book is None:
            with demo_district() as folder:
                await load_folder(database, folder, Clock())
        async with database.read() as session:
            book = await Book.read(session)
            if await session.scalar(select(func.count()).select_from(Ticket)):
                raise SystemExit("this town has tickets of its own: nothing was changed")
            chats = list(await session.scalars(select(Chat)))
    finally:
        await database.close()
    assert book is not None
    history = History(book, chats, seed, until or datetime.now(UTC))
    async with open_shelves(url) as shelves:
        return await history.put(shelves, count)


class History:
    """Tickets one after another, the oldest first, and what goes with them."""

    def __init__(self, book: Book, chats: Sequence[Chat], seed: int, until: datetime) -> None:
        self.book, self.until = book, until.replace(microsecond=0)
        groups = {chat.grid_id: chat.id for chat in chats if chat.grid_id is not None}
        offices = {chat.department_id: chat.id for chat in chats if chat.department_id is not None}
        self.offices = offices
        self.grounds: list[tuple[Grid, int | None]] = [
            (book.grids[id], chat) for id, chat in groups.items() if id in book.grids
        ]
        self.grounds = self.grounds or [(grid, None) for grid in book.grids.values()]
        measure = yardstick(book)
        self.ended = sorted(plots(book, ENDED, 4, seed, measure), key=lambda plot: plot.length)
        self.open = sorted(plots(book, OPEN, 8, seed + 1, measure), key=lambda plot: plot.length)
        self.older, self.newer = random.Random(seed + 2), random.Random(seed + 3)  # noqa: S311 - a played history
        self.serials: Counter[date] = Counter()

    async def put(self, shelves: Shelves, count: int) -> dict[str, int]:
        await shelves.people(self._people())
        sums = Sums(self.book)
        ticket, events, tasks = (Shelf(shelves, name) for name in ("tickets", "ticket_events", "tasks"))
        messages, cards, witnesses, tallies = (
            Shelf(shelves, name) for name in ("messages", "cards", "witnesses", "tallies")
        )
        for id, (plot, at, (grid, chat), rider, other) in enumerate(self._told(count), start=1):
            day = at.astimezone(self.book.zone).date()
            self.serials[day] += 1
            serial, moved = self.serials[day], Move(at, grid.id, rider, other)
            office = self.offices.get(plot.ticket["department_id"])
            heard = 4 * id - 3
            stamp, post = shelves.base.when(at), f"9{id:09}"
            if chat is not None:
                messages.add(heard, chat, post, rider, id, "report", stamp)
                messages.add(heard + 1, chat, f"{post}c", None, id, "card", stamp)
                cards.add(heard + 1, id, chat, "group", heard + 1)
            if office is not None:
                messages.add(heard + 2, office, post, None, id, "card", stamp)
                cards.add(heard + 2, id, office, "department", heard + 2)
            report = heard if chat is not None else None
            witnesses.add(2 * id, id, rider, report, stamp)
            if plot.met:
                witnesses.add(2 * id + 1, id, other, None, shelves.base.when(at + plot.met[0]))
            ticket.move(
                plot, "ticket", plot.ticket, moved, id=id,
                number=short_number(self.book.district.prefix, day, serial),
                case_code=case_code(self.book.district.adcode, day, serial), chat_id=chat, report_id=report,
                counted=sums.counted(plot, day, grid), counted_seq=plot.ticket["last_seq"],
            )  # fmt: skip
            for number, event in enumerate(plot.events):
                events.move(plot, number, event, moved, id=id * 32 + number, ticket_id=id)
            for number, task in enumerate(plot.tasks):
                tasks.move(plot, f"task {number}", task, moved, id=id * 4 + number, ticket_id=id)
            for row in sums.take(plot, day, grid):
                tallies.add(*row[:3], shelves.base.day(row[3]), *row[4:])
            if id % 5_000 == 0:
                await shelves.flush()
        for row in sums.rest():
            tallies.add(*row[:3], shelves.base.day(row[3]), *row[4:])
        await shelves.close(self.serials)
        return shelves.counts

    def _told(self, count: int) -> Iterator[tuple[Plot, datetime, tuple[Grid, int | None], int, int]]:
        chosen = set(range(20)) | set(self.newer.sample(range(20, RECENT), OPEN_NOW - 20))
        for left in reversed(range(count)):
            chance = self.newer if left < RECENT else self.older
            at = self.until - QUIET - left * PACE - timedelta(seconds=chance.randrange(300))
            at = at.replace(microsecond=0)
            among = self.open if left in chosen else self.ended
            plot = among[chance.randrange(len(among))]
            while at + plot.length > self.until:
                among = [shorter for shorter in among if shorter.length < plot.length] or self.open[:1]
                plot = among[chance.randrange(len(among))]
            rider = FIRST_PERSON + chance.randrange(RIDERS)
            other = FIRST_PERSON + (rider + 1 - FIRST_PERSON) % RIDERS
            yield plot, at, self.grounds[chance.randrange(len(self.grounds))], rider, other

    def _people(self) -> list[tuple[int, str]]:
        """Riders, and whoever speaks in the plots. Nobody's name is real."""
        speakers = [LEADER, *(OFFICERS + id for id in self.book.departments)]
        return [(id, f"路人{id}") for id in (*speakers, *range(FIRST_PERSON, FIRST_PERSON + RIDERS))]


class Move:
    """Where and when one ticket stands for its plot."""

    __slots__ = ("at", "grid", "other", "rider")

    def __init__(self, at: datetime, grid: int, rider: int, other: int) -> None:
        self.at, self.grid, self.rider, self.other = at, grid, rider, other


class Sums:
    """The tallies, added up as the days go by: what is over is handed out, and not kept."""

    def __init__(self, book: Book) -> None:
        self.lines = {grid.id: grid.line for grid in book.grids.values()}
        self.sums: dict[tuple[date, str], defaultdict[tuple[str, int], Counter[str]]] = {}
        self.day: date | None = None
        self._words: dict[tuple[int, int], tuple[str, str]] = {}
        self._next = 1

    def counted(self, plot: Plot, day: date, grid: Grid) -> str:
        """As handlers/counting.py leaves it with the ticket."""
        key = (id(plot), grid.id)
        if key not in self._words:
            departments = {str(id): dict(figures) for id, figures in plot.account.of_departments.items()}
            held = {"grids": self.lines[grid.id], "all": dict(plot.account.of_all), "departments": departments}
            self._words[key] = '{"day": "', '", ' + json.dumps(held)[1:]
        before, after = self._words[key]
        return f"{before}{day.isoformat()}{after}"

    def take(self, plot: Plot, day: date, grid: Grid) -> Iterator[tuple[Any, ...]]:
        """Adds a ticket to its day; hands out the rows of the spans that are over."""
        if day != self.day:
            yield from self._end(day)
            self.day = day
        shares = [(("district", 0), plot.account.of_all)]
        shares += [(("grid", id), plot.account.of_all) for id in self.lines[grid.id]]
        shares += [(("department", id), figures) for id, figures in plot.account.of_departments.items()]
        rows = self.sums.setdefault((day, "day"), defaultdict(Counter))
        for scope, figures in shares:
            row = rows[scope]
            for name, many in figures.items():
                row[name] += many

    def rest(self) -> Iterator[tuple[Any, ...]]:
        yield from self._end(None)

    def _end(self, day: date | None) -> Iterator[tuple[Any, ...]]:
        """The day before is over, and perhaps its month and its year."""
        if self.day is None:
            return
        going = {(first, span.value) for first, span in spans_of(day)} if day else set()
        of_day = self.sums[self.day, "day"]
        for first, span in spans_of(self.day)[1:]:
            longer = self.sums.setdefault((first, span.value), defaultdict(Counter))
            for scope, figures in of_day.items():
                longer[scope].update(figures)
        for slot in sorted(set(self.sums) - going):
            for (scope, id), figures in self.sums.pop(slot).items():
                yield self._next, scope, id, slot[0], slot[1], json.dumps(figures)
                self._next += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database_url")
    parser.add_argument("--tickets", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    counts = asyncio.run(fill(asked.database_url, asked.tickets, asked.seed))
    told = ", ".join(f"{many:,} {name}" for name, many in counts.items())
    print(f"{told} · {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
