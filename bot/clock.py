"""The time: passed in everywhere, so that a test or a rehearsal can move it."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

log = structlog.get_logger()

DRIFT_S = 1.0
"""What a clock is set by without a word."""
STANDS_S = 60.0
"""A clock that was put forward is believed when it has stood so long: what it says for a moment rings no deadline."""
SLOWER = 0.5
"""Where it was put back, ours goes so much slower until the two agree …"""
FAR_S = 86_400.0
"""… and is not believed at all where that is more than a day."""


class Clock:
    """Wall time for records and deadlines, monotonic seconds for paces. shift: seconds, for rehearsals.

    Ours never goes back and never stands, whatever becomes of the machine's: what waits for a moment would wait for it
    twice. wall, monotonic: seconds of the machine's clocks.
    """

    def __init__(
        self,
        shift: float = 0,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shift = timedelta(seconds=shift)
        self._wall, self._monotonic = wall, monotonic
        self._seen = monotonic()
        self._offset = wall() - self._seen
        self._forward_since: float | None = None
        self._is_off = False

    def now(self) -> datetime:
        seen = self._monotonic()
        self._follow(seen, seen - self._seen)
        self._seen = seen
        return datetime.fromtimestamp(seen + self._offset, UTC) + self._shift

    def _follow(self, seen: float, passed: float) -> None:
        """Nearer to the machine's clock."""
        ahead = self._wall() - seen - self._offset
        self._tell(ahead)
        if ahead <= DRIFT_S:
            self._forward_since = None
            if ahead >= 0:
                self._offset += ahead
            elif ahead > -FAR_S:
                self._offset += max(ahead, -passed * SLOWER)
        elif self._forward_since is None:
            self._forward_since = seen
        elif seen - self._forward_since >= STANDS_S:
            self._offset, self._forward_since = self._offset + ahead, None

    def _tell(self, ahead: float) -> None:
        is_off = abs(ahead) > DRIFT_S
        if is_off and not self._is_off:
            log.warning("the machine's clock was moved", seconds=round(ahead))
        self._is_off = is_off

    def monotonic(self) -> float:
        return self._monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
