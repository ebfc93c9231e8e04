"""From a report to its card: real processes, real HTTP, long polling; the times are the simulator's.

Ours: `python -m bot run`, a photo with a caption becomes a ticket, its card is the answer under it (beside it a
department's card is posted, the picture is fetched and cleaned). Against: a bare echo, one message under each.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo import demo_district
from tests.benchmarks.figures import Line, bound, percentile, ratio
from tests.benchmarks.processes import Street, our_bot, process, simulator
from tests.benchmarks.street import TOKEN, Report, reports

RATIO_AIM, LATENCY_AIM_MS = 0.5, 15.0
WARM_UP = 20
PATIENCE_S = 120.0
STILL_S = 0.5
"""Between two reports of the latency's run: long enough for the picture of the one before to be worked on."""


@dataclass(frozen=True, slots=True)
class Round:
    """per_s: answers a second of a burst. each_ms: from a report to its answer, with one report at a time."""

    per_s: float
    each_ms: list[float]


async def measured(folder: Path, *, burst: int, singles: int, rounds: int, seed: int) -> list[Line]:
    """`rounds` times ours, then the echo, each with a simulator of its own."""
    ours, echoes = [], []
    for number in range(rounds):
        with demo_district() as district:
            home = folder / f"ours{number}"
            home.mkdir()
            async with simulator(home / "simulator") as street, _ours(home, street, district):
                ours.append(await _round(street, burst, singles, seed + number))
        home = folder / f"echo{number}"
        async with simulator(home) as street, process("-m", "tests.benchmarks.echo", street.address, TOKEN):
            echoes.append(await _round(street, burst, singles, seed + number))
    p50, theirs50 = [percentile(one.each_ms, 50) for one in ours], [percentile(one.each_ms, 50) for one in echoes]
    p99, theirs99 = [percentile(one.each_ms, 99) for one in ours], [percentile(one.each_ms, 99) for one in echoes]
    note = f"{burst} at once in 6 groups; ours also posts the department's card and works on the picture"
    return [
        ratio("report → card", "1/s", [one.per_s for one in ours], [one.per_s for one in echoes], RATIO_AIM, note),
        bound("report → card, one at a time, p50", "ms", p50, LATENCY_AIM_MS, sorted(theirs50)[len(theirs50) // 2]),
        Line("  the same, p99", "ms", sorted(p99)[len(p99) // 2], sorted(theirs99)[len(theirs99) // 2]),
    ]


@asynccontextmanager
async def _ours(home: Path, street: Street, district: Path) -> AsyncIterator[None]:
    async with process("-m", "bot", "run", **our_bot(home, street.address, district)):
        yield


async def _round(street: Street, burst: int, singles: int, seed: int) -> Round:
    told = list(reports(WARM_UP + burst + singles, seed))
    await _answered(street, told[:WARM_UP])
    each = []
    for report in told[WARM_UP : WARM_UP + singles]:
        (answer,) = await _answered(street, [report])
        each.append(answer * 1000)
        await asyncio.sleep(STILL_S)
    answers = await _answered(street, told[WARM_UP + singles :])
    return Round(burst / max(answers), each)


async def _answered(street: Street, told: list[Report]) -> list[float]:
    """Post them all; seconds from the first post to each one's answer, as the simulator noted both."""
    posted = {(report.group, await street.post(report)) for report in told}
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        await asyncio.sleep(min(0.2, 0.02 * len(told)))
        answers = _answers(await street.calls(), posted)
        if len(answers) == len(posted):
            first = min(_arrivals(await street.updates(), posted))
            return [at - first for at in answers.values()]
    raise TimeoutError(f"{len(posted) - len(answers)} of {len(posted)} reports got no answer")


def _arrivals(updates: list[dict[str, Any]], posted: set[tuple[int, int]]) -> list[float]:
    """When the posts came in, in unix seconds."""
    return [update["date"] for update in updates if _spot(update["body"]) in posted]


def _answers(calls: list[dict[str, Any]], posted: set[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """When each post got its first answer."""
    answers: dict[tuple[int, int], float] = {}
    for call in calls:
        if call["method"] == "sendMessage" and call["result"] is not None:
            spot = _spot(call["result"].get("reply_to_message", {}))
            if spot in posted:
                answers.setdefault(spot, call["time"])
    return answers


def _spot(message: dict[str, Any]) -> tuple[int, int]:
    return message.get("chat", {}).get("id", 0), message.get("message_id", 0)
