"""What many want written, written together: what comes while one transaction waits for the disk is in the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.database import DATABASE_AWAY_S, Database
from bot.passing import may_pass

log = structlog.get_logger()

Item = TypeVar("Item")


class Together(Generic[Item]):
    """write: puts some items into one transaction. patient: where the database is away, an item waits for it; else
    whoever brought it is told at once. first: before whatever else is to be written. most: items in one transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        write: Callable[[AsyncSession, Sequence[Item]], Awaitable[None]],
        *,
        patient: bool,
        first: bool = False,
        most: int = 200,
    ) -> None:
        self._database, self._clock, self._write = database, clock, write
        self._patient, self._first, self._most = patient, first, most
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> None:
        """Returns when it is committed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch: list[tuple[Item, asyncio.Future[None]]] = []
            try:
                async with self._database.write(first=self._first) as session:
                    await session.connection()  # whatever comes while this waits for its turn is written with it
                    await self._come_in()
                    batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                    await self._write(session, [item for item, _ in batch])
            except Exception as fault:
                batch = batch or self._take_all()
                if not may_pass(fault):
                    await self._one_by_one(batch)
                elif self._patient:
                    await self._wait(batch, fault)
                else:
                    for _, done in batch:
                        _settle(done, fault)
            else:
                for _, done in batch:
                    _settle(done)

    async def _come_in(self) -> None:
        """As long as more is at the door: a transaction costs as much as ten items."""
        seen = 0
        while seen < len(self._waiting) < self._most:
            seen = len(self._waiting)
            await asyncio.sleep(0)

    def _take_all(self) -> list[tuple[Item, asyncio.Future[None]]]:
        batch, self._waiting = self._waiting, []
        return batch

    async def _one_by_one(self, batch: Sequence[tuple[Item, asyncio.Future[None]]]) -> None:
        """One of them is at fault: the others are not held up by it."""
        for at, (item, done) in enumerate(batch):
            try:
                async with self._database.write(first=self._first) as session:
                    await self._write(session, [item])
            except Exception as fault:
                if self._patient and may_pass(fault):
                    await self._wait(batch[at:], fault)
                    return
                log.error("not written", fault=type(fault).__name__, exc_info=fault)
                _settle(done, fault)
            else:
                _settle(done)

    async def _wait(self, batch: Sequence[tuple[Item, asyncio.Future[None]]], fault: Exception) -> None:
        """They come first when the database is there again."""
        self._waiting = [*batch, *self._waiting]
        self._database.tell(fault)
        await self._clock.sleep(DATABASE_AWAY_S)


def _settle(done: asyncio.Future[None], fault: Exception | None = None) -> None:
    """Whoever brought it may have gone meanwhile."""
    if done.done():
        return
    if fault is None:
        done.set_result(None)
    else:
        done.set_exception(fault)
