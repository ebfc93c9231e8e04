"""The baseline of the turns: the rows a turn leaves, written by a bare SQLAlchemy transaction on the same engine."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, event, func, insert, make_url, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.database import Database
from models.mail import Inbox
from models.ticket import Serial
from models.types import Base

CLASSES = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
UPDATED = ("inbox", "serials")
"""The only rows a report's turn changes that were there before it; `recorded` makes sure of that."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn left: its inbox row handled, the day's serial number, and new rows, first those others point to."""

    inbox_id: int
    serial: int
    levels: tuple[tuple[tuple[Table, Row], ...], ...]

    @property
    def rows(self) -> int:
        return sum(len(level) for level in self.levels) + len(UPDATED)


@asynccontextmanager
async def engine(url: str, *, most: int = 1) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """SQLAlchemy and the driver as they come; on SQLite with the settings of our own writing connection
    (bot/database.py). most: connections, all of them open."""
    bare = _on_sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _on_postgresql(url, most)
    try:
        async with AsyncExitStack() as warm:
            for _ in range(most):
                await warm.enter_async_context(bare.begin())  # connecting is not what is measured
        yield async_sessionmaker(bare, expire_on_commit=False)
    finally:
        await bare.dispose()


def _on_postgresql(url: str, most: int) -> AsyncEngine:
    return create_async_engine(url, pool_size=most, max_overflow=0, hide_parameters=True)


def _on_sqlite(url: str) -> AsyncEngine:
    bare = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"isolation_level": None},
    )

    @event.listens_for(bare.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(bare.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return bare


async def recorded(database: Database, turn: Callable[[], Coroutine[Any, Any, bool]]) -> list[Turn]:
    """Run turns until none is left, and note after each what is new in the database."""
    before = await contents(database)
    turns = [one async for one in _watched(database, turn)]
    after = await contents(database)
    for name, rows in before.items():
        if name not in UPDATED:
            assert rows <= after[name], f"a turn changed a row of {name} that was there before: the baseline does not"
    return turns


async def _watched(database: Database, turn: Callable[[], Coroutine[Any, Any, bool]]) -> AsyncIterator[Turn]:
    known = await _known(database)
    while await turn():
        async with database.read() as session:
            fresh: list[tuple[Table, Row]] = []
            for table, last in known.items():
                found = await session.execute(select(table).where(table.c.id > last).order_by(table.c.id))
                fresh += [(table, dict(row)) for row in found.mappings()]
            done = (await session.scalars(select(Inbox).order_by(Inbox.done_at.desc()).limit(1))).one()
            serial = (await session.scalars(select(Serial))).one()
        for table, row in fresh:
            known[table] = row["id"]
        yield Turn(done.id, serial.last, _levels(fresh))


async def _known(database: Database) -> dict[Table, int]:
    """The last id of every table that counts by id."""
    async with database.read() as session:
        return {
            table: (await session.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1))) or 0
            for table in Base.metadata.sorted_tables
            if "id" in table.c and table.name not in UPDATED
        }


def _levels(rows: Sequence[tuple[Table, Row]]) -> tuple[tuple[tuple[Table, Row], ...], ...]:
    """Rows that can be written together, after those they point to."""
    here = {table for table, _ in rows}
    depth: dict[Table, int] = {}
    for table in Base.metadata.sorted_tables:
        if table in here:
            above = [depth[key.column.table] + 1 for key in table.foreign_keys if key.column.table in depth]
            depth[table] = max(above, default=0)
    return tuple(
        tuple((table, row) for table, row in rows if depth[table] == level)
        for level in range(max(depth.values(), default=-1) + 1)
    )


async def with_objects(session: AsyncSession, turn: Turn, at: Any) -> None:
    """As ORM objects: the two rows that change are fetched and changed, the new ones added, one flush a level."""
    inbox, serial = await session.get_one(Inbox, turn.inbox_id), (await session.scalars(select(Serial))).one()
    serial.last = turn.serial
    for level in turn.levels:
        session.add_all([CLASSES[table](**row) for table, row in level])
        await session.flush()
    inbox.finish(at)


async def with_statements(session: AsyncSession, turn: Turn, at: Any) -> None:
    """As Core statements: nothing is fetched, one insert for all rows of a table."""
    await session.execute(update(Serial.__table__).values(last=turn.serial))  # type: ignore[arg-type]
    for level in turn.levels:
        for table in dict.fromkeys(table for table, _ in level):
            await session.execute(insert(table), [row for other, row in level if other is table])
    inbox = Inbox.__table__
    await session.execute(
        update(inbox).where(inbox.c.id == turn.inbox_id).values(state="done", done_at=at)  # type: ignore[arg-type]
    )


async def contents(database: Database) -> dict[str, set[str]]:
    """Every row of every table."""
    async with database.read() as session:
        return {
            table.name: {repr(tuple(row)) for row in await session.execute(select(table))}
            for table in Base.metadata.sorted_tables
        }


async def counted(database: Database) -> dict[str, int]:
    """Rows of every table."""
    async with database.read() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
