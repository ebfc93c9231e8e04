"""Who writes next. Between a call and its note a death leaves doubt, and doubt is said twice: notes go first."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """one: a single transaction at a time, as SQLite wants it; else nobody begins one while a first is under way, so
    that this process's time is its. Firsts keep nobody out for good: what they note had to be claimed by another."""

    def __init__(self, *, one: bool) -> None:
        self._one = one
        self._inside = self._firsts = 0
        self._waiting: tuple[deque[asyncio.Future[None]], deque[asyncio.Future[None]]] = deque(), deque()

    @asynccontextmanager
    async def passed(self, *, first: bool = False) -> AsyncIterator[None]:
        await self._enter(first)
        try:
            yield
        finally:
            self._leave(first)
            self._let_in()

    async def _enter(self, first: bool) -> None:
        if self._may(first):
            self._go_in(first)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[not first].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(first)
            self._let_in()
            raise

    def _may(self, first: bool) -> bool:
        if self._one and self._inside:
            return False
        return first or not (self._firsts or self._waiting[0])

    def _go_in(self, first: bool) -> None:
        self._inside += 1
        self._firsts += first

    def _leave(self, first: bool) -> None:
        self._inside -= 1
        self._firsts -= first

    def _let_in(self) -> None:
        """Whoever may now; each is counted as inside before it knows."""
        for first in (True, False):
            queue = self._waiting[not first]
            while queue and (queue[0].done() or self._may(first)):
                turn = queue.popleft()
                if not turn.done():  # else it was given up
                    self._go_in(first)
                    turn.set_result(None)
