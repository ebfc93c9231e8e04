"""The two databases, each promise against both."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.database import Database
from bot.migrating import migrate
from tests.machine import Postgres, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """A PostgreSQL database with all tables, to copy from."""
    name = postgres.create()

    async def fill() -> None:
        database = Database.opened(postgres.url(name))
        await migrate(database)
        await database.close()

    asyncio.run(fill())
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which database this round of the promises is about."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create())


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and no row; on SQLite they are made by `store`."""
    if kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create(request.getfixturevalue("migrated")))


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Database]:
    database = Database.opened(url)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
