"""Turns a second on PostgreSQL: 1, 4 and 16 workers in one process, and two processes, each against the same rows
written by bare SQLAlchemy transactions, as many side by side, as many processes.

`python -m tests.benchmarks.postgres URL FOLDER HOW NUMBER` is one of the processes: it says when it is ready, begins at
a line on its standard input, and ends when it is done.
"""

import argparse
import asyncio
import json
import pickle
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bot.channels.telegram import TelegramChannel
from bot.demo import demo_district
from bot.log import set_up
from models.types import Base
from tests.benchmarks import bare
from tests.benchmarks.bare import Turn
from tests.benchmarks.figures import Line, ratio
from tests.benchmarks.grounds import OnPostgres, on_postgres, opened
from tests.benchmarks.street import TOKEN, seeded
from tests.benchmarks.turns import bare_turns, emptied, our_turns, recorded, runtime_of, town, written
from tests.inprocess import InProcess

AIM = 0.6
WORKERS = (1, 4, 16)
PROCESSES, WORKERS_EACH = 2, 4


async def measured(folder: Path, *, count: int, rounds: int, seed: int) -> list[Line]:
    folder.mkdir(exist_ok=True)
    async with on_postgres() as grounds, town(grounds, folder, count, seed) as channel:
        turns, statements = await recorded(channel, grounds, folder)
        lines = [await _side_by_side(channel, grounds, folder, turns, workers, rounds) for workers in WORKERS]
        lines.append(await _processes(grounds, folder, turns, rounds))
    lines.append(Line("  SQL statements of a turn there", "", median(statements)))
    return lines


async def _side_by_side(
    channel: TelegramChannel, grounds: OnPostgres, folder: Path, turns: list[Turn], workers: int, rounds: int
) -> Line:
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(len(turns) / await our_turns(channel, await grounds.copy(), folder, turns, workers))
        theirs.append(len(turns) / await bare_turns(await grounds.copy(), turns, bare.with_objects, workers))
    note = f"against as many bare ORM transactions side by side ({workers}); fsync on"
    return ratio(f"turns, PostgreSQL, workers: {workers}", "1/s", ours, theirs, AIM, note)


async def _processes(grounds: OnPostgres, folder: Path, turns: list[Turn], rounds: int) -> Line:
    (folder / "turns.pickle").write_bytes(_packed(turns))
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(len(turns) / await _together(await grounds.copy(), folder, "ours"))
        theirs.append(len(turns) / await _together(await grounds.copy(), folder, "bare"))
    note = f"{WORKERS_EACH} workers each, against two processes of bare ORM transactions"
    return ratio(f"turns, PostgreSQL, processes: {PROCESSES}", "1/s", ours, theirs, AIM, note)


async def _together(url: str, folder: Path, how: str) -> float:
    """Seconds from the word to begin until the last of them is done."""
    words = ("-m", "tests.benchmarks.postgres", url, str(folder), how)
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(sys.executable, *words, str(number), stdin=pipe, stdout=pipe)
        for number in range(PROCESSES)
    ]
    try:
        for one in started:
            assert one.stdout is not None
            assert (await one.stdout.readline()).strip() == b"ready"
        began = time.perf_counter()
        for one in started:
            assert one.stdin is not None
            one.stdin.write(b"go\n")
        done = [await one.stdout.readline() for one in started if one.stdout is not None]
        took = time.perf_counter() - began
        assert [line.strip() for line in done] == [b"done"] * PROCESSES
        return took
    finally:
        for one in started:
            if one.returncode is None:
                one.kill()
                await one.wait()


async def _ours(url: str, folder: Path, number: int) -> None:
    with demo_district() as district:
        cast = json.loads((district / "town.json").read_text("utf-8"))
    simulator = seeded(folder / f"simulator{number}-{time.time_ns()}", cast)
    channel = TelegramChannel(TOKEN, "http://town.test", wire=InProcess(simulator))
    await channel.open()
    async with opened(url) as database:
        runtime = runtime_of(database, channel, folder)
        async with database.write() as session:
            await runtime.book(session)
        _wait_for_the_word()
        await emptied(runtime, WORKERS_EACH)
        print("done", flush=True)


async def _bare(url: str, turns: Sequence[Turn]) -> None:
    async with bare.engine(url, most=WORKERS_EACH) as sessions:
        _wait_for_the_word()
        shares = [list(turns[at::WORKERS_EACH]) for at in range(WORKERS_EACH)]
        await asyncio.gather(*(written(sessions, share, bare.with_objects) for share in shares))
        print("done", flush=True)


def _packed(turns: Sequence[Turn]) -> bytes:
    """Tables by their names: they cannot be packed themselves."""
    plain = [(one.inbox_id, one.serial, [[(t.name, row) for t, row in level] for level in one.levels]) for one in turns]
    return pickle.dumps(plain)


def _unpacked(packed: bytes) -> list[Turn]:
    tables = Base.metadata.tables
    return [
        Turn(inbox, serial, tuple(tuple((tables[name], row) for name, row in level) for level in levels))
        for inbox, serial, levels in pickle.loads(packed)
    ]


def _wait_for_the_word() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.postgres", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("how", choices=("ours", "bare"))
    parser.add_argument("number", type=int)
    asked = parser.parse_args()
    set_up("WARNING")
    if asked.how == "ours":
        asyncio.run(_ours(asked.url, asked.folder, asked.number))
    else:
        turns = _unpacked((asked.folder / "turns.pickle").read_bytes())
        asyncio.run(_bare(asked.url, turns[asked.number :: PROCESSES]))


if __name__ == "__main__":
    main()
