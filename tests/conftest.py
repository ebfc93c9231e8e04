from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.cast import Town, town_in


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path) as played:
        yield played
        await played.nothing_went_wrong()
