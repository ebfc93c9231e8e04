"""python -m tests.month [--tickets 3000] [--seed 1] [--days 30]: the table, and 1 where somebody heard too much."""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.books import PostgresBooks
from tests.cast import MORNING, town_in
from tests.month.figures import faults, lines, table
from tests.month.people import People, moments
from tests.month.playing import Month

HOUR = timedelta(hours=1)


async def played(folder: Path, books: PostgresBooks | None = None, *, tickets: int, days: int, seed: int) -> Month:
    """As many reports as tickets are wanted; those that join another one, or are chatter, come on top."""
    async with town_in(folder, books, staff_started=True) as town:
        month = Month(town, seed)
        await month.allow_many()
        people = People(month)
        await people.move_in()
        for moment in moments(month, MORNING + 15 * HOUR, days, round(tickets * 1.15)):
            people.report_at(moment)
        await month.play(MORNING + timedelta(days=days + 2))
        await town.nothing_went_wrong()
        await month.keep()
        return month


def main() -> int:
    told = argparse.ArgumentParser(prog="python -m tests.month")
    told.add_argument("--tickets", type=int, default=3000)
    told.add_argument("--days", type=int, default=30)
    told.add_argument("--seed", type=int, default=1)
    asked = told.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town"
        path.mkdir()
        month = asyncio.run(played(path, tickets=asked.tickets, days=asked.days, seed=asked.seed))
    made = len(month.rounds)
    print(f"{made} tickets in {asked.days} days, played in {time.monotonic() - started:.0f} s")
    print(table(lines(month, made)))
    too_much = faults(month)
    for fault in too_much[:20]:
        print(f"too much: {fault}")
    return 1 if too_much else 0


if __name__ == "__main__":
    sys.exit(main())
