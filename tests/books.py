"""What a town's records are kept in, to look at and to copy: a file of SQLite, or the one PostgreSQL of this process.

On PostgreSQL all towns of a process are played one after another in one database, over the same warm connections:
to make a database for each, and to teach its connections what they are asked, took three times as long as the talk.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from bot.database import Database
from bot.migrating import migrate
from tests.machine import Postgres

FILE = "town.db"
NOTHING = Path("nothing")
"""All tables, no row."""
OPEN = {
    "timers": "NOT rung AND due_at <= {now}",
    "inbox": "state = 'new'",
    "outbox": "state IN ('pending', 'sending')",
    "errands": "state IN ('waiting', 'underway')",
}
DEAD_ROWS = 25
"""After so many towns, room is made: each leaves its rows behind as dead ones."""


class Books(Protocol):
    async def may_wait(self, table: str, now: datetime) -> bool:
        """Whether the machine may have work there: asked beside it, because it asks in a transaction of two
        milliseconds, and most of the suite's time went into asking."""

    async def version(self) -> Any:
        """Another one after every change of a row."""

    async def asked(self, statement: str, *values: Any) -> list[Any]:
        """Rows; the values stand in it as $1, $2 …"""

    async def keep(self, folder: Path) -> None:
        """All rows as they are now, under this folder's name."""

    async def take(self, folder: Path) -> None:
        """All rows as they were."""


class SqliteBooks:
    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        self.db = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        self.execute = self.db.execute

    async def may_wait(self, table: str, now: datetime) -> bool:
        moment = now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        found = self.db.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {WAITS[table]})", {"now": moment})
        return bool(found.fetchone()[0])

    async def version(self) -> Any:
        return self.db.execute("PRAGMA data_version").fetchone()[0]

    async def asked(self, statement: str, *values: Any) -> list[Any]:
        return self.db.execute(statement.replace("$", "?"), values).fetchall()

    async def keep(self, folder: Path) -> None:
        with closing(sqlite3.connect(folder / FILE)) as copy:
            self.db.backup(copy)

    async def take(self, folder: Path) -> None:
        with (
            closing(sqlite3.connect(self.file)) as books,
            closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro&immutable=1", uri=True)) as kept,
        ):
            kept.backup(books)

    def close(self) -> None:
        self.db.close()


WAITS = {table: where.format(now=":now") for table, where in OPEN.items()}
WAITS_POSTGRES = {table: where.format(now="$1") for table, where in OPEN.items()}


class SharedDatabase(Database):
    """Of all the towns of a process; a town that ends closes nothing."""

    async def close(self) -> None:
        """At the end of the process only."""

    async def end(self) -> None:
        await super().close()


class PostgresBooks:
    """One database with all tables. What is kept stands beside them, each town in a schema of its own."""

    def __init__(self, server: Postgres, name: str) -> None:
        self.url, self.folder = server.url(name), server.folder
        self._name = name
        self.database = SharedDatabase.opened(self.url)
        self._tables: list[str] = []
        self._counters: list[str] = []
        self._taken = 0

    async def open(self) -> None:
        await migrate(self.database)
        self._own = await asyncpg.connect(host=str(self.folder), user="tester", database=self._name)
        await self._own.execute("SET session_replication_role = replica")  # nobody asks, row by row, what refers to it
        self._tables = await self._names("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._counters = await self._names("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        await self.keep(NOTHING)

    async def close(self) -> None:
        await self._own.close()
        await self.database.end()

    async def may_wait(self, table: str, now: datetime) -> bool:
        values = (now,) if "$1" in WAITS_POSTGRES[table] else ()
        question = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {WAITS_POSTGRES[table]})"
        return bool(await self._own.fetchval(question, *values))

    async def version(self) -> Any:
        return await self._own.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")

    async def asked(self, statement: str, *values: Any) -> list[Any]:
        return [tuple(row) for row in await self._own.fetch(statement, *values)]

    async def keep(self, folder: Path) -> None:
        kept = f'"{folder.name}"'
        wanted = [f"CREATE SCHEMA {kept}"]
        for table in self._tables:
            if table != "alembic_version" and await self._own.fetchval(f"SELECT EXISTS (SELECT 1 FROM {table})"):
                wanted.append(f"CREATE TABLE {kept}.{table} AS TABLE {table}")
        counted = [f"SELECT '{name}' AS name, last_value, is_called FROM {name}" for name in self._counters]
        wanted.append(f"CREATE TABLE {kept}.counters AS {' UNION ALL '.join(counted)}")
        await self._own.execute("; ".join(wanted))

    async def take(self, folder: Path) -> None:
        await self._alone()
        kept = f'"{folder.name}"'
        there = await self._names("SELECT tablename FROM pg_tables WHERE schemaname = $1", folder.name)
        wanted = [f"DELETE FROM {table}" for table in self._tables if table != "alembic_version"]
        wanted += [
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {kept}.{table}"
            for table in there
            if table != "counters"
        ]
        wanted.append(f"SELECT setval(name::regclass, last_value, is_called) FROM {kept}.counters")
        await self._own.execute("; ".join(wanted))
        self._taken += 1
        if self._taken % DEAD_ROWS == 0:
            await self._own.execute("VACUUM")

    async def _alone(self) -> None:
        """Whatever a town before us left open would wait for us, or we for it."""
        if self.database.writer.pool.checkedout():  # type: ignore[attr-defined]
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> $2"
            await self._own.execute("ROLLBACK")
            await self._own.fetch(others, self._name, self._own.get_server_pid())
            await self.database.end()
            self.database.open()

    async def _names(self, question: str, *values: Any) -> list[str]:
        return [row[0] for row in await self._own.fetch(question, *values)]
