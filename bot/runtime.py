"""What the machine is made of: built once, handed down, closed in reverse order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Channel
from bot.clock import Clock
from bot.database import DATABASE_AWAY_S, Database
from bot.garbage import collect_seldom
from bot.pace import Pace
from bot.passing import may_pass
from bot.presence import Alone, AmongOthers, Presence
from handlers.book import Book
from media.store import Store
from media.workshop import Workshop
from models.district import District

EDITION = select(District.edition)
REST_S = 0.5
"""How long a loop rests at most when nobody wakes it: due times come round without a knock."""


class Runtime:
    """knock, post, errand, ring: something new for the worker, the sender, the errands, the clock.

    voice: what stands for the bot's token where several processes share a database.
    stopping: finish what is in hand, begin nothing new.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Mapping[str, Channel],
        store: Store,
        workshop: Workshop,
        pace: Pace,
        *,
        locale: str = "zh",
        admin_ids: tuple[str, ...] = (),
        voice: str = "",
    ) -> None:
        self.database, self.clock, self.channels = database, clock, channels
        self.store, self.workshop, self.pace = store, workshop, pace
        self.locale, self.admin_ids = locale, frozenset(admin_ids)
        self.knock, self.post, self.errand, self.ring = (
            asyncio.Event(),
            asyncio.Event(),
            asyncio.Event(),
            asyncio.Event(),
        )
        self.stopping = asyncio.Event()
        self.presence: Presence = Alone() if database.is_sqlite else AmongOthers(database, voice, self._wake)
        self._book: Book | None = None
        collect_seldom()

    def channel(self, name: str) -> Channel:
        return self.channels[name]

    async def book(self, session: AsyncSession) -> Book | None:
        """The district as of this transaction: what is remembered, unless a newer edition was loaded since."""
        if "book" not in session.info:
            return await self.edition(session, await session.scalar(EDITION))
        book: Book | None = session.info["book"]
        return book

    async def edition(self, session: AsyncSession, number: int | None) -> Book | None:
        """The district of this edition, which is the one this transaction sees; None: none is loaded."""
        if number is not None and (self._book is None or self._book.edition != number):
            self._book = await Book.read(session)
        session.info["book"] = book = None if number is None else self._book
        return book

    async def rest(self, wake: asyncio.Event, at_most: float = REST_S) -> None:
        """Until woken, or for a while."""
        # Not wait_for, which forgets that it was cancelled where it is woken at the same moment.
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await wake.wait()
        wake.clear()

    async def keep_going(
        self, step: Callable[[], Awaitable[object]], wake: asyncio.Event, rest: float = REST_S
    ) -> None:
        """Step after step until we stop; a rest where there was nothing to do.

        A database that is locked, full or away ends nothing, nor does another process that holds what we want: what
        was begun is rolled back and comes again.
        """
        while not self.stopping.is_set():
            try:
                busy = await step()
            except Exception as fault:
                if not may_pass(fault):
                    raise
                self.database.tell(fault)
                await self.clock.sleep(DATABASE_AWAY_S)
                continue
            if not busy:
                await self.rest(wake, rest)

    async def persist(self, job: Callable[[], Awaitable[None]]) -> None:
        """A job that must be noted, done as soon as the database is there."""
        while True:
            try:
                return await job()
            except Exception as fault:
                if not may_pass(fault):
                    raise
                self.database.tell(fault)
                await self.clock.sleep(DATABASE_AWAY_S)

    def tell(self, *what: str) -> None:
        """There is something new: here, and for the other processes."""
        self._wake(what)
        self.presence.tell(*what)

    def wake_all(self) -> None:
        self._wake(("knock", "post", "errand", "ring"))

    def _wake(self, what: Sequence[str]) -> None:
        bells = {"knock": self.knock, "post": self.post, "errand": self.errand, "ring": self.ring}
        for name in what:
            if name in bells:  # a newer process may know more of them
                bells[name].set()

    async def close(self) -> None:
        for channel in self.channels.values():
            await channel.close()
        await self.workshop.close()
        await self.database.close()
