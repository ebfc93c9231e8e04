"""Was this picture ever used before? The index of all pictures of the town, as this process has it, and the second look
at what it finds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime import Runtime
from media.known import MANY_ALONE, Alike, Known
from media.overlay import COPY, sameness
from models.photo import Photo, PhotoState

A_PAGE = 1_000
"""Rows at once: the loop is kept for about 2 ms by them."""
A_LOAD = 20_000
"""So many are sorted in at once, in a thread."""
TRAILS = 500
"""Ids so little below the newest are looked through again: another process may take a lower one and commit it later."""
MOST = 5


class KnownPictures:
    """Filled from the photos table as it grows, at the first question and before each one after."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.known = Known()
        self.floor = 0
        """Every picture up to this id that will ever have a likeness is in."""
        self._above: set[int] = set()
        self._filling: asyncio.Task[None] | None = None

    async def asked(self, photo: int, likeness: bytes, thumbnail: bytes) -> tuple[list[int], int]:
        """Ids of the photos that are this picture, the surest first, at most MOST; and up to which id all were seen.

        photo: its own id; from now on it is known. Pictures whose bytes are gone are known by their likeness alone.
        """
        if self._filling is None or self._filling.done():
            self._filling = asyncio.create_task(self._catch_up())
        await asyncio.shield(self._filling)  # who gives up waiting does not stop it for the others
        found = [one for one in await asyncio.to_thread(self.known.alike, likeness, MOST + 1) if one.id != photo]
        if photo > self.floor and photo not in self._above:
            self._above.add(photo)
            await asyncio.to_thread(self.known.add, [photo], [likeness])
        return await self._looked_at(found, thumbnail) if found else [], self.floor

    async def _catch_up(self) -> None:
        """A picture gets its likeness some time after its id: up to the oldest one that still waits, all are there."""
        async with self.runtime.database.read() as session:
            settled = await self._settled(session)
            fresh: dict[int, bytes] = {}
            async for page in self._pages(session):
                fresh |= page
                if len(fresh) >= A_LOAD:
                    await self._add(fresh)
                    fresh = {}
        await self._add(fresh)
        self.floor = max(self.floor, settled)
        self._above = {id for id in self._above if id > self.floor}

    async def _add(self, fresh: dict[int, bytes]) -> None:
        """In, and only then called so: what breaks off in between is read again."""
        await asyncio.to_thread(self.known.add, list(fresh), list(fresh.values()))
        self._above |= fresh.keys()

    async def _pages(self, session: AsyncSession) -> AsyncIterator[dict[int, bytes]]:
        """What is not in yet, by id."""
        at: int | None = self.floor
        while at is not None:
            page = select(Photo.id).where(Photo.likeness.is_not(None), Photo.id > at).order_by(Photo.id).limit(A_PAGE)
            seen = list(await session.scalars(page))
            new = set(seen) - self._above
            if new:
                rows = select(Photo.id, Photo.likeness).where(Photo.id.in_(new))
                yield {id: likeness for id, likeness in await session.execute(rows) if likeness is not None}
            at = seen[-1] if len(seen) == A_PAGE else None

    async def _settled(self, session: AsyncSession) -> int:
        waits = Photo.state == PhotoState.WAITING, Photo.id > self.floor
        oldest = await session.scalar(select(func.min(Photo.id)).where(*waits))
        newest = await session.scalar(select(func.max(Photo.id))) or 0
        return min(newest - TRAILS, newest if oldest is None else oldest - 1)

    async def _looked_at(self, found: list[Alike], thumbnail: bytes) -> list[int]:
        async with self.runtime.database.read() as session:
            asked = select(Photo.id, Photo.thumbnail).where(Photo.id.in_([one.id for one in found]))
            keys = {row.id: row.thumbnail for row in await session.execute(asked)}
        same: list[int] = []
        for one in found:
            kept, key = None, keys.get(one.id)
            with suppress(KeyError):
                kept = await self.runtime.store.get(key) if key else None
            if kept is None:
                is_same = one.fit.many >= MANY_ALONE
            else:
                likely = await asyncio.to_thread(sameness, thumbnail, kept, one.fit)
                is_same = likely is not None and likely >= COPY
            if is_same:
                same.append(one.id)
        return same[:MOST]
