"""Updates pushed to a webhook: in order within a lane, repeated with growing delay until taken."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from simulator.town import Town

FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds
ANSWER_WITHIN = 60.0
IDLE = 1.0


class Postman:
    """One delivery at a time in each lane, at most max_connections in all."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.queue = town.records.queue
        self.store = town.records.store
        self.under_way: dict[str, asyncio.Task[None]] = {}
        self.not_before: dict[str, tuple[float, float]] = {}  # lane -> (loop time of the next try, delay after that)

    async def run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN)) as session:
            try:
                while True:
                    grown = self.queue.grown
                    if webhook := self.store.note("webhook"):
                        self._send_out(session, webhook)
                    await self._rest(grown)
            finally:
                for task in self.under_way.values():
                    task.cancel()
                await asyncio.gather(*self.under_way.values(), return_exceptions=True)

    def _send_out(self, session: aiohttp.ClientSession, webhook: dict[str, Any]) -> None:
        now = asyncio.get_running_loop().time()
        for number, lane, update in self.queue.lanes():
            if len(self.under_way) >= webhook["max_connections"]:
                return
            if lane not in self.under_way and self.not_before.get(lane, (0.0, 0.0))[0] <= now:
                self.under_way[lane] = asyncio.create_task(self._deliver(session, webhook, number, lane, update))

    async def _rest(self, grown: asyncio.Event) -> None:
        """Until there is something new, a delivery has ended, or a repeat may be due."""
        news = asyncio.ensure_future(grown.wait())
        now = asyncio.get_running_loop().time()
        due = min((time - now for time, _ in self.not_before.values() if time > now), default=IDLE)
        await asyncio.wait(
            {news, *self.under_way.values()}, timeout=min(due, IDLE), return_when=asyncio.FIRST_COMPLETED
        )
        news.cancel()

    async def _deliver(
        self, session: aiohttp.ClientSession, webhook: dict[str, Any], number: int, lane: str, update: dict[str, Any]
    ) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"]} if webhook["secret"] else {}
        problem, reply = None, b""
        try:
            async with session.post(webhook["url"], json=update, headers=headers, allow_redirects=False) as response:
                reply = await response.read()
                if not 200 <= response.status < 300:
                    problem = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as wrong:
            problem = f"Connection failed: {type(wrong).__name__}"
        finally:
            self.under_way.pop(lane, None)
        if problem is None:
            self.not_before.pop(lane, None)
            with self.town.change() as records:
                records.queue.confirm(number)
            await self._obey(reply)
        else:
            self._later(lane, problem)

    def _later(self, lane: str, problem: str) -> None:
        delay = self.not_before.get(lane, (0.0, FIRST_DELAY))[1]
        self.not_before[lane] = (asyncio.get_running_loop().time() + delay, min(2 * delay, LONGEST_DELAY))
        with self.store.change():
            self.store.set_note("webhook_error", {"date": int(self.town.now), "message": problem})

    async def _obey(self, reply: bytes) -> None:
        """A webhook may answer with a method to call."""
        try:
            asked = json.loads(reply)
        except ValueError:
            return
        if isinstance(asked, dict) and isinstance(method := asked.pop("method", None), str):
            await self.town.call(self.town.records.bot["token"], method, asked)
