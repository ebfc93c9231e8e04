"""What happens in the town, told at once to those who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

Json = dict[str, Any]
BACKLOG = 1000  # a listener that falls further behind loses the oldest: his page asks anew


class Events:
    """Events are kept back until the change they tell of is committed."""

    def __init__(self, may_see: Callable[[int, Json], bool]) -> None:
        self.may_see = may_see
        self.kept_back: list[Json] = []
        self.listeners: dict[asyncio.Queue[Json], int | None] = {}

    def add(self, kind: str, chat: int | None, **told: Any) -> None:
        self.kept_back.append({"type": kind, **({} if chat is None else {"chat": chat}), **told})

    def tell(self) -> None:
        happened, self.kept_back = self.kept_back, []
        for event in happened:
            for queue, person in self.listeners.items():
                if person is None or self.may_see(person, event):
                    if queue.full():
                        queue.get_nowait()
                    queue.put_nowait(event)

    def forget(self) -> None:
        self.kept_back = []

    async def listen(self, person: int | None) -> AsyncGenerator[Json | None, None]:
        """What this person (None: anybody) sees from now on; None at once and every 15 s, a sign of life."""
        queue: asyncio.Queue[Json] = asyncio.Queue(BACKLOG)
        self.listeners[queue] = person
        try:
            yield None  # from here on nothing is missed
            while True:
                event = None
                with suppress(TimeoutError):
                    event = await asyncio.wait_for(queue.get(), 15)
                yield event
        finally:
            del self.listeners[queue]
