"""Towns where things are meant to go wrong: without the usual last look that nothing did."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.books import PostgresBooks
from tests.cast import Town, town_in

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
