"""The two databases, each promise against both."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.database import Database
from bot.migrating import migrate
from tests.machine import Postgres


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


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if database_kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create())


@pytest.fixture
def url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and no row; on SQLite they are made by `store`."""
    if database_kind == "sqlite":
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
