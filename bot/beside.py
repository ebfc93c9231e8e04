"""Work under way beside a loop: each lane once, and at most so much at a time."""

import asyncio
from collections.abc import Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger()

Lane = TypeVar("Lane", bound=Hashable)


class Beside(Generic[Lane]):
    """woken: set whenever a piece of work has ended."""

    def __init__(self, most: int, woken: asyncio.Event) -> None:
        self._most, self._woken = most, woken
        self._under_way: dict[Lane, asyncio.Task[None]] = {}

    @property
    def lanes(self) -> frozenset[Lane]:
        return frozenset(self._under_way)

    @property
    def room(self) -> int:
        return self._most - len(self._under_way)

    def start(self, lane: Lane, work: Coroutine[Any, Any, None]) -> None:
        task = self._under_way[lane] = asyncio.create_task(work)
        task.add_done_callback(partial(self._ended, lane))

    async def finish(self) -> None:
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def _ended(self, lane: Lane, task: asyncio.Task[None]) -> None:
        if self._under_way.get(lane) is task:  # begun anew meanwhile, the lane is another's
            del self._under_way[lane]
        self._woken.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("work failed", fault=type(fault).__name__, exc_info=fault)
