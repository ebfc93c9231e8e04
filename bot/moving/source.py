"""Where a town is read from: a database as it was at one moment, whatever is written meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import Text, cast, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import Database
from bot.migrating import newest, revisions
from bot.moving.naming import shown
from bot.moving.rows import PROGRESS, REVISION, Kind, Row, Shape, read, shapes_of
from bot.presence import LIVING, PROCESSES
from bot.settings import BadSettings

A_PAGE = 1000


class Source(Protocol):
    """token: the same for the same town at the same moment, so that what was broken off can go on.
    command: what was given to bring it, for whoever is to give the same again; without secrets."""

    token: str
    command: str
    revision: str

    def pages(self, shape: Shape, after: Any = None) -> AsyncIterator[list[Row]]:
        """Rows by their key, those behind `after` (a key as a row tells it). Raises BadSettings where the table is not
        of this shape."""
        ...


class Snapshot:
    """A database under one reading transaction."""

    def __init__(self, session: AsyncSession, token: str, revision: str, shapes: list[Shape]) -> None:
        self.session, self.token, self.revision = session, token, revision
        self.command = f"move {token} …"
        self.shapes = {shape.name: shape for shape in shapes}

    async def pages(self, shape: Shape, after: Any = None) -> AsyncIterator[list[Row]]:
        mine = self.shapes.get(shape.name)
        if mine is None or mine.columns != shape.columns:
            raise BadSettings([f"the table {shape.name} is not what its revision {self.revision} says it is"])
        table = shape.table
        key, last = table.c[shape.key], after
        # asyncpg reads JSON by itself, and would spell it otherwise.
        asked_for = [
            cast(table.c[name], Text) if kind == Kind.DATA else table.c[name] for name, kind in shape.columns.items()
        ]
        while True:
            asked = select(*asked_for).order_by(key).limit(A_PAGE)
            if last is not None:
                asked = asked.where(key > read(shape.columns[shape.key], last))
            page = [shape.told(row) for row in await self.session.execute(asked)]
            if page:
                yield page
            if len(page) < A_PAGE:
                return
            last = page[-1][shape.key_at]


@asynccontextmanager
async def snapshot(database: Database, named: str) -> AsyncIterator[Snapshot]:
    """Everything as it stands now; nothing is written, nobody waits. named: what a complaint begins with.

    Raises BadSettings where there is no whole town of a revision this program knows.
    """
    async with database.read() as session:
        if database.is_sqlite:
            # On SQLite nothing else begins one for readers: each question would see a later moment.
            await (await session.connection()).exec_driver_sql("BEGIN")
        else:
            isolated = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            await session.connection(execution_options=isolated)
        revision = await whole(session, named)
        shapes = await (await session.connection()).run_sync(shapes_of)
        yield Snapshot(session, shown(database.url), revision, shapes)


async def whole(session: AsyncSession, named: str) -> str:
    """The revision of the town that is there. Raises BadSettings."""
    there = await (await session.connection()).run_sync(tables_of)
    if PROGRESS in there:
        raise BadSettings([f"{named}: only a part of a town was brought here; finish `move` or `restore` first"])
    revision = await session.scalar(text(f"SELECT version_num FROM {REVISION}")) if REVISION in there else None  # noqa: S608
    if revision is None:
        raise BadSettings([f"{named}: there is no town in this database"])
    refuse_newer(named, revision)
    return str(revision)


def refuse_newer(named: str, revision: str) -> None:
    if revision not in revisions():
        raise BadSettings(
            [f"{named}: written by a newer program (revision {revision}; this one ends with {newest()}): use that one"]
        )


async def refuse_company(database: Database, named: str) -> None:
    """PostgreSQL: processes that have this town say so by a lock (bot/presence.py). On SQLite the file's lock did."""
    if database.is_sqlite:
        return
    try:
        async with database.read() as session:
            company = list(await session.scalars(LIVING, {"processes": PROCESSES}))
    except (SQLAlchemyError, OSError) as fault:
        reason = str(getattr(fault, "orig", None) or fault).splitlines() or [type(fault).__name__]
        raise BadSettings([f"{named}: {reason[0]}"]) from None
    if company:
        raise BadSettings([f"{named}: a bot is running on this database; stop it first"])


def tables_of(connection: Any) -> set[str]:
    return set(connection.dialect.get_table_names(connection))
