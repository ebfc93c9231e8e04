"""A town behind its webhook; a PostgreSQL where the attack is one on the database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.attacks.door import Door, opened
from tests.cast import Town, town_in
from tests.machine import Postgres


@pytest_asyncio.fixture
async def door(town: Town) -> AsyncIterator[Door]:
    async with opened(town) as there:
        yield there


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create())


@pytest_asyncio.fixture
async def either(either_url: str | None, tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the one database and on the other, whatever the suite is asked for."""
    async with town_in(tmp_path / "town", database_url=either_url) as played:
        yield played
        await played.nothing_went_wrong()
