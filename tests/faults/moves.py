"""SIGKILL `python -m bot move` again and again, and look whether what has arrived at last is what was left.

python -m tests.faults.moves --kills 20 --tickets 2000 --seed 1
"""

import argparse
import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from scripts.fill_town import fill
from tests.bot.carried import rows_of, url_of
from tests.processes import ROOT

LONGEST_S = 1.5


def run(folder: Path, *, kills: int, tickets: int, seed: int) -> tuple[int, int]:
    """How many kills came while something had arrived and not all; how many rows differ in the end."""
    dice, old, new = random.Random(seed), folder / "old.db", folder / "new.db"
    asyncio.run(fill(url_of(old), tickets, seed))
    words = [sys.executable, "-m", "bot", "move", url_of(old), url_of(new)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    halfway = 0
    for _ in range(kills):
        with subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as moving:
            began = time.monotonic()
            while not is_halfway(new) and moving.poll() is None and time.monotonic() - began < 60:
                time.sleep(0.005)
            time.sleep(dice.uniform(0, LONGEST_S))
            moving.kill()
        halfway += is_halfway(new)
    code = subprocess.run(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False).returncode
    theirs, ours = rows_of(old), rows_of(new)
    differing = sum(len(set(map(repr, theirs[name])) ^ set(map(repr, ours.get(name, [])))) for name in theirs)
    return halfway, differing + (code if is_halfway(new) else 0)


def is_halfway(file: Path) -> bool:
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        try:
            return books.execute("SELECT 1 FROM sqlite_master WHERE name = 'moving'").fetchone() is not None
        except sqlite3.OperationalError:
            return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.moves", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--tickets", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grid-moves-") as folder:
        halfway, differing = run(Path(folder), **vars(options))
    print(f"{options.kills} kills, {halfway} of them halfway, seed {options.seed}: {differing} rows differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
