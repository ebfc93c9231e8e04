"""Killed in the middle of a migration, the next start completes it; and what runs beside a newer one goes on."""

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot import migrating as starting
from bot.database import Database
from bot.migrating import migrate, newest, revisions
from tests.faults import migrating
from tests.machine import Postgres, postgres_server

SEED, TIMES = 20261122, 5
BEFORE_SEVERAL = "0004"
WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'ticket_events'::regclass)"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    if request.param == "sqlite":
        numbers = iter(range(1000))
        return lambda: f"sqlite+aiosqlite:///{tmp_path / f'{next(numbers)}.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return lambda: server.url(server.create())


def test_killed_between_two_statements_the_next_start_completes_it(
    new_url: Callable[[], str], capfd: pytest.CaptureFixture[str]
) -> None:
    came, well = migrating.run(new_url, TIMES, random.Random(SEED))
    with capfd.disabled():
        print(f"\nseed {SEED}: {came} of {TIMES} starts killed in the middle of a migration; {well} came up whole")
    assert 0 < came == well


def test_control_each_statement_for_itself_leaves_half_a_schema(tmp_path: Path) -> None:
    def commits(cursor: Any) -> None:
        cursor.execute("COMMIT")
        cursor.execute("BEGIN IMMEDIATE")

    url = f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    assert migrating.killed(url, 40, commits)
    with pytest.raises(OperationalError, match="already exists"):
        asyncio.run(migrating.start_again(url))


def columns(url: str, revision: str, *besides: str) -> dict[tuple[str, str], bool]:
    """(table, column) -> whether a row may do without it. besides: statements after the migration."""

    def look(connection: Connection) -> dict[tuple[str, str], bool]:
        seen = inspect(connection)
        return {
            (table, column["name"]): column["nullable"] or column["default"] is not None
            for table in seen.get_table_names()
            for column in seen.get_columns(table)
        }

    async def ask() -> dict[tuple[str, str], bool]:
        database = Database.opened(url)
        try:
            await migrate(database, revision)
            async with database.writer.begin() as connection:
                for statement in besides:
                    await connection.execute(text(statement))
                return await connection.run_sync(look)
        finally:
            await database.close()

    return asyncio.run(ask())


def in_the_way(url: str, *besides: str) -> set[tuple[str, str]]:
    """What the release before lacks in the newest schema, and what it would have to write there and does not."""
    before = max(revisions() - {newest()})
    old, new = columns(url, before), columns(url, newest(), *besides)
    tables = {table for table, _ in old}
    needed = {name for name, is_free in new.items() if not is_free and old.get(name, True) and name[0] in tables}
    return needed | (old.keys() - new.keys())


def test_the_release_before_goes_on_beside_the_newest_schema(new_url: Callable[[], str]) -> None:
    """In a rolling restart the new process migrates while the old ones still write: they know no new column, and all
    of theirs must be there."""
    assert in_the_way(new_url()) == set()


SERIALS = "CREATE TABLE serials (day DATE PRIMARY KEY, {})"


@pytest.mark.parametrize(
    ("becomes", "found"),
    [
        ("last INTEGER NOT NULL, added TEXT NOT NULL", {("serials", "added")}),
        ("last_given INTEGER", {("serials", "last")}),
    ],
)
def test_control_a_column_that_may_not_be_empty_or_is_gone_is_found(
    new_url: Callable[[], str], becomes: str, found: set[tuple[str, str]]
) -> None:
    assert in_the_way(new_url(), "DROP TABLE serials", SERIALS.format(becomes)) == found


async def embraced(url: str) -> None:
    """A migration of a town where an older process works: that one has written events, and now wants to write what is
    to be said; the migration has that table already, and waits for the events."""
    told = make_url(url)
    older = await asyncpg.connect(host=told.query["host"], user=told.username, database=told.database)
    database = Database.opened(url)
    try:
        await migrate(database, BEFORE_SEVERAL)
        await older.execute("SET deadlock_timeout = '10s'; BEGIN; LOCK TABLE ticket_events IN ROW EXCLUSIVE MODE")
        start = asyncio.create_task(migrate(database))
        while not await older.fetchval(WAITS):
            await asyncio.sleep(0.01)
        await older.execute("LOCK TABLE outbox IN ROW EXCLUSIVE MODE; COMMIT")
        await start
    finally:
        await older.close()
        await database.close()


def test_a_migration_that_an_older_process_stands_in_the_way_of_is_begun_again(postgres: Postgres) -> None:
    url = hasty(postgres)
    asyncio.run(embraced(url))
    assert asyncio.run(migrating.start_again(url)) == []


def test_control_begun_once_such_a_start_fails(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "TIMES", 1)
    with pytest.raises(DBAPIError, match="deadlock detected"):
        asyncio.run(embraced(hasty(postgres)))


def hasty(postgres: Postgres) -> str:
    """An empty database in which who waits for each other is found out at once."""
    name = postgres.create()
    postgres.run(f"ALTER DATABASE {name} SET deadlock_timeout = '50ms'")
    return postgres.url(name)
