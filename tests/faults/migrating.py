"""Kill a start in the middle of its migration, between two statements, and start again.

    python -m tests.faults.migrating --times 200 --seed 1

A child of its own is SIGKILLed before the N-th statement; it begins with no table, or with those of an older release.
Then the next start must bring all to the newest revision, with nothing that the models do not know.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, text

from bot.database import Database
from bot.migrating import migrate, newest, revisions
from models.all import metadata
from tests.machine import postgres_server

Hurt = Callable[[Any], None]


def killed(url: str, at: int, hurt: Hurt | None = None) -> bool:
    """A start that ends before its statement number `at`. Returns whether it came so far. hurt: what a mutant does
    after each statement, with its cursor."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(_start(url, at, hurt))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


async def _start(url: str, at: int, hurt: Hurt | None) -> None:
    database, seen = Database.opened(url), 0

    @event.listens_for(database.writer.sync_engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    if hurt is not None:

        @event.listens_for(database.writer.sync_engine, "after_cursor_execute")
        def hurting(_connection: Any, cursor: Any, *_: Any) -> None:
            hurt(cursor)

    await migrate(database)
    await database.close()


async def begin(url: str, revision: str | None) -> None:
    """The tables of an older release; none for None."""
    if revision is not None:
        database = Database.opened(url)
        await migrate(database, revision)
        await database.close()


async def start_again(url: str) -> list[Any]:
    """Returns what the tables have that the models do not know, or the other way round. Raises what keeps it from
    starting."""
    database = Database.opened(url)
    try:
        await migrate(database)
        async with database.writer.connect() as connection:
            assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == newest()
            return await connection.run_sync(_differences)
    finally:
        await database.close()


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def run(new_url: Callable[[], str], times: int, dice: random.Random) -> tuple[int, int]:
    """Returns how many were killed in the middle, and how many of those came to the newest revision and no other."""
    came = well = 0
    olds: list[str | None] = [None, *sorted(revisions() - {newest()})]
    for _ in range(times):
        url, old = new_url(), dice.choice(olds)
        asyncio.run(begin(url, old))
        if killed(url, dice.randint(3, 150 if old is None else 30)):
            came += 1
            well += asyncio.run(start_again(url)) == []
    return came, well


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.migrating", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory(prefix="grid-migrating-") as folder, postgres_server() as server:
        files = iter(range(options.times))
        kinds = {
            "SQLite": lambda: f"sqlite+aiosqlite:///{Path(folder) / f'{next(files)}.db'}",
            "PostgreSQL": lambda: server.url(server.create()),
        }
        for name, new_url in kinds.items():
            came, well = run(new_url, options.times, random.Random(options.seed))
            print(f"{name}, seed {options.seed}: {came} of {options.times} killed in the middle; {well} came up whole")
            sound = sound and came == well
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
