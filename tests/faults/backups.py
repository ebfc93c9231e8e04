"""Back up at random moments while people report, put it back, and look whether that is one moment of one town.

    python -m tests.faults.backups --times 100 --seed 1 [--mutant torn|file_copy]

The real bot and the simulator in one process; between two tables of a backup the town goes on. What was put back is
asked for itself: SQLite's own checks, rows that name each other, tickets as their events tell them, every picture,
and whether everything Telegram was told we have is there (I1).
"""

import argparse
import asyncio
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.moving.backup import back_up
from bot.moving.restore import restore
from bot.moving.rows import Row, Shape
from bot.moving.source import Snapshot
from bot.settings import BadSettings
from handlers.book import Book
from tests.bot.carried import settings, url_of
from tests.cast import Player, Town, town_in
from tests.replaying import untold_by_events

WORDS = (
    "团结西路印刷技校门口,路面有一处塌陷", "红光路垃圾满溢", "西柳巷路灯不亮", "印刷技校北门口井盖坏了",
    "团结西路印刷技校对面路灯不亮",
)  # fmt: skip
MUTANTS = ("torn", "file_copy")
COPIES = "SELECT media FROM photos WHERE state = 'kept' UNION SELECT public FROM photos WHERE state = 'kept'"
CROSSED = {
    "an outbox row without its card": "SELECT count(*) FROM outbox o LEFT JOIN cards c ON c.id = o.card_id"
    " WHERE o.card_id IS NOT NULL AND c.id IS NULL",
    "a ticket without events": "SELECT count(*) FROM tickets t WHERE t.last_seq <>"
    " (SELECT count(*) FROM ticket_events e WHERE e.ticket_id = t.id)",
    "a ticket nobody was told of": "SELECT count(*) FROM tickets t WHERE NOT EXISTS"
    " (SELECT 1 FROM outbox o WHERE o.ticket_id = t.id)",
    "a number of a ticket that was never given": "SELECT count(*) FROM tickets WHERE CAST(substr(number, 9) AS INTEGER)"
    " > (SELECT max(last) FROM serials)",
}


@dataclass
class Outcome:
    """faults: what was wrong, in how many of the times. unkept: updates Telegram was told we have, and that are in
    none of the rows put back."""

    times: int = 0
    consistent: int = 0
    unkept: int = 0
    rows: int = 0
    again: int = 0
    silent: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = "".join(f"; {fault}: {times}" for fault, times in self.faults.most_common())
        return (
            f"{self.consistent} of {self.times} consistent, {self.unkept} confirmed updates missing"
            f" ({self.rows} rows put back; may be said once more {self.again}, given up {self.silent}){told}"
        )


