from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.garbage import collect_seldom
from tests.cast import Town, town_in
from tests.openings import Opening

collect_seldom()  # reading the tests makes millions of objects that stay: a quarter of it went into looking at them


@pytest_asyncio.fixture
async def town(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    async with town_in(tmp_path) as played:
        if "monkeypatch" not in request.fixturenames:
            played.opening = Opening(played)
        yield played
        await played.nothing_went_wrong()
