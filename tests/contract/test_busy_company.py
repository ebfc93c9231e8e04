"""Who always has something to tell the others still looks around: the next speaks within seconds, however busy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.presence import BEAT_S, CHANNEL, TELL, AmongOthers
from tests.contract.test_presence import Company, Present, bare, company, until

__all__ = ["bare"]
NEVER_S = 3.0


@asynccontextmanager
async def survivor(them: Company) -> AsyncIterator[Present]:
    """The speaker has just gone; the other one tells more than it has time for."""
    first = await them.comes()
    await until(first.speaks.is_set)
    second = await them.comes()
    await until(lambda: second._has_company)

    async def chatter() -> None:
        while True:
            second.tell("post")
            await asyncio.sleep(0.01)

    task = asyncio.create_task(chatter())
    try:
        await them.goes(first)
        yield second
    finally:
        task.cancel()


async def test_who_is_busy_telling_speaks_when_the_speaker_is_gone(bare: str) -> None:
    async with company(bare) as two, survivor(two) as second:
        await until(second.speaks.is_set)
        await until(lambda: not second._has_company)


async def test_control_who_tells_first_and_looks_only_when_there_is_nothing_never_does(
    bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = AmongOthers._beat

    async def tells_or_looks(self: AmongOthers, connection: AsyncConnection) -> None:
        if self._to_tell:
            self._to_tell.clear()
            self._told.clear()
            self._look_at = asyncio.get_running_loop().time() + BEAT_S
            await connection.execute(TELL, {"channel": CHANNEL, "what": "post"})
        else:
            await beat(self, connection)

    monkeypatch.setattr(AmongOthers, "_beat", tells_or_looks)
    async with company(bare) as two, survivor(two) as second:
        with pytest.raises(AssertionError, match="in vain"):
            await until(second.speaks.is_set, NEVER_S)
