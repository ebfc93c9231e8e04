"""Where a benchmark of the database plays: the same town again and again, on SQLite or on a PostgreSQL of our own."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

from bot.database import Database
from tests.machine import Postgres, postgres_server


class Grounds(Protocol):
    """first: the database that is made ready once. copy: another one, with all that is in the first; until the next."""

    @property
    def first(self) -> str: ...

    async def copy(self) -> str: ...


class OnSqlite:
    def __init__(self, folder: Path) -> None:
        self._ready = folder / "ready.db"
        self.first = f"sqlite+aiosqlite:///{self._ready}"

    async def copy(self) -> str:
        for old in self._ready.parent.glob("round.db*"):
            old.unlink()
        shutil.copy(self._ready, self._ready.with_name("round.db"))
        return f"sqlite+aiosqlite:///{self._ready.with_name('round.db')}"


class OnPostgres:
    def __init__(self, server: Postgres) -> None:
        self._server, self._ready = server, server.create()
        self.first = server.url(self._ready)

    async def copy(self) -> str:
        return self._server.url(await asyncio.to_thread(self._server.create, self._ready))


@asynccontextmanager
async def on_postgres() -> AsyncIterator[OnPostgres]:
    """What a commit promises, it keeps: this server waits for the disk, as an operator's does."""
    with ExitStack() as server:
        # In a thread: the test suite's server is started by code that runs loops of its own.
        started = await asyncio.to_thread(server.enter_context, postgres_server(fsync=True))
        yield await asyncio.to_thread(OnPostgres, started)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database.opened(url)
    try:
        async with database.write() as session:
            await session.connection()  # connecting is not what is measured
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[Database]:
    """Only to look: whoever is measured has the database for himself."""
    database = Database(url)
    database.open_to_read()
    try:
        yield database
    finally:
        await database.close()
