"""`python -m tests.benchmarks`: every figure of ours beside what it is held against, from one run.

Ours and the baseline take turns within the run, and the median of the rounds counts: others may be using the machine.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.log import set_up
from tests.benchmarks import (
    answers,
    atlas,
    districts,
    known,
    million,
    pairs,
    pictures,
    postgres,
    rest,
    turns,
    urgent,
    webhook,
)
from tests.benchmarks.figures import Line, machine, table

SEED = 20261122
PARTS = ("turns", "postgres", "webhook", "urgent", "answers", "pictures", "pairs", "rest", "atlas", "districts")
LONG = ("million", "known")
"""Minutes and gigabytes: only when it is named."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        choices=[*PARTS, *LONG, []],
        help=f"of {', '.join(PARTS)} (none: all of them) and {', '.join(LONG)}",
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    set_up("WARNING")
    print(machine(), f"· seed {asked.seed} · {asked.rounds} rounds", flush=True)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder:
        for part in asked.parts or PARTS:
            lines += asyncio.run(_part(part, Path(folder), asked.rounds, asked.seed))
    print(table(lines))
    print(machine())


def _part(part: str, folder: Path, rounds: int, seed: int) -> Coroutine[Any, Any, list[Line]]:
    match part:
        case "turns":
            return turns.measured(folder, count=200, rounds=rounds, seed=seed)
        case "postgres":
            return postgres.measured(folder / "postgres", count=240, rounds=rounds, seed=seed)
        case "webhook":
            return webhook.measured(folder / "webhook", count=4000, rounds=rounds)
        case "urgent":
            return urgent.measured(folder / "urgent", cards=1000)
        case "answers":
            return answers.measured(folder, burst=200, singles=40, rounds=rounds, seed=seed)
        case "pictures":
            return pictures.measured(count=50, rounds=rounds, seed=seed)
        case "pairs":
            return pairs.measured(count=6, rounds=rounds, seed=seed)
        case "atlas":
            return atlas.measured(rounds=rounds, seed=seed)
        case "districts":
            return districts.measured(rounds=rounds, seed=seed)
        case "known":
            return known.measured(rounds=rounds, seed=seed)
        case "million":
            return million.measured(folder / "million", seed=seed)
        case _:
            return rest.measured(folder / "rest")


if __name__ == "__main__":
    main()
