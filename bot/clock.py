"""The time: passed in everywhere, so that a test or a rehearsal can move it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall time for records and deadlines, monotonic seconds for paces. shift: seconds, for rehearsals."""

    def __init__(self, shift: float = 0) -> None:
        self._shift = timedelta(seconds=shift)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
