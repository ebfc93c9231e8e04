"""Cut the power at random moments of a bot's life, and look at what its disk then holds.

    python -m tests.faults.powercuts --cuts 10000 --seed 1 [--reports 60] [--mutant NAME]

The real bot on SQLite talks HTTP to the simulator and is recorded by `strace` (tests/faults/drive.py). Of each disk
that a cut may leave is asked: does SQLite find it whole; has every update that Telegram was told we have its row (I1);
is every ticket there whose number anybody was told.
"""

import argparse
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults import district, drive
from tests.faults.crew import Crew
from tests.faults.kills import Flow
from tests.faults.mutants import MUTANTS
from tests.faults.records import InFile, nothing_waits
from tests.faults.zygote import Zygote
from tests.processes import BOT, BotProcess, SimulatorProcess, until

OFFSET, NUMBER = re.compile(rb"&offset=(\d+)"), re.compile(rb"(?:%23|#)(SY\d+)")
KEPT = "SELECT \"update\" FROM inbox WHERE channel = 'telegram'"
PAUSE_S = 0.05
"""Between two reports: so that they come in several pages."""
LYING = "lying_disk"
"""The control of a disk that does not do what it says; the others are mutants of the bot."""


def can_record() -> bool:
    """Whether there is `strace`, and the right to trace a process."""
    words = [*drive.recorder(Path("/dev/null")), "true"]
    return shutil.which("strace") is not None and not subprocess.run(words, capture_output=True, check=False).returncode


@dataclass(slots=True)
class Told:
    """Of `cuts`: not whole; losing confirmed updates; losing a ticket whose number was told. lost: confirmed updates
    without a row, of `confirmed`, each counted in each cut."""

    cuts: int = 0
    not_whole: int = 0
    losing: int = 0
    lost: int = 0
    confirmed: int = 0
    untold: int = 0

    @property
    def is_sound(self) -> bool:
        return not (self.not_whole or self.losing or self.untold)

    def __str__(self) -> str:
        return (
            f"{self.cuts} cuts: not whole {self.not_whole}; confirmed updates lost in {self.losing}"
            f" ({self.lost} of {self.confirmed}); tickets whose number was told lost in {self.untold}"
        )


@dataclass(frozen=True, slots=True)
class Life:
    """updates: the numbers of those the bot was given. recorded: what it wrote, flushed and said, in order."""

    updates: frozenset[int]
    recorded: list[drive.Event]


def lived(folder: Path, reports: int, seed: int, mutants: Iterable[str | None]) -> list[Life]:
    """One life on an empty disk for each, none of them harmed: only recorded. None: the bot as it is."""
    trace, bots, given = folder / "trace", list[BotProcess](), list[frozenset[int]]()
    town = str(district.write_district(folder / "district"))
    with (
        SimulatorProcess(folder / "simulator", district.town()).start() as simulator,
        Zygote(drive.recorder(trace)) as zygote,
    ):
        flow = Flow(simulator, random.Random(seed))
        for mutant in mutants:
            home = folder / str(mutant)
            home.mkdir()
            words = ("-m", "tests.faults.mutants", mutant, "run") if mutant else (*BOT, "run")
            before = _updates(simulator)
            with Crew(home, simulator, words=words, starter=zygote, DISTRICT=town) as crew:
                (bot,) = crew.bots
                crew.start()
                until(partial(crew.runs, bot), "it to run")
                for _ in range(reports):
                    flow.reports(1)
                    time.sleep(PAUSE_S)
                until(partial(nothing_waits, simulator, InFile(bot.database)), "the bot to have done everything")
                assert bot.stop() == 0, crew.told(bot)[-2000:]
            bots.append(bot)
            given.append(_updates(simulator) - before)
    return [Life(updates, _recorded(trace, bot.database)) for bot, updates in zip(bots, given, strict=True)]


def _updates(simulator: SimulatorProcess) -> frozenset[int]:
    return frozenset(int(update["update_id"]) for update in simulator.updates())


def _recorded(trace: Path, database: Path) -> list[drive.Event]:
    recorded = drive.events(trace, database)
    for end, content in drive.as_it_was_left(recorded).items():
        assert database.with_name(database.name + end).read_bytes() == content, f"not all of {end or 'it'} is recorded"
    return recorded


def judged(life: Life, folder: Path, cuts: int, seed: int, *, flushes: bool = True) -> Told:
    told, dice = Told(cuts), random.Random(seed)
    for number, (files, said) in enumerate(drive.cut(life.recorded, cuts, dice, flushes=flushes)):
        confirmed = {one for one in life.updates if one < max(map(int, _all(OFFSET, said)), default=0)}
        home = folder / f"cut{number}"
        kept, numbers, is_whole = found_in(home, files)
        shutil.rmtree(home)
        told.not_whole += not is_whole
        told.losing += bool(confirmed - kept)
        told.lost += len(confirmed - kept)
        told.confirmed += len(confirmed)
        told.untold += bool({one.decode() for one in _all(NUMBER, said)} - numbers)
    return told


def _all(pattern: re.Pattern[bytes], said: Iterable[bytes]) -> Iterable[bytes]:
    return (found for words in said for found in pattern.findall(words))


def found_in(folder: Path, files: Mapping[str, bytes]) -> tuple[set[int], set[str], bool]:
    """Updates kept, tickets' numbers, and whether SQLite finds all of it whole."""
    folder.mkdir()
    for end, content in files.items():
        (folder / f"town.db{end}").write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / "town.db")) as database:
            checks = [*database.execute("PRAGMA integrity_check"), *database.execute("PRAGMA foreign_key_check")]
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            kept = database.execute(KEPT).fetchall() if "inbox" in tables else []
            numbers = database.execute("SELECT number FROM tickets").fetchall() if "tickets" in tables else []
            return {int(one) for (one,) in kept}, {one for (one,) in numbers}, checks == [("ok",)]
    except sqlite3.DatabaseError:
        return set(), set(), False


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.powercuts", description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--reports", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=[LYING, *MUTANTS], help="a negative control; it must lose or damage")
    asked = parser.parse_args()
    assert can_record(), "strace, or the right to trace a process, is missing"
    mutant = None if asked.mutant == LYING else asked.mutant
    with tempfile.TemporaryDirectory(prefix="grid-cuts-") as place:
        (life,) = lived(Path(place), asked.reports, asked.seed, [mutant])
        told = judged(life, Path(place), asked.cuts, asked.seed, flushes=asked.mutant != LYING)
    writes = sum(event.what == "write" for event in life.recorded)
    flushes = sum(event.what == "flush" for event in life.recorded)
    print(f"seed {asked.seed}, {writes} writes, {flushes} flushes; {asked.mutant or 'as it is'}: {told}")
    return 0 if told.is_sound != bool(asked.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
