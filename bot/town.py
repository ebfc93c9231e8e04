"""The whole machine, running: receive, keep, turn, say, fetch, ring; started together, ended together."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts, inbox
from bot.callers import heed_admin_ids
from bot.channels.base import Channel, Raw, SendError, TokenRejected
from bot.channels.clock import ClockChannel
from bot.counting import begin_counting
from bot.digests import begin_digests
from bot.errands import Errands
from bot.menus import menus
from bot.placing import glance_by
from bot.presence import while_speaking
from bot.retention import Retention
from bot.runtime import Runtime
from bot.sender import Sender
from bot.together import Together
from bot.worker import Worker
from models.mail import Inbox, InboxState
from models.place import Whereabouts

log = structlog.get_logger()

FIRST = asyncio.FIRST_COMPLETED
STARTS = 7_301_114
"""Any number, the same in every process."""
Row = dict[str, Any]
STOP_S = 8
"""Turns and calls in hand have this long to finish; with what closing takes it stays under the 10 s promised."""
CHORES_EVERY_S, CHORES_AGAIN_S = 3600, 60
A_SLICE = 500
KEEP_POINTS = timedelta(days=1)


class Town:
    """The loops around one runtime. `receive`: long polling; without it, updates come in by the webhook."""

    def __init__(self, runtime: Runtime, *, keep_updates: timedelta = timedelta(days=7), workers: int = 1) -> None:
        self.runtime = runtime
        self.keep_updates = keep_updates
        self.worker, self.errands, self.clock = Worker(runtime), Errands(runtime), ClockChannel(runtime)
        self._more_workers = [Worker(runtime) for _ in range(workers - 1)]
        # Many updates of a webhook share one trip to the disk; where the database is away, they are not confirmed.
        self._kept = Together(runtime.database, runtime.clock, self._keep_all, patient=False)
        self._glance = glance_by(runtime)
        self.sender = Sender(runtime, self._token_lost)
        self.retention = Retention(runtime, keep_updates)
        self.failure: Exception | None = None

    async def keep(self, channel: Channel, raws: Sequence[Raw]) -> None:
        """Store and commit; only then may the channel confirm them."""
        await self._kept.add(inbox.incoming(channel, raws, self.runtime.clock.now()))
        self.runtime.tell("knock")

    async def _keep_all(self, session: AsyncSession, pages: Sequence[list[Row]]) -> None:
        for channel, rows in groupby(chain.from_iterable(pages), key=itemgetter("channel")):
            some = list(rows)
            new = await inbox.keep(session, some, self._glance)
            counts.received.labels(channel).inc(new)
            counts.repeats.labels(channel).inc(len(some) - new)

    async def run(self, *, receive: bool = True) -> None:
        """Until `stop`. Raises what ended it, if it was a fault."""
        await self._begin()
        presence = self.runtime.presence
        present = asyncio.create_task(presence.run())
        stopping = asyncio.create_task(self.runtime.stopping.wait())
        here = asyncio.create_task(presence.here.wait())
        await asyncio.wait({present, stopping, here}, return_when=FIRST)  # nothing is leased by who is not known
        here.cancel()
        turning = [asyncio.create_task(worker.run()) for worker in (self.worker, *self._more_workers)]
        finishing = turning + [asyncio.create_task(loop.run()) for loop in (self.sender, self.errands, self.clock)]
        breaking = [asyncio.create_task(while_speaking(presence, job)) for job in (self._chores, self._show_menus)]
        if receive:
            breaking += [
                asyncio.create_task(while_speaking(presence, partial(self._receive, channel)))
                for channel in self.runtime.channels.values()
            ]
        try:
            watched = {stopping, present, *finishing, *breaking}
            while not stopping.done():
                done, watched = await asyncio.wait(watched, return_when=FIRST)
                for task in done - {stopping}:
                    if task.exception() is not None:
                        self.failure = self.failure or _plain(task.exception())
                        self.stop()
        finally:
            self.stop()
            for task in breaking:
                task.cancel()
            _, late = await asyncio.wait(finishing, timeout=STOP_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*finishing, *breaking, stopping, return_exceptions=True)
            present.cancel()  # last: for whom the others no longer see, they say again what he is just saying
            await asyncio.gather(present, return_exceptions=True)
        if self.failure is not None:
            raise self.failure

    async def _begin(self) -> None:
        """What every process sees to at its start, one after another."""
        now = self.runtime.clock.now()
        async with self.runtime.database.alone(STARTS), self.runtime.database.write() as session:
            for channel in self.runtime.channels:
                await heed_admin_ids(session, channel, self.runtime.admin_ids, now)
            await begin_digests(session, now)
            await begin_counting(session, now)

    def stop(self) -> None:
        self.runtime.stopping.set()
        self.runtime.wake_all()

    async def _receive(self, channel: Channel) -> None:
        async def keep(raws: Sequence[Raw]) -> None:
            await self.keep(channel, raws)

        # Where the database cannot take a page, it is not confirmed: asked for again, it comes again.
        await self.runtime.keep_going(partial(channel.receive, keep), self.runtime.stopping)

    async def _token_lost(self, error: SendError) -> None:
        self.failure = error
        self.stop()

    async def _show_menus(self) -> None:
        for channel in self.runtime.channels.values():
            try:
                await channel.show_menus(menus())
            except TokenRejected:
                raise
            except SendError as error:
                log.warning("menus not set", reason=error.reason)

    async def _chores(self) -> None:
        """What is kept only for a while goes: raw updates, where people were, and what bot/retention.py tells."""
        while True:
            try:
                await self.purge()
                pause = CHORES_EVERY_S
            except (OSError, SQLAlchemyError) as fault:
                log.warning("chores put off", fault=type(fault).__name__)
                pause = CHORES_AGAIN_S
            await self.runtime.clock.sleep(pause)

    async def purge(self) -> None:
        """In slices, so that nobody waits long for the writing connection."""
        now = self.runtime.clock.now()
        while await self._empty_updates(now - self.keep_updates):
            pass
        async with self.runtime.database.write() as session:
            await session.execute(delete(Whereabouts).where(Whereabouts.at < now - KEEP_POINTS))
        await self.retention.run()

    async def _empty_updates(self, before: datetime) -> bool:
        """The oldest of those that still hold their update. Returns whether there may be more."""
        oldest = select(Inbox.id, Inbox.received_at, Inbox.state).where(Inbox.payload.is_not(None)).order_by(Inbox.id)
        async with self.runtime.database.write() as session:
            rows = list(await session.execute(oldest.limit(A_SLICE)))
            ids = [number for number, received_at, state in rows if received_at < before and state != InboxState.NEW]
            await session.execute(update(Inbox).where(Inbox.id.in_(ids)).values(payload=None))
        return len(ids) == A_SLICE


def _plain(error: BaseException | None) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(type(error).__name__)
