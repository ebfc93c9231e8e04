"""All at once, for as long as one likes: the database, the cable to it, and Telegram, hurt by the dice of each minute.

    python -m tests.faults.soak --minutes 480 --seed 1 [--mutant NAME]

A minute has a seed of its own, printed with what came of it: what failed can be played again. One to three bots, on
PostgreSQL with fsync.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.log import set_up
from tests.faults import crashes
from tests.faults.crash_mutants import MUTANTS
from tests.faults.living import Living
from tests.machine import Postgres, postgres_server

A_MINUTE = 60.0
SICK = ("429", "500", "502", "reset_before", "reset_after", "garbled", "truncated", "empty")
BLOWS = 5


def sick(dice: random.Random) -> list[dict[str, object]]:
    """A server that now and then answers badly, in some way."""
    return [
        {"kind": kind, "method": "*", "probability": dice.uniform(0, 0.1), "retry_after": 1}
        for kind in dice.sample(SICK, 2)
    ]


async def a_while(
    folder: Path, server: Postgres, seed: int, *, blows: int = BLOWS, among: Sequence[str] = tuple(crashes.BLOWS)
) -> crashes.Result:
    """among: the kinds of blows the dice choose from."""
    dice = random.Random(seed)
    kinds = [dice.choice(among) for _ in range(blows)]

    def beside(town: Living) -> None:
        town.simulator.faults(sick(dice), seed)

    return await crashes.run(
        folder, server, times=blows, seed=seed, bots=dice.randint(1, 3), kinds=kinds, beside=beside
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=MUTANTS, help="a negative control; there must be violations")
    options = parser.parse_args()
    set_up("CRITICAL", ())
    if options.mutant:
        MUTANTS[options.mutant]()
    began, seed, events, violations, reports = time.monotonic(), options.seed, 0, 0, 0
    with postgres_server(fsync=True) as server:
        while time.monotonic() - began < options.minutes * A_MINUTE:
            with tempfile.TemporaryDirectory(prefix="grid-soak-") as folder:
                result = asyncio.run(a_while(Path(folder), server, seed))
            print(f"seed {seed}: {result}", flush=True)
            events, reports = events + result.blows.total(), reports + result.outcome.reports
            violations += not result.outcome.holds
            seed += 1
    minutes = (time.monotonic() - began) / A_MINUTE
    print(f"{minutes:.1f} minutes, {events} blows, {reports} reports, {violations} violations")
    return 0 if bool(violations) == bool(options.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
