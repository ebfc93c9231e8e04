"""`python -m tests.fuzz [--updates 100000] [--seed 1]`: made-up updates, each page of them to a town of its own.

`--only N`: the page of update N again, up to it, and everything about it. `--first N`: begin with that page.
Ctrl-C ends it early, and the pages played so far are told.
Exit 0 only if nothing crashed, nothing was set aside, nothing was left undone and nothing said by mistake.
"""

import argparse
import json
import logging
import sys
import time
from collections import Counter

import structlog

from bot.garbage import collect_seldom
from tests.fuzz.looking import Fault
from tests.fuzz.playing import PAGE, Fuzz, page

SHOWN = 20
KINDS = (
    "crashed",
    "set aside",
    "stuck",
    "refused for its form",
    "unanswered",
    "untold by its events",
    "said by mistake",
)


def main() -> int:
    told = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    told.add_argument("--updates", type=int, default=100_000)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--first", type=int, default=0, metavar="PAGE")
    told.add_argument("--only", type=int, metavar="N")
    asked = told.parse_args()
    collect_seldom()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if asked.only is not None:
        return _again(asked.seed, asked.only)
    faults: list[Fault] = []
    played, tickets, said, number = 0, 0, 0, asked.first
    kinds: Counter[str] = Counter()
    began, spent = time.monotonic(), time.process_time()
    try:
        while played < asked.updates:
            one = page(asked.seed, number, min(PAGE, asked.updates - played))
            for fault in one.faults[:SHOWN]:
                print(f"{fault.kind}: update {fault.number}: {fault.told}", flush=True)
            faults += one.faults
            played, tickets, said, number = played + one.played, tickets + one.tickets, said + one.said, number + 1
            kinds += one.kinds
            if sys.stderr.isatty() or number % 10 == 0:
                print(f"… {played:,} updates, {len(faults)} faults", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("ended early", file=sys.stderr)
    _print(kinds)
    counts = Counter(fault.kind for fault in faults)
    told_all = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    print(f"{played:,} updates, seed {asked.seed}: {told_all}")
    print(f"{number - asked.first} towns, {tickets:,} tickets, {said:,} calls of ours; "
          f"{time.process_time() - spent:.0f} s of CPU, {time.monotonic() - began:.0f} s")  # fmt: skip
    return 1 if faults else 0


def _print(kinds: Counter[str]) -> None:
    for kind, count in kinds.most_common():
        print(f"{count:>8,} {kind}")


def _again(sown: int, number: int) -> int:
    one: Fuzz = page(sown, number // PAGE, number % PAGE + 1)
    print(json.dumps(one.last, ensure_ascii=True, indent=1))
    for call in one.called:
        print(call["method"], json.dumps(call["params"], ensure_ascii=False), call["error"] or "")
    mine = [fault for fault in one.faults if fault.number == number]
    for fault in mine:
        print(f"{fault.kind}: {fault.told}")
    return 1 if mine else 0


if __name__ == "__main__":
    sys.exit(main())
