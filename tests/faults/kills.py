"""Kill the bot at random moments under load, and count what came of every report.

    python -m tests.faults.kills --kills 1000 --seed 1 [--database sqlite|postgresql] [--processes 3] [--webhook]
    python -m tests.faults.kills --rolling 100 --database postgresql       (asked to end one by one, none killed)
    python -m tests.faults.kills --mutant NAME …                           (a negative control; it must lose or double)

The real bot talks HTTP to the simulator in another process. Reports flow from twelve groups, while it is down and while
it is up; it is SIGKILLed at moments drawn from the seed. It sends as a product does, at the pace of --limits: as
Telegram allows, or `off`, as fast as the simulator answers. The last life, which nobody ends, sends without limits.
Tickets are counted in the bot's database, messages in the simulator's log.
"""

import argparse
import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image

from tests.faults import district
from tests.faults.crew import Crew, door, free_ports
from tests.faults.mutants import MUTANTS
from tests.faults.outcome import Outcome, judge
from tests.faults.records import SENDS, InFile, Log, Records, in_server, nothing_waits, numbers
from tests.faults.zygote import Zygote
from tests.machine import postgres_server
from tests.processes import BOT, SimulatorProcess, Starter, until

__all__ = ["Flow", "jpeg", "numbers", "run"]

WHILE_STARTING = 0.2
"""So many of the kills come before the bot has fetched its first updates."""
LIVES_S, LONGEST = 0.4, 6.0
"""From then on: the mean, and how many times that at most. Where starting takes longer than the mean, as on a machine
that has other things to do, that is the mean, unless another is asked for: or nobody would live to say a word."""
GENTLY = 0.05
"""So many of the ends, where there are several processes, are asked for."""
WITH_PHOTO = 0.1
SLOWLY = [{"kind": "slow", "method": method, "seconds": 0.4} for method in SENDS]
"""Said at once, answered late: so that whoever is asked to end has something in hand."""
AS_TELEGRAM = "30/s 1/s 20/min"
DATABASES = ("sqlite", "postgresql")


class Flow:
    """Reports in the order of their numbers, from riders and groups that the dice choose; now and then with a photo."""

    def __init__(self, simulator: SimulatorProcess, dice: random.Random, groups: int = district.GRIDS) -> None:
        self.simulator, self.dice, self.groups = simulator, dice, district.GROUPS[:groups]
        self.said: dict[str, int] = {}
        """The words of each report, and its group."""
        self.photo = simulator.upload(jpeg())

    def reports(self, number: int) -> None:
        for _ in range(number):
            words = district.problem(len(self.said))
            chat, rider = self.dice.choice(self.groups), self.dice.choice(district.RIDER_IDS)
            with_photo = self.dice.random() < WITH_PHOTO
            said = {"photos": [{"upload": self.photo}], "text": words} if with_photo else {"text": f"/report {words}"}
            self.simulator.post("messages", **{"as": rider, "chat": chat, **said})
            self.said[words] = chat

    def while_(self, seconds: float, reports: int, goes_on: Callable[[], bool]) -> None:
        """So many within so many seconds, evenly."""
        began = time.monotonic()
        for done in range(reports):
            _rest_until(began + seconds * done / reports, goes_on)
            self.reports(1)
        _rest_until(began + seconds, goes_on)


