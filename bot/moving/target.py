"""Where a town is written to: an empty database, table by table, so that a kill at any moment costs one batch.

What has arrived stands in a table of its own beside it, in the same transaction as the rows. As long as that table is
there no bot begins on this database (bot/migrating.py).
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import JSON, Text, bindparam, cast, delete, func, insert, literal, select, text, update
from sqlalchemy import column as a_column
from sqlalchemy import table as a_table
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import Database
from bot.migrating import migrate
from bot.moving.rows import PROGRESS, REVISION, Kind, Shape, shapes_of
from bot.moving.source import Source, tables_of
from bot.settings import BadSettings

LOCK = 7_301_114
"""Any number, the same in every process: one brings a town here at a time."""
TOLD = a_table(PROGRESS, a_column("place", Text()), a_column("told", Text()))
WHOLE = "."
"""The place of what is true of the whole; the others are tables."""


class Target:
    """named: what a complaint begins with. shapes: known once the tables stand."""

    def __init__(self, database: Database, named: str) -> None:
        self.database, self.named = database, named
        self.shapes: list[Shape] = []

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Raises BadSettings where another process is bringing a town here. On SQLite the file's lock says so."""
        if self.database.is_sqlite:
            yield
            return
        async with self.database.writer.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
                raise BadSettings([f"{self.named}: another process is bringing a town here"])
            try:
                yield
            finally:
                await connection.invalidate()  # the lock falls with the connection

    async def is_begun(self, source: Source) -> bool:
        """Whether this very town is on its way here. Raises BadSettings where another one is."""
        async with self.database.write() as session:
            return bool(await self._begun(session, source))

    async def prepare(self, source: Source) -> bool:
        """The tables as the source has them, without a row. Returns whether all has arrived already, so that only
        `finish` is left. Raises BadSettings where there is something else."""
        async with self.database.write() as session:
            begun = await self._begun(session, source)
            if begun.get("arrived"):
                return True
            if not begun:
                there = await (await session.connection()).run_sync(tables_of)
                await self._refuse_rows(session, there - {REVISION})
                await session.execute(text(f"CREATE TABLE {PROGRESS} (place TEXT PRIMARY KEY, told TEXT NOT NULL)"))
                await self._tell(session, WHOLE, token=source.token, command=source.command)
        await migrate(self.database, source.revision, halfway=True)
        async with self.database.read() as session:
            self.shapes = await (await session.connection()).run_sync(shapes_of)
        return False

    async def take(self, source: Source, shape: Shape) -> None:
        """The rows of a table that are not here yet."""
        async with self.database.read() as session:
            last = (await self._told(session, shape.name)).get("last")
        # Rows of one table that name each other: first all of them, then whom they name.
        bare = [name for name in shape.columns if name not in shape.links]
        put, at = self._insert(shape, bare), [list(shape.columns).index(name) for name in bare]
        async for page in source.pages(shape, last):
            rows = [shape.read(row) for row in page]
            async with self.database.write() as session:
                await session.execute(put, [{f"v{i}": row[i] for i in at} for row in rows])
                await self._tell(session, shape.name, last=page[-1][shape.key_at])
        if shape.links:
            await self._link(source, shape)

    async def count_on(self) -> None:
        """PostgreSQL counts ids beside the table: on from the highest that came."""
        if self.database.is_sqlite:
            return
        async with self.database.write() as session:
            for shape in self.shapes:
                if shape.columns[shape.key] != Kind.NUMBER:
                    continue
                key = shape.table.c[shape.key]
                counter = func.pg_get_serial_sequence(f'"{shape.name}"', shape.key)
                counted = select(func.setval(counter, func.max(key)))
                await session.execute(counted.having(func.max(key).is_not(None)))

    async def arrived(self, sums: Mapping[str, str]) -> None:
        """Compared, and found the same: what the next revisions change need not be compared again. sums: what the
        tables of the source were, by name."""
        async with self.database.write() as session:
            await self._tell(session, WHOLE, **await self._told(session, WHOLE), arrived=True, sums=dict(sums))

    async def sums(self) -> dict[str, str]:
        async with self.database.read() as session:
            sums: dict[str, str] = (await self._told(session, WHOLE)).get("sums", {})
        return sums

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[AsyncSession]:
        """The last transaction, for what is to be put right together with the end of it all: from then on it is a
        town."""
        await migrate(self.database, halfway=True)
        async with self.database.write() as session:
            yield session
            await session.execute(text(f"DROP TABLE {PROGRESS}"))

    async def _begun(self, session: AsyncSession, source: Source) -> dict[str, Any]:
        """What stands of the whole; nothing where nothing was begun. Raises BadSettings where it is another town."""
        if PROGRESS not in await (await session.connection()).run_sync(tables_of):
            return {}
        told = await self._told(session, WHOLE)
        if told.get("token") != source.token:
            command = f"`{told['command']}`" if told.get("command") else "a restore or move from something else"
            raise BadSettings(
                [f"{self.named}: {command} was begun here and broken off; give the same again, or an empty database"]
            )
        return told

    async def _refuse_rows(self, session: AsyncSession, tables: set[str]) -> None:
        for name in sorted(tables):
            if await session.scalar(select(select(literal(1)).select_from(a_table(name)).exists())):
                raise BadSettings(
                    [f"{self.named}: there is a town in this database already ({name}); give an empty one"]
                )

    def _insert(self, shape: Shape, names: Sequence[str]) -> Any:
        places = list(shape.columns)
        table = shape.table
        return insert(table).values({name: self._bound(table, shape, name, places.index(name)) for name in names})

    def _bound(self, table: Any, shape: Shape, name: str, place: int) -> Any:
        bound: Any = bindparam(f"v{place}", type_=table.c[name].type)
        is_data = shape.columns[name] == Kind.DATA and not self.database.is_sqlite
        return cast(bound, JSON) if is_data else bound

    async def _link(self, source: Source, shape: Shape) -> None:
        table, places = shape.table, list(shape.columns)
        key = shape.key_at
        named = {name: self._bound(table, shape, name, places.index(name)) for name in shape.links}
        put = update(table).where(table.c[shape.key] == bindparam("key")).values(named)
        async for page in source.pages(shape):
            rows = [shape.read(row) for row in page]
            linked = [
                {"key": row[key], **{f"v{places.index(name)}": row[places.index(name)] for name in shape.links}}
                for row in rows
                if any(row[places.index(name)] is not None for name in shape.links)
            ]
            if linked:
                async with self.database.write() as session:
                    await (await session.connection()).execute(put, linked)

    async def _told(self, session: AsyncSession, place: str) -> dict[str, Any]:
        told = await session.scalar(select(TOLD.c.told).where(TOLD.c.place == place))
        found: dict[str, Any] = json.loads(told) if told else {}
        return found

    async def _tell(self, session: AsyncSession, place: str, **told: Any) -> None:
        await session.execute(delete(TOLD).where(TOLD.c.place == place))
        await session.execute(insert(TOLD).values(place=place, told=json.dumps(told)))
