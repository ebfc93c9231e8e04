"""Towns where things are meant to go wrong: without the usual last look that nothing did."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import presence
from tests.books import PostgresBooks
from tests.cast import Town, town_in
from tests.faults import crashes
from tests.faults.crash_mutants import put_back
from tests.machine import Postgres, postgres_server

PACE: dict[str, float] = {"total_per_second": 30, "chat_per_second": 1, "group_per_minute": 20}


@pytest_asyncio.fixture
async def town(tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    async with town_in(tmp_path, books) as played:
        yield played


@pytest_asyncio.fixture
async def paced(tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    """With Telegram's limits in force on both sides."""
    async with town_in(tmp_path, books, limits="30/s 1/s 20/min") as played:
        await played.passes(minutes=2)
        played.simulator.limits(PACE)
        yield played


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that crashes, and so keeps what it confirms."""
    with postgres_server(fsync=True) as started:
        yield started


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the test the bot is as it was. One worker: two of a mutant would end each other. And who notices a cut
    while he fetches begins to fetch anew, and by luck has the page again that he lost."""
    monkeypatch.setattr("tests.faults.living.WORKERS", 1)
    monkeypatch.setattr(presence, "BEAT_S", 60.0)
    monkeypatch.setattr(crashes, "BACK_S", 12.0)
    put_back(monkeypatch)