class Life:
    """People who report, press and mend, as the dice have it; a step is one of them and what the bot does about it."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self.town, self.dice = town, dice

    async def step(self) -> None:
        dice, town = self.dice, self.town
        town.clock.moment += timedelta(seconds=dice.uniform(1, 90))
        if dice.random() < 0.35:
            await self._works(dice.choice((town.lu, town.dai)))
        else:
            await self._reports(dice.choice((town.lin, town.mei, town.wang)))
        if dice.random() < 0.7:
            await town.settles()  # else it is in the middle of something when the next comes

    async def _reports(self, player: Player) -> None:
        words, town = self.dice.choice(WORDS), self.town
        said = {"photos": [{"upload": town.picture()}]} if self.dice.random() < 0.3 else {}
        town.simulator.post(player.id, player.home, words if said else f"/report {words}", **said)
        await town._receive()
        await town.machine.worker.turn()

    async def _works(self, player: Player) -> None:
        cards = [message for message in self.town.ours(player.home) if "接单" in message.labels]
        if cards:
            card = self.dice.choice(cards)
            self.town.simulator.press(player.id, player.home, card.id, card.data("接单"))
            await self.town._receive()
            await self.town.machine.worker.turn()


@contextmanager
def going_on(step: Callable[[], Awaitable[None]], *, torn: bool) -> Iterator[None]:
    """Between two tables of a backup the town goes on. torn: and each table is read as it is by then."""
    pages = Snapshot.pages

    async def between(self: Snapshot, shape: Shape, after: Any = None) -> AsyncIterator[list[Row]]:
        async for page in pages(self, shape, after):
            yield page
        if torn:
            await self.session.rollback()
        if shape.name in ("inbox", "chats", "messages", "tickets", "cards", "ticket_events", "outbox"):
            await step()

    Snapshot.pages = between  # type: ignore[method-assign]
    try:
        yield
    finally:
        Snapshot.pages = pages  # type: ignore[method-assign]


async def run(folder: Path, *, times: int, seed: int, mutant: str | None = None) -> Outcome:
    """`folder` is empty. The same for the same seed."""
    dice, outcome = random.Random(seed), Outcome()
    async with town_in(folder / "town") as town:
        life = Life(town, dice)
        for number in range(times):
            for _ in range(dice.randrange(1, 6)):
                await life.step()
            await _once(town, life, folder / f"{number}", outcome, mutant)
    return outcome


async def _once(town: Town, life: Life, aside: Path, outcome: Outcome, mutant: str | None) -> None:
    database = town.machine.runtime.database
    assert database.path is not None
    media, confirmed = database.path.parent / "media", town.seen - 1
    again = settings(url_of(aside / "town.db"), aside / "media")
    said: list[str] = []
    found: set[str] = set()
    outcome.times += 1
    if mutant == "file_copy":
        aside.mkdir()
        shutil.copy(database.path, aside / "town.db")
    else:
        with going_on(life.step, torn=mutant == "torn"):
            await back_up(settings(url_of(database.path), media), aside / "backups", say=lambda _: None)
        try:
            assert await restore(again, aside / "backups", say=said.append) == 0
        except (SQLAlchemyError, BadSettings) as fault:
            found.add(f"cannot be put back ({type(fault).__name__})")
    if not found:
        found = await _faults_in(aside / "town.db", aside / "media" if mutant != "file_copy" else media)
        outcome.unkept += (missing := _unkept(aside / "town.db", confirmed))
        if missing:
            found.add("an update is missing")
    for line in said:
        if line.startswith("may be said once more: "):
            once, never = (int(part.split(":")[1]) for part in line.split(";"))
            outcome.again, outcome.silent = outcome.again + once, outcome.silent + never
        elif line.endswith("  same"):
            outcome.rows += int(line.split()[1])
    outcome.faults.update(found)
    outcome.consistent += not found
    shutil.rmtree(aside)


def _unkept(file: Path, confirmed: int) -> int:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        kept = books.execute(
            "SELECT coalesce(max(CAST(\"update\" AS INTEGER)), 0) FROM inbox WHERE channel = 'telegram'"
        ).fetchone()[0]
    return max(0, confirmed - int(kept))


async def _faults_in(file: Path, media: Path) -> set[str]:
    found: set[str] = set()
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
            if books.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                found.add("SQLite's own check")
            if books.execute("PRAGMA foreign_key_check").fetchall():
                found.add("a row that names one that is not there")
            found |= {told for told, question in CROSSED.items() if books.execute(question).fetchone()[0]}
            for (key,) in books.execute(COPIES):
                if key and not (media / key[:2] / key[2:4] / key).is_file():
                    found.add("a picture is missing")
    except sqlite3.DatabaseError:
        return {"SQLite's own check"}
    database = Database(url_of(file))
    database.open_to_read()
    try:
        async with database.read() as session:
            book = await Book.read(session)
            if await untold_by_events(session, book.hours if book else None):
                found.add("a ticket is not what its events tell")
    except (SQLAlchemyError, LookupError, ValueError) as fault:
        found.add(f"its tickets cannot be read ({type(fault).__name__})")
    finally:
        await database.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.backups", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=MUTANTS, help="a negative control; it must be inconsistent")
    options = parser.parse_args()
    print(f"{options.times} backups, seed {options.seed}, {options.mutant or 'the bot'}", flush=True)
    with tempfile.TemporaryDirectory(prefix="grid-backups-") as folder:
        outcome = asyncio.run(run(Path(folder), **vars(options)))
    print(outcome)
    sound = outcome.consistent == outcome.times
    return 0 if sound != bool(options.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
