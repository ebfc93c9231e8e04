"""SQLite's writing connection, spoken to without a trip to another thread for every statement.

aiosqlite hands each step (open a cursor, execute, fetch, close it) to a thread: four trips a statement, 130 a turn, and
more time than SQLite itself takes. Only what can wait for a lock or for the disk goes there now: BEGIN IMMEDIATE,
COMMIT, ROLLBACK, what is asked outside a transaction, and statements found to be slow. Inside a transaction the lock is
ours, and nearly every statement takes microseconds.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite

SLOW_S = 0.005
"""A statement that once needed so much of the processor is never again run on the loop's thread."""
BREATH_S = 0.004
"""After so long, and a statement more, a transaction lets the others have their turn: some four times a report."""
Job = Callable[[sqlite3.Connection], None]


class Cursor:
    """What SQLAlchemy asks of an aiosqlite cursor; the rows are fetched together with the statement."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.do(sql, lambda connection: self._take(connection.execute(sql, parameters)))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        await self._connection.do(sql, lambda connection: self._take(connection.executemany(sql, parameters)))
        return self

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """It was closed when its rows were fetched."""

    def _take(self, cursor: sqlite3.Cursor) -> None:
        self.description, self._rows = cursor.description, cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


class Connection(aiosqlite.Connection):
    """Used by one task at a time, from the loop's thread and from its own; never from both at once."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, 64)
        self._slow: set[str] = set()
        self._breathed = 0.0
        self._is_clean = False

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def commit(self) -> None:
        await self._execute(self._conn.commit)  # type: ignore[no-untyped-call]
        self._is_clean = True

    async def rollback(self) -> None:
        """SQLAlchemy asks for it after every commit too, when nothing is left to take back."""
        if not self._is_clean:
            await self._execute(self._conn.rollback)  # type: ignore[no-untyped-call]

    async def do(self, sql: str, job: Job) -> None:
        self._is_clean = False
        if not self._conn.in_transaction or sql in self._slow:
            await self._execute(job, self._conn)  # type: ignore[no-untyped-call]
            return
        began = time.thread_time()
        job(self._conn)
        ended = time.thread_time()
        if ended - began > SLOW_S:
            self._slow.add(sql)
        if ended - self._breathed > BREATH_S:
            await asyncio.sleep(0)  # a turn is many statements: the others have theirs in between
            self._breathed = time.thread_time()


async def connect(path: str) -> Connection:
    """isolation_level None: SQLAlchemy says when a transaction begins (bot/database.py)."""
    connection = Connection(lambda: sqlite3.connect(path, isolation_level=None, check_same_thread=False))
    connection._thread.daemon = True  # as SQLAlchemy has it: a wait for a lock must not keep the process
    await connection
    return connection
