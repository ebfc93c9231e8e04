"""`python -m tests.likeness --seed 1`: what is known again, what is taken for another, and what is not promised."""

import argparse
import sys

from media.known import MANY, MANY_ALONE
from media.overlay import COPY
from tests.likeness.changes import CHANGES
from tests.likeness.measuring import Measured, measure
from tests.makers import MAKERS

FOUND, FALSE = 0.95, 0.01


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.likeness", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20, help="pictures of each maker that are changed")
    parser.add_argument("--strangers", type=int, default=100, help="pictures of each maker that are compared")
    asked = parser.parse_args()
    print(f"seed {asked.seed} · alike from {MANY} spots, {MANY_ALONE} without a second look; a copy from {COPY}")
    print(table(measure(asked.seed, asked.count, asked.strangers, lambda line: print(line, file=sys.stderr))))


def table(measured: Measured) -> str:
    lines = ["", f"{'found':38}" + "".join(f"{name:>16}" for name in MAKERS) + "   (by spots alone)"]
    for change in CHANGES:
        cells = [measured.changes[change, name] for name in MAKERS]
        weak = " BELOW THE LINE" if sum(c.found for c in cells) < FOUND * sum(c.of for c in cells) else ""
        lines.append(f"{change:38}" + "".join(f"{f'{c.found}/{c.of} ({c.alone})':>16}" for c in cells) + weak)
    lines += ["", "taken for a copy, though it is none"]
    for (what, name), counted in measured.retakes.items():
        lines.append(f"{what + ', ' + name:54}{counted.found}/{counted.of} ({counted.alone})")
    for name, counted in measured.strangers.items():
        weak = " ABOVE THE LINE" if counted.share > FALSE else ""
        lines.append(f"{'another picture, ' + name:54}{counted.found}/{counted.of} ({counted.alone}){weak}")
    lines += ["", "spots two strangers have alike: pairs"]
    for name, nearest in measured.nearest.items():
        lines.append(f"{name:10}" + "  ".join(f"{many}: {pairs}" for many, pairs in sorted(nearest.items())))
    lines += [
        "",
        f"the index missed {measured.missed.found} of {measured.missed.of} that a look at every picture finds",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
