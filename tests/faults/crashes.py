"""Hurt PostgreSQL, and the way to it, at random moments under load, and count what came of every report.

    python -m tests.faults.crashes --times 200 --seed 1 [--bots 2] [--mutant split_turn|keep_unheard]

Real bots (their loops, in this process) and a real server with fsync, which crashes and recovers, is stopped and
started, ends backends or has them stand still; a cable between them that is cut, blocked, taken away, or cut exactly at
a COMMIT, before the server hears it or before the bot hears that it was done. After each blow a report is timed until
its card stands.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import asyncpg

from bot.log import set_up
from models.mail import Inbox
from tests.faults.cable import Cable, cable_to
from tests.faults.crash_mutants import MUTANTS
from tests.faults.living import Living, Outcome, living, prepare
from tests.machine import Postgres, postgres_server

BACK_S = 45.0
LOAD = 3
"""Reports a blow, beside the one that is timed."""
MOST = 8
"""COMMITs of a blow."""
OURS = "application_name = 'roving-grid' AND datname = $1"


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


@dataclass
class Scene:
    server: Postgres
    database: str
    cable: Cable
    dice: random.Random


Blow = Callable[[Scene], Awaitable[None]]


async def crash(scene: Scene) -> None:
    await _down(scene, signal.SIGQUIT)


async def restart(scene: Scene) -> None:
    await _down(scene, signal.SIGINT)


async def _down(scene: Scene, sign: signal.Signals) -> None:
    await asyncio.to_thread(scene.server.stop, sign)
    await asyncio.sleep(scene.dice.uniform(0, 0.5))
    await asyncio.to_thread(scene.server.start)


async def ask(scene: Scene, question: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(host=str(scene.server.folder), user="tester", database="postgres")
    try:
        return list(await connection.fetch(question, scene.database))
    finally:
        await connection.close()


async def terminate(scene: Scene) -> None:
    await ask(scene, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND {OURS}")


async def terminate_one(scene: Scene) -> None:
    await ask(
        scene,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS} AND state <> 'idle' LIMIT 1",
    )


async def stand_still(scene: Scene) -> None:
    """Some backends, in whatever they do."""
    pids = [row[0] for row in await ask(scene, f"SELECT pid FROM pg_stat_activity WHERE {OURS}")]
    some = scene.dice.sample(pids, min(2, len(pids)))
    for sign in (signal.SIGSTOP, signal.SIGCONT):
        for pid in some:
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        if sign == signal.SIGSTOP:
            await asyncio.sleep(scene.dice.uniform(0.1, 1.0))


async def cut(scene: Scene) -> None:
    scene.cable.cut()


async def block(scene: Scene) -> None:
    scene.cable.block()
    await asyncio.sleep(scene.dice.uniform(0.1, 1.5))
    scene.cable.unblock()


async def take_away(scene: Scene) -> None:
    await scene.cable.take_away()
    await asyncio.sleep(scene.dice.uniform(0, 1))
    await scene.cable.lay()


async def half_way(scene: Scene) -> None:
    """Exactly where a message is handled, and that it is done is not yet committed."""
    finish, hurt = Inbox.finish, asyncio.Event()

    def cut_off(row: Inbox, at: datetime) -> None:
        finish(row, at)
        if row.what == "message" and not hurt.is_set():
            hurt.set()
            scene.cable.cut()

    Inbox.finish = cut_off  # type: ignore[method-assign]
    try:
        await asyncio.wait_for(hurt.wait(), BACK_S)
    finally:
        Inbox.finish = finish  # type: ignore[method-assign]


async def unheard(scene: Scene) -> None:
    await _at_commit(scene, "unheard")


async def unanswered(scene: Scene) -> None:
    await _at_commit(scene, "unanswered")


async def _at_commit(scene: Scene, how: str) -> None:
    """Some of the next few, whosever they are."""
    few = scene.dice.randint(1, MOST)
    scene.cable.at_commit = [scene.dice.choice((how, "heard")) for _ in range(few)]  # type: ignore[misc]
    for _ in range(60):
        if not scene.cable.at_commit:
            return
        await asyncio.sleep(0.05)
    scene.cable.at_commit = []


BLOWS: Mapping[str, Blow] = {
    blow.__name__: blow
    for blow in (
        crash, restart, terminate, terminate_one, stand_still, cut, block, take_away, half_way, unheard, unanswered
    )
}  # fmt: skip


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
