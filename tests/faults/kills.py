"""Kill the bot at random moments under load, and count what came of every report.

    python -m tests.faults.kills --kills 100 --reports 1000 --seed 1 [--mutant confirm_first|mark_first|split_turn]

The real bot talks HTTP to the simulator in another process. Reports flow from twelve groups, while it is down and while
it is up; it is SIGKILLed at moments drawn from the seed. Tickets are counted in the bot's database, messages in the
simulator's log.
"""

import argparse
import io
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.faults import district
from tests.faults.mutants import MUTANTS
from tests.processes import BOT, BotProcess, SimulatorProcess, until

WHILE_STARTING = 0.2
"""So many of the kills come before the bot has fetched its first updates."""
LIVES_S, LONGEST_LIFE_S = 0.4, 3.0
"""From then on: the mean, and the most."""
WITH_PHOTO = 0.1
SENDS = ("sendMessage", "sendPhoto")
OPEN = (
    "SELECT count(*) FROM inbox WHERE state = 'new'",
    "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')",
    "SELECT count(*) FROM errands WHERE state IN ('waiting', 'underway')",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """unkept: updates the server was told we have, without an inbox row.
    silent: tickets whose group never saw a card. failed: rows given up.
    sends: messages that arrived; repeats: those of them that had arrived before.
    uncertain: how often the sender could not know.
    """

    reports: int
    lost: int
    doubled: int
    silent: int
    unkept: int
    failed: int
    sends: int
    repeats: int
    uncertain: int

    def __str__(self) -> str:
        return (
            f"lost {self.lost + self.silent}, duplicate tickets {self.doubled},"
            f" duplicate messages {self.repeats} of {self.sends}"
            f" (reports {self.reports}, without a ticket {self.lost}, without a card {self.silent},"
            f" uncertain sends {self.uncertain}, failed {self.failed}, confirmed but not kept {self.unkept})"
        )


class Flow:
    """Reports in the order of their numbers, from riders and groups that the dice choose; now and then with a photo."""

    def __init__(self, simulator: SimulatorProcess, dice: random.Random) -> None:
        self.simulator, self.dice = simulator, dice
        self.said: dict[str, int] = {}
        """The words of each report, and its group."""
        self.photo = simulator.upload(jpeg())

    def reports(self, number: int) -> None:
        for _ in range(number):
            words = district.problem(len(self.said))
            chat, rider = self.dice.choice(district.GROUPS), self.dice.choice(district.RIDER_IDS)
            with_photo = self.dice.random() < WITH_PHOTO
            said = {"photos": [{"upload": self.photo}], "text": words} if with_photo else {"text": f"/report {words}"}
            self.simulator.post("messages", **{"as": rider, "chat": chat, **said})
            self.said[words] = chat


def run(
    folder: Path, *, kills: int, reports: int, seed: int, mutant: str | None = None, lives: float = LIVES_S
) -> Outcome:
    """`folder` is empty; at least one report a kill. The same for the same seed, as far as two processes can be."""
    dice = random.Random(seed)
    words = ("-m", "tests.faults.mutants", mutant, "run") if mutant else (*BOT, "run")
    town = district.write_district(folder / "district")
    with (
        SimulatorProcess(folder / "simulator", district.town()).start() as simulator,
        BotProcess(folder, simulator.address, words=words, DISTRICT=str(town), LOG_LEVEL="ERROR") as bot,
    ):
        flow = Flow(simulator, dice)
        for life in range(kills):
            _live(bot, flow, reports * (life + 1) // kills - len(flow.said), dice, lives)
        flow.reports(reports - len(flow.said))
        after = max((call["id"] for call in simulator.calls()), default=0)
        bot.start()
        until(lambda: _has_asked(simulator, after), "the bot to ask for updates")
        until(lambda: is_quiet(simulator, bot), "the bot to have done everything", 60 + reports / 5)
        code = bot.stop()
        assert code == 0, f"the bot ended with {code}"
        return _judge(simulator, bot, flow)


def _live(bot: BotProcess, flow: Flow, reports: int, dice: random.Random, mean: float) -> None:
    """One life: half of the reports wait when it starts, the others come while it lives."""
    flow.reports(reports - reports // 2)
    left = reports // 2
    after = max((call["id"] for call in flow.simulator.calls()), default=0)
    bot.start()
    starting = dice.random() < WHILE_STARTING
    lives = dice.uniform(0, 1.5) if starting else min(dice.expovariate(1 / mean), LONGEST_LIFE_S)
    if not starting:
        until(lambda: _has_fetched(flow.simulator, after) or not bot.lives, "the bot to fetch updates")
    end = time.monotonic() + lives
    while (rest := end - time.monotonic()) > 0 and bot.lives:
        if left:
            flow.reports(1)
            left -= 1
        else:
            time.sleep(min(rest, 0.01))
    assert bot.lives, bot.log.read_text("utf-8")[-2000:]
    bot.kill()
    flow.reports(left)


def _has_asked(simulator: SimulatorProcess, after: int) -> bool:
    return any(call["method"] == "getUpdates" for call in simulator.calls(after))


def _has_fetched(simulator: SimulatorProcess, after: int) -> bool:
    return any(call["method"] == "getUpdates" and call["result"] for call in simulator.calls(after))


def is_quiet(simulator: SimulatorProcess, bot: BotProcess) -> bool:
    assert bot.lives, bot.log.read_text("utf-8")[-2000:]
    if any(update["confirmed"] is None for update in simulator.updates()):
        return False
    try:
        with closing(sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True)) as database:
            return not any(database.execute(question).fetchone()[0] for question in OPEN)
    except sqlite3.OperationalError:  # no file yet, or no table in it
        return False


def _judge(simulator: SimulatorProcess, bot: BotProcess, flow: Flow) -> Outcome:
    with closing(sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True)) as database:
        tickets = [(words, number) for words, number in database.execute("SELECT text, number FROM tickets")]
        kept = {update for (update,) in database.execute("SELECT \"update\" FROM inbox WHERE channel = 'telegram'")}
        (uncertain,) = database.execute("SELECT coalesce(sum(uncertain), 0) FROM outbox").fetchone()
        (failed,) = database.execute("SELECT count(*) FROM outbox WHERE state = 'failed'").fetchone()
        (aside,) = database.execute("SELECT count(*) FROM inbox WHERE state = 'failed'").fetchone()
    of_report = Counter(words for words, _ in tickets)
    arrived = Counter(
        (int(call["params"]["chat_id"]), number)
        for call in simulator.calls()
        if call["method"] in SENDS and call["result"] is not None
        for number in numbers(call["result"])
    )
    return Outcome(
        reports=len(flow.said),
        lost=sum(of_report[words] == 0 for words in flow.said),
        doubled=sum(times - 1 for times in of_report.values()),
        silent=sum(not arrived[flow.said[words], number] for words, number in tickets),
        unkept=sum(bool(one["confirmed"]) and str(one["update_id"]) not in kept for one in simulator.updates()),
        failed=failed + aside,
        sends=arrived.total(),
        repeats=sum(times - 1 for times in arrived.values()),
        uncertain=uncertain,
    )  # fmt: skip


def numbers(message: dict[str, object]) -> list[str]:
    """The ticket a card is of: the first hashtag of ours in it."""
    words = str(message.get("text") or message.get("caption") or "").split()
    return [word.removeprefix("#") for word in words if word.startswith("#SY")][:1]


def jpeg() -> bytes:
    held = io.BytesIO()
    Image.radial_gradient("L").resize((320, 240)).convert("RGB").save(held, "JPEG")
    return held.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kills", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lives", type=float, default=LIVES_S, metavar="S", help="mean seconds of a life that fetched")
    parser.add_argument("--mutant", choices=MUTANTS, help="a negative control; it must lose or double")
    options = parser.parse_args()
    if options.reports < options.kills:
        parser.error("at least one report a kill")
    print(
        f"{options.kills} kills, {options.reports} reports, seed {options.seed}, {options.mutant or 'the bot'}",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="grid-kills-") as folder:
        outcome = run(Path(folder), **vars(options))
    print(outcome)
    sound = not (outcome.lost or outcome.silent or outcome.doubled or outcome.unkept)
    return 0 if sound != bool(options.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
