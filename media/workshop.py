"""Where pictures are worked on: a few threads, so that the loop stays free and memory bounded."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from media import pairs, photos

Result = TypeVar("Result")


def _after_the_loop() -> None:
    """Where both want the processor, the loop goes first. Only Linux lets one thread alone be modest."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Workshop:
    """At most `threads` pictures are decoded at once; the others wait in line. After close() it raises RuntimeError."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="workshop", initializer=_after_the_loop)

    async def clean(self, data: bytes, *, hides: bool = True) -> photos.Picture:
        """As photos.clean."""
        return await self._work(lambda: photos.clean(data, hides=hides))

    async def pair(self, before: bytes, after: bytes, captions: tuple[str, str], title: str = "") -> bytes:
        """As pairs.pair."""
        return await self._work(lambda: pairs.pair(before, after, captions, title))

    async def _work(self, job: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, job)

    async def close(self) -> None:
        """Drop what still waits (its caller is cancelled), finish what is in hand."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
