"""Forged calls of the webhook in numbers: `python -m tests.attacks.forged --count 100000 --seed 1`."""

import argparse
import asyncio
import logging
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import structlog

from tests.attacks.door import KNOWS, SECRET, Door, opened, request, true
from tests.cast import town_in

PAUSE_EVERY = 50


@dataclass
class Told:
    """refused: forged ones answered with 4xx. lost: true ones that were not kept. p99_ms: of true ones, meanwhile."""

    forged: int
    refused: int
    persisted: int
    true: int
    lost: int
    p99_ms: float
    seed: int

    def __str__(self) -> str:
        return (
            f"{self.forged} forged calls: {self.refused} refused, {self.persisted} persisted; "
            f"{self.true} true ones meanwhile: {self.lost} lost, p99 {self.p99_ms:.1f} ms; seed {self.seed}"
        )


def forgery(number: int, chance: Random) -> bytes:
    """A call that is nearly right: its secret is short, long, turned, guessed or missing; or its address is wrong."""
    wrong = [SECRET[: chance.randrange(len(SECRET))], SECRET + chance.choice("ab_-"), SECRET.swapcase(), "0" * 25]
    names = ["X-Telegram-Bot-Api-Secret-Token", "X-Telegram-Bot-Api-Secret", "Authorization", "Cookie"]
    name = chance.choice(names)
    secret = SECRET if name != names[0] else chance.choice(wrong)
    body = true(100_000 + number, "x" * chance.randrange(2000))
    if chance.random() < 0.2:
        return request(body, f"/telegram{chance.choice('/.~?x')}x".replace("?", "//"), **KNOWS)
    return request(body, **{name: secret})


async def storm(door: Door, *, forged: int, true: int, lines: int, seed: int) -> Told:
    """Forged calls on `lines` connections kept alive, true ones one after another on one more."""
    refused = await asyncio.gather(
        *(_forge(door, range(line, forged, lines), Random(f"{seed}:{line}")) for line in range(lines)),
        _true(door, true),
    )
    times: list[float] = refused.pop()  # type: ignore[assignment]
    kept = {int(row.update) - 8_000_000 for row in await door.kept()}
    lost = sum(number not in kept for number in range(true))
    p99 = sorted(times)[int(len(times) * 0.99) - 1] if len(times) > 1 else max(times)
    return Told(forged, sum(refused), sum(number >= 100_000 for number in kept), true, lost, p99, seed)  # type: ignore[arg-type]


async def _forge(door: Door, numbers: range, chance: Random) -> int:
    refused, line = 0, None
    for number in numbers:
        if line is None:
            line = await asyncio.open_connection("127.0.0.1", door.port)
        reader, writer = line
        try:
            writer.write(forgery(number, chance))
            status, closes = await _answer(reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            status, closes = 0, True
        refused += 400 <= status < 500
        if closes:
            writer.close()
            line = None
    if line is not None:
        line[1].close()
    return refused


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Status, and whether the line is closed after it."""
    told = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    lines = dict(line.split(": ", 1) for line in told.splitlines()[1:] if ": " in line)
    await reader.readexactly(int(lines.get("content-length", 0)))
    return int(told.split()[1]), lines.get("connection") == "close"


async def _true(door: Door, many: int) -> list[float]:
    times = []
    for number in range(many):
        begun = time.perf_counter()
        assert await door.post(true(number), **KNOWS) == 200
        times.append(1000 * (time.perf_counter() - begun))
    return times


async def main(count: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with town_in(Path(folder) / "town") as town, opened(town) as door:
            print(await storm(door, forged=count, true=max(20, count // 100), lines=16, seed=seed))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(main(given.count, given.seed))
