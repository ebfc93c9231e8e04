"""Hurt PostgreSQL, and the way to it, at random moments under load, and count what came of every report.

    python -m tests.faults.crashes --times 200 --seed 1 [--bots 2] [--mutant split_turn|keep_unheard]

Real bots (their loops, in this process) and a real server with fsync, which crashes and recovers, is stopped and
started, ends backends or has them stand still; a cable between them that is cut, blocked, taken away, or cut exactly at
a COMMIT, before the server hears it or before the bot hears that it was done, or where all is written and the COMMIT is
still to come. After each blow a report is timed until its card stands.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.log import set_up
from tests.faults.blows import BLOWS, Scene
from tests.faults.cable import cable_to
from tests.faults.crash_mutants import MUTANTS
from tests.faults.living import Living, Outcome, living, prepare
from tests.machine import Postgres, postgres_server

BACK_S = 45.0
LOAD = 3
"""Reports a blow, beside the one that is timed."""


@dataclass
class Result:
    outcome: Outcome
    blows: Counter[str] = field(default_factory=Counter)
    back: list[float] = field(default_factory=list)
    """Seconds from the end of each blow until a report made then had its card."""
    commits: int = 0
    """Cut at a COMMIT: what came of it had to be read again."""

    def __str__(self) -> str:
        back = sorted(self.back)
        half, longest = (back[len(back) // 2], back[-1]) if back else (0.0, 0.0)
        blows = ", ".join(f"{kind} {times}" for kind, times in sorted(self.blows.items()))
        return (
            f"{self.outcome}\n{sum(self.blows.values())} blows ({blows}); {self.commits} cut at a COMMIT;"
            f" back after {half:.1f} s (median), {longest:.1f} s (longest)"
        )


async def run(
    folder: Path,
    server: Postgres,
    *,
    times: int,
    seed: int,
    bots: int = 2,
    kinds: Sequence[str] = tuple(BLOWS),
    beside: Callable[[Living], None] = lambda town: None,
) -> Result:
    """Each kind of blow in its turn, at moments of the dice. `server`: with fsync. beside: what else is done to the
    town before each."""
    dice = random.Random(seed)
    name = await asyncio.to_thread(server.create)
    await prepare(server.url(name), folder / "district")
    async with cable_to(server.url(name)) as (cable, near):
        async with living(folder, server.url(name), seed=seed, machines=0) as town:
            for _ in range(bots):
                await town.start(url=near)
            scene, result = Scene(server, name, cable, dice), Result(await town.outcome())
            for number in range(times):
                kind = kinds[number % len(kinds)]
                beside(town)
                town.reports(LOAD)
                await asyncio.sleep(dice.uniform(0, 0.4))
                blow = asyncio.create_task(BLOWS[kind](scene))  # type: ignore[arg-type]
                town.reports(1)
                await blow
                result.blows[kind] += 1
                result.back.append(await _is_back(town))
            town.simulator.faults([])
            await town.settles(BACK_S)
            result.outcome, result.commits = await town.outcome(), cable.cuts
        return result


async def _is_back(town: Living) -> float:
    loop = asyncio.get_running_loop()
    town.reports(1)
    began, report = loop.time(), list(town.said)[-1]
    with suppress(AssertionError):
        await town.until(lambda: town.has_card(report), f"a card for {report}", BACK_S)
    return loop.time() - began


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.crashes", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bots", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", choices=BLOWS, default=list(BLOWS))
    parser.add_argument("--mutant", choices=MUTANTS, help="a negative control; it must lose or double")
    options = parser.parse_args()
    set_up("CRITICAL", ())
    print(f"{options.times} blows, {options.bots} bots, seed {options.seed}, {options.mutant or 'the bot'}", flush=True)
    if options.mutant:
        MUTANTS[options.mutant]()
    with postgres_server(fsync=True) as server, tempfile.TemporaryDirectory(prefix="grid-crashes-") as folder:
        result = asyncio.run(
            run(
                Path(folder), server, times=options.times, seed=options.seed, bots=options.bots, kinds=options.kinds
            )
        )  # fmt: skip
    print(result)
    return 0 if result.outcome.holds != bool(options.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
