"""A night off: many updates wait when the bot starts, and the last of them is urgent. When does who hear of it?

    python -m tests.faults.backlog --updates 10000 --seed 1 [--mutant first_come]

The real bot talks HTTP to the simulator in another process, both at Telegram's pace. When a turn was done is read from
the bot's database, when a card went out from the simulator's log.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import district
from tests.faults.kills import numbers
from tests.faults.mutants import MUTANTS
from tests.processes import BOT, BotProcess, SimulatorProcess, until

URGENT = "平安街8888号门口高压线掉下来了，正在冒火花，快来人"
PROBLEMS = ("{}号门前路面塌陷", "{}号门口垃圾满了一地没人收", "{}号对面路灯不亮")
"""None of them urgent; each house number is another place."""
CHATTER = ("中午的麻辣烫真香", "哈哈哈", "收到", "下班了没", "今天单子真多")
REPORTS = 0.4
"""So many of the updates; the others are chatter."""
PACE = {"total_per_second": 30, "chat_per_second": 1, "group_per_minute": 20}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds count from the first page fetched. turned: when the urgent turn was done, and the middle ordinary one;
    carded: when the urgent report's card was in its group. before: cards of that group that went before it."""

    updates: int
    reports: int
    tickets: int
    drained: float
    turned: float
    middle: float
    carded: float
    before: int
    disorder: int
    floods: int

    def __str__(self) -> str:
        return (
            f"{self.updates} updates drained in {self.drained:.1f} s ({self.updates / self.drained:.0f}/s):"
            f" tickets {self.tickets} of {self.reports}, the urgent turn done after {self.turned:.1f} s (half of the"
            f" ordinary ones after {self.middle:.1f} s), its card out after {self.carded:.1f} s behind {self.before}"
            f" other cards of its group; turns out of order in a chat {self.disorder}, 429s {self.floods}"
        )


def run(folder: Path, *, updates: int, seed: int, mutant: str | None = None) -> Outcome:
    """`folder` is empty."""
    dice = random.Random(seed)
    words = ("-m", "tests.faults.mutants", mutant, "run") if mutant else (*BOT, "run")
    where = district.write_district(folder / "district")
    with (
        SimulatorProcess(folder / "simulator", district.town()).start() as simulator,
        BotProcess(
            folder,
            simulator.address,
            words=words,
            DISTRICT=str(where),
            LOG_LEVEL="ERROR",
            SEND_LIMITS="30/s 1/s 20/min",
        ) as bot,
    ):
        simulator.post("limits", **PACE)
        said = 0
        for _ in range(updates - 1):
            chat, rider = dice.choice(district.GROUPS), dice.choice(district.RIDER_IDS)
            is_report = dice.random() < REPORTS
            text = f"/report 平安街{dice.choice(PROBLEMS).format(said + 1)}" if is_report else dice.choice(CHATTER)
            said += is_report
            simulator.post("messages", **{"as": rider, "chat": chat, "text": text})
        chat = dice.choice(district.GROUPS)
        simulator.post("messages", **{"as": district.RIDER, "chat": chat, "text": f"/report {URGENT}"})
        bot.start()
        until(lambda: _turned(bot) >= updates, "all turns", 120 + updates / 10)
        until(lambda: _card(simulator, bot, chat), "the urgent card", 90)
        bot.stop()
        return _judge(simulator, bot, chat, updates, said + 1)


def _turned(bot: BotProcess) -> int:
    time.sleep(0.1)
    try:
        with closing(_books(bot)) as books:
            (done,) = books.execute(
                "SELECT count(*) FROM inbox WHERE channel = 'telegram' AND state = 'done'"
            ).fetchone()
    except sqlite3.OperationalError:  # no file yet, or no table in it
        return 0
    return int(done)


def _card(simulator: SimulatorProcess, bot: BotProcess, chat: int) -> float | None:
    """When the urgent report's card was in its group."""
    with closing(_books(bot)) as books:
        (number,) = books.execute("SELECT number FROM tickets WHERE text LIKE '%8888%'").fetchone()
    return next((at for at, told in _cards(simulator, chat) if told == number), None)


def _cards(simulator: SimulatorProcess, chat: int) -> list[tuple[float, str]]:
    return [
        (call["time"], number)
        for call in simulator.calls()
        if call["method"] in ("sendMessage", "sendPhoto") and call["result"] and call["params"]["chat_id"] == str(chat)
        for number in numbers(call["result"])
    ]


def _judge(simulator: SimulatorProcess, bot: BotProcess, chat: int, updates: int, reports: int) -> Outcome:
    carded = _card(simulator, bot, chat)
    assert carded is not None
    with closing(_books(bot)) as books:
        rows = books.execute(
            'SELECT id, lane, done_at, json_extract(payload, "$.message.text") FROM inbox'
            " WHERE channel = 'telegram' ORDER BY done_at, id"
        ).fetchall()
        (tickets,) = books.execute("SELECT count(DISTINCT text) FROM tickets").fetchone()
    times = [datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for _, _, at, _ in rows]
    calls = list(simulator.calls())
    began = next(call["time"] for call in calls if call["method"] == "getUpdates" and call["result"])
    turned = next(at for at, row in zip(times, rows, strict=True) if "8888" in str(row[3]))
    last: Counter[str] = Counter()
    disorder = 0
    for number, lane, _, _ in rows:
        disorder += number < last[lane]
        last[lane] = max(last[lane], number)
    return Outcome(
        updates, reports, tickets, max(times) - began, turned - began, times[len(times) // 2] - began, carded - began,
        sum(at < carded for at, _ in _cards(simulator, chat)), disorder,
        sum((call["error"] or {}).get("error_code") == 429 for call in calls),
    )  # fmt: skip


def _books(bot: BotProcess) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.backlog", description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=MUTANTS, help="the negative control: first_come")
    options = parser.parse_args()
    print(f"{options.updates} updates wait, seed {options.seed}, {options.mutant or 'the bot'}", flush=True)
    with tempfile.TemporaryDirectory(prefix="grid-backlog-") as folder:
        outcome = run(Path(folder), **vars(options))
    print(outcome)
    sound = outcome.turned < outcome.drained / 2 and not outcome.disorder and outcome.tickets == outcome.reports
    return 0 if sound != bool(options.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
