import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from bot.garbage import collect_seldom
from tests.books import PostgresBooks
from tests.cast import Town, town_in
from tests.machine import Postgres, postgres_server
from tests.openings import Opening

# A line for each turn and each send, drawn for a terminal, costs more than the turn; a fault with all its values, in
# colours, five seconds.
structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ],
)
collect_seldom()  # reading the tests makes millions of objects that stay: a quarter of it went into looking at them

SQLITE, POSTGRESQL = "sqlite", "postgresql"
CONTRACT = Path(__file__).parent / "contract"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases", default=os.environ.get("GRID_DATABASES"),
        help="what the towns of the tests are played on: sqlite, postgresql, or both with a comma between;"
        " both where REQUIRE_ALL=1, else sqlite",
    )  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", _kinds(metafunc), indirect=True)


def _kinds(metafunc: pytest.Metafunc) -> list[str]:
    """The promises of a database itself are always asked of both."""
    if metafunc.definition.get_closest_marker("sqlite_only"):
        return [SQLITE]
    if CONTRACT in metafunc.definition.path.parents:
        return [SQLITE, POSTGRESQL]
    asked = metafunc.config.getoption("--databases")
    named = [name for name in (asked or "").split(",") if name]
    if set(named) - {SQLITE, POSTGRESQL}:
        raise pytest.UsageError(f"--databases: {asked} is none of {SQLITE}, {POSTGRESQL}, {SQLITE},{POSTGRESQL}")
    return named or ([SQLITE, POSTGRESQL] if os.environ.get("REQUIRE_ALL") == "1" else [SQLITE])


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database this round of the promises is about."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server(autovacuum=False) as server:
        yield server


@pytest.fixture(scope="session")
def database_of_towns(postgres: Postgres) -> str:
    return postgres.create()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_books(postgres: Postgres, database_of_towns: str) -> AsyncIterator[PostgresBooks]:
    books = PostgresBooks(postgres, database_of_towns)
    await books.open()
    yield books
    await books.close()


@pytest.fixture
def books(database_kind: str, request: pytest.FixtureRequest) -> PostgresBooks | None:
    """Where this round keeps the records of its towns; None: each in a file of its own."""
    return request.getfixturevalue("postgres_books") if database_kind == POSTGRESQL else None


@pytest_asyncio.fixture
async def town(tmp_path: Path, books: PostgresBooks | None, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    async with town_in(tmp_path, books) as played:
        if "monkeypatch" not in request.fixturenames:
            played.opening = await Opening.of(played)
        yield played
        await played.nothing_went_wrong()
