from collections.abc import AsyncIterator

import pytest_asyncio

from tests.cast import Town
from tests.handlers.seeing import heard_too_often


@pytest_asyncio.fixture(autouse=True)
async def the_group_hears_twice(town: Town) -> AsyncIterator[None]:
    """Whatever is played: no group hears more of an incident than its card, and the fix of each round (contract 5)."""
    yield
    assert await heard_too_often(town) == {}
