"""getUpdates: one poller at a time, answered as soon as there is something to tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from simulator.call import Call
from simulator.records import Json, Records
from simulator.refusal import conflict
from simulator.webhook_settings import allow

LONGEST_POLL = 50  # seconds
OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Poll:
    def __init__(self, records: Records) -> None:
        self.records = records
        self.open: asyncio.Future[str] | None = None  # the poll that waits; its result is why it must end

    def end(self, why: str) -> None:
        if self.open is not None and not self.open.done():
            self.open.set_result(why)

    async def updates(self, asked: Json, change: Callable[[], AbstractContextManager[Records]]) -> list[Json]:
        """Telegram ends the elder of two polls with 409; so do we."""
        self.end(OTHER)
        queue = self.records.queue
        with change() as records:
            if records.store.note("webhook"):
                raise conflict(WEBHOOK)
            allow(records, Call(asked, {}))
            queue.confirm_below(asked.get("offset", 0))
        limit = asked.get("limit", 100)
        waiting = queue.waiting(limit)
        loop = asyncio.get_running_loop()
        until = loop.time() + max(0, min(asked.get("timeout", 0), LONGEST_POLL))
        mine = self.open = loop.create_future()
        try:
            while not waiting and (left := until - loop.time()) > 0:
                await self._news(mine, left)
                if mine.done():
                    raise conflict(mine.result())
                waiting = queue.waiting(limit)
        finally:
            if self.open is mine:
                self.open = None
        return waiting

    async def _news(self, mine: asyncio.Future[str], seconds: float) -> None:
        grown = asyncio.ensure_future(self.records.queue.grown.wait())
        both: set[asyncio.Future[Any]] = {grown, mine}
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        grown.cancel()