def run(
    folder: Path,
    *,
    kills: int,
    reports: int,
    seed: int,
    starter: Starter | None = None,
    url: str | None = None,
    processes: int = 1,
    webhook: bool = False,
    rolling: int = 0,
    mutant: str | None = None,
    lives: float | None = None,
    limits: str = AS_TELEGRAM,
    groups: int = district.GRIDS,
    handovers: list[float] | None = None,
) -> Outcome:
    """`folder` is empty, the database at `url` (None: a file) too. The same for the same seed, as far as processes
    can be. rolling: so often one is asked to end, instead of kills; handovers: takes the seconds each of them took."""
    dice = random.Random(seed)
    with ExitStack() as stack:
        simulator = stack.enter_context(SimulatorProcess(folder / "simulator", district.town()).start())
        records: Records = InFile(folder / "town.db") if url is None else stack.enter_context(in_server(url))
        ports = free_ports(processes) if webhook else []
        settings = {"PUBLIC_URL": stack.enter_context(door(ports))} if webhook else {}
        crew = stack.enter_context(
            Crew(
                folder, simulator, processes=processes, starter=starter, ports=ports,
                words=("-m", "tests.faults.mutants", mutant, "run") if mutant else (*BOT, "run"),
                DATABASE_URL=records.url, DISTRICT=str(district.write_district(folder / "district")),
                SEND_LIMITS=limits, **settings,
            )
        )  # fmt: skip
        flow, log = Flow(simulator, dice, groups), Log(simulator)
        if rolling:
            _roll(crew, flow, log, dice, rolling, reports, handovers if handovers is not None else [])
        while crew.kills < kills:
            share = max(1, reports * (crew.kills + 1) // kills - len(flow.said))
            (_life if processes == 1 else _lives)(crew, flow, log, share, dice, lives)
        flow.reports(reports - len(flow.said))
        for bot in crew.bots:
            if bot.lives:
                bot.stop()
            bot.environment["SEND_LIMITS"] = "off"
        crew.start()
        until(lambda: _is_done(crew, records), "the bot to have done everything", 180 + reports / 2)
        for bot in crew.bots:
            assert bot.stop() == 0, crew.told(bot)[-2000:]
        return judge(records, log, flow.said, kills=crew.kills, of_speaker=crew.of_speaker)


def _life(crew: Crew, flow: Flow, log: Log, reports: int, dice: random.Random, mean: float | None) -> None:
    """One life of one process: half of the reports wait when it starts, the others come while it lives."""
    flow.reports(reports - reports // 2)
    log.new()
    crew.start()
    (bot,) = crew.bots
    lives = _length(dice, mean, lambda: log.fetched() or not bot.lives)
    flow.while_(lives, reports // 2, lambda: bot.lives)
    crew.kill([bot])


def _lives(crew: Crew, flow: Flow, log: Log, reports: int, dice: random.Random, mean: float | None) -> None:
    """Of several processes some are killed at a time, or one is asked to end; those that are left go on."""
    crew.start()
    seconds = _length(dice, mean, lambda: all(map(crew.runs, crew.bots)) and crew.speaker())
    flow.while_(seconds, reports, lambda: all(bot.lives for bot in crew.bots))
    if dice.random() < GENTLY:
        crew.hand_over(dice.choice(crew.bots))
    else:
        crew.kill(crew.victims(dice))
    time.sleep(dice.uniform(0, 0.2))


def _length(dice: random.Random, mean: float | None, works: Callable[[], object]) -> float:
    """Seconds from now on: it is still starting, or waited for until it works."""
    starting, began = dice.random() < WHILE_STARTING, time.monotonic()
    share = dice.random() if starting else min(dice.expovariate(1), LONGEST)
    if not starting:
        until(works, "it to work")
    return share * (mean or max(LIVES_S, time.monotonic() - began))


def _roll(
    crew: Crew, flow: Flow, log: Log, dice: random.Random, times: int, reports: int, handovers: list[float]
) -> None:
    """Each is asked to end while something is being said."""
    crew.start()
    until(lambda: all(map(crew.runs, crew.bots)), "all of them to run")
    crew.simulator.post("faults", rules=SLOWLY)
    for turn in range(times):
        flow.while_(dice.uniform(0.1, 0.5), reports * (turn + 1) // times - len(flow.said) - 1, lambda: True)
        log.new()
        flow.reports(1)
        until(log.said, "somebody to say something")
        if (took := crew.hand_over(crew.bots[turn % len(crew.bots)])) is not None:
            handovers.append(took)
    crew.simulator.post("faults", rules=[])


def _rest_until(moment: float, goes_on: Callable[[], bool]) -> None:
    while (rest := moment - time.monotonic()) > 0 and goes_on():
        time.sleep(min(rest, 0.01))


def _is_done(crew: Crew, records: Records) -> bool:
    for bot in crew.bots:
        assert bot.lives, crew.told(bot)[-2000:]
    return nothing_waits(crew.simulator, records)


def jpeg() -> bytes:
    held = io.BytesIO()
    Image.radial_gradient("L").resize((320, 240)).convert("RGB").save(held, "JPEG")
    return held.getvalue()


@contextmanager
def an_empty(database: str) -> Iterator[str | None]:
    """Its address; None for a file of SQLite."""
    if database == "sqlite":
        yield None
        return
    with postgres_server() as server:
        yield server.url(server.create())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--processes", type=int, help="default: 1 on SQLite, 3 on PostgreSQL")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rolling", type=int, default=0, metavar="N", help="ask one after another to end, N times")
    parser.add_argument("--reports", type=int, help="default: as many as kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--lives", type=float, metavar="S", help=f"mean seconds of a life that fetched; default {LIVES_S}"
    )
    parser.add_argument("--limits", default=AS_TELEGRAM, help=f"SEND_LIMITS while it is killed; default {AS_TELEGRAM}")
    parser.add_argument("--groups", type=int, default=district.GRIDS, help="the fewer, the longer the lanes")
    parser.add_argument("--webhook", action="store_true", help="instead of long polling")
    parser.add_argument("--mutant", choices=MUTANTS, help="a negative control; it must lose, double or disorder")
    asked = parser.parse_args()
    given = vars(asked)
    database, handovers = given.pop("database"), list[float]()
    asked.kills = 0 if asked.rolling else asked.kills
    asked.processes = asked.processes or (1 if database == "sqlite" else 3)
    asked.reports = asked.reports or asked.kills or asked.rolling
    print(f"{database}, {', '.join(f'{name} {value}' for name, value in given.items() if value)}", flush=True)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="grid-kills-") as folder,
        an_empty(database) as url,
        Zygote() as zygote,
    ):
        outcome = run(Path(folder), url=url, starter=zygote, handovers=handovers, **given)
    print(outcome)
    if handovers:
        handovers.sort()
        p99 = handovers[min(len(handovers) - 1, int(0.99 * len(handovers)))]
        print(f"handovers {len(handovers)}, p50 {handovers[len(handovers) // 2]:.2f} s, p99 {p99:.2f} s")
    print(f"{time.monotonic() - began:.0f} s, load of the machine {os.getloadavg()[0]:.1f}")
    return 0 if outcome.is_sound != bool(asked.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
