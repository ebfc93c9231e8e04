"""How long the loop is kept from its work while pictures are worked on."""

import asyncio
import time
from collections.abc import Awaitable

from media.workshop import Workshop
from tests.benchmarks.figures import Line, bound, percentile
from tests.benchmarks.street import picture

AIM_MS = 10.0
SIZE_PX = (4000, 3000)
TICK_S = 0.005


async def measured(*, count: int, rounds: int, seed: int) -> list[Line]:
    """A task that only wants to wake every 5 ms: how much later than that it does."""
    shown = [await asyncio.to_thread(picture, seed + number, *SIZE_PX) for number in range(min(count, 5))]
    still, busy, each = [], [], []
    async with Workshop() as workshop:
        await workshop.clean(shown[0])
        for _ in range(rounds):
            still.append(percentile(await _lags(asyncio.sleep(1.0)), 99))
            started = time.perf_counter()
            work = asyncio.gather(*(workshop.clean(shown[number % len(shown)]) for number in range(count)))
            busy.append(percentile(await _lags(work), 99))
            each.append((time.perf_counter() - started) / count * 1000)
    note = f"{count} pictures of 12 MP, {sum(each) / rounds:.0f} ms each; against: the same loop with nothing to do"
    return [bound("loop lag p99 while pictures are worked on", "ms", busy, AIM_MS, sorted(still)[rounds // 2], note)]


async def _lags(work: Awaitable[object]) -> list[float]:
    """Milliseconds too late, each time, until the work is done."""
    task, lags = asyncio.ensure_future(work), []
    while not task.done():
        due = time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        lags.append(max(0.0, time.perf_counter() - due) * 1000)
    await task
    return lags
