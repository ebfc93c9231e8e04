"""Pages of updates that come late, twice, reversed, under lower numbers; and a bot that dies between any two.

    python -m tests.faults.pages --states 100000 --seed 1 [--mutant NAME]

The server keeps Telegram's rule (TQueue): asking with an offset confirms all below it, unless it lies more than ten
ahead. The bot is the real receiving loop on the real inbox. A state is one answer of the server.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import structlog
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import event, select
from telegram.error import TelegramError

from bot import inbox
from bot.channels.base import Raw
from bot.channels.telegram import TelegramChannel, receiving
from bot.channels.telegram import channel as telegram_channel
from bot.channels.telegram.keys import keys
from bot.channels.telegram.transport import Broken
from bot.clock import Clock
from bot.database import Database
from models.district import District
from models.mail import Inbox
from tests.bot.scripted import Answer, Scripted, good, opened

FUTURE = 10
STEPS, STATES_A_TOWN = 40, 35
ANSWERS = some.sampled_from(["page"] * 6 + ["lost", "again", "reversed", "short", "empty"])
DEATHS = some.sampled_from(["before the store", "after the store", "asking"])
DROPS = some.one_of(some.integers(1, FUTURE - 1), some.integers(1, 700))
"""How far below the last one the next number lies after a quiet week."""
GROUP = -1001


class Killed(BaseException):
    """The process is gone."""


class Server(Scripted):
    """Telegram's queue. script: how to answer, one word a request; then the bot dies.

    lost: the answer is on its way when the line breaks. again: the page before, once more. short: one update at a time.
    """

    def __init__(self) -> None:
        super().__init__(self.answer)
        self.next_id, self.said = 700, 0
        self.waiting: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self.before: list[dict[str, Any]] = []
        self.script: list[str] = []
        self.rests = True
        """Nothing waits, and the bot, if it lives, has heard so."""
        self.states = self.resets = 0

    def say(self, gap: int) -> None:
        self.said += 1
        message = {"message_id": self.said, "date": 0, "chat": {"id": GROUP, "type": "supergroup"}, "text": "x"}
        self.waiting.append({"update_id": self.next_id + gap, "message": message})
        self.next_id += gap + 1

    def quiet_week(self, drop: int) -> None:
        if self.rests and not self.waiting:
            self.next_id, self.before = max(1, self.next_id - drop), []
            self.resets += 1

    def answer(self, method: str, asked: dict[str, Any]) -> Answer:
        if not self.script:
            raise Killed
        how, self.rests = self.script.pop(0), False
        self.states += 1
        if how == "again" and self.before:
            return good(self.before)
        offset = asked.get("offset")
        if offset is not None and offset <= self.next_id + FUTURE:
            self.confirmed += [update for update in self.waiting if update["update_id"] < offset]
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        page = self.waiting[: 1 if how == "short" else asked["limit"]]
        if how == "lost":
            return Broken("the line broke")
        if how == "empty":
            return good([])
        self.before, self.rests = page, not page
        return good(page[::-1] if how == "reversed" else page)


class Pages(RuleBasedStateMachine):
    folder: Path
    states = resets = lost = doubled = updates = towns = 0

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        Pages.towns += 1
        self.server = Server()
        self.database, self.channel = self.loop.run_until_complete(self._open())

    async def _open(self) -> tuple[Database, TelegramChannel]:
        database = Database.opened(f"sqlite+aiosqlite:///{self.folder / f'{Pages.towns}.db'}")

        @event.listens_for(database.writer.sync_engine, "connect")
        def hasten(connection: Any, _: Any) -> None:
            connection.cursor().execute("PRAGMA synchronous=OFF")

        async with database.writer.begin() as connection:
            for table in (District, Inbox):
                await connection.run_sync(table.__table__.create)  # type: ignore[attr-defined]
        return database, await opened(self.server, sleep=_at_once)

    @rule(gaps=some.lists(some.sampled_from([0, 0, 0, 1, 7]), min_size=1, max_size=5))
    def people_speak(self, gaps: list[int]) -> None:
        for gap in gaps:
            self.server.say(gap)

    @rule(drop=DROPS)
    def a_week_goes_by(self, drop: int) -> None:
        """While the bot is away; whatever it heard last, it asks anew without an offset."""
        self.server.rests = True
        self.server.quiet_week(drop)

    @rule(answers=some.lists(ANSWERS, min_size=1, max_size=6), death=DEATHS, drop=DROPS)
    def the_bot_lives(self, answers: list[str], death: str, drop: int) -> None:
        self.server.script = answers
        self.loop.run_until_complete(self._live(death, drop))

    async def _live(self, death: str, drop: int) -> None:
        async def keep(raws: Sequence[Raw]) -> None:
            last = not self.server.script
            if last and death == "before the store":
                raise Killed
            async with self.database.write() as session:
                await inbox.keep(session, inbox.incoming(self.channel, raws, Clock().now()))
            if last and death == "after the store":
                raise Killed

        async def sleep(_: float) -> None:
            """The loop rests after an empty page: a quiet week may lie in that, and then somebody speaks."""
            if drop % 2:
                self.server.quiet_week(drop)
                self.server.say(0)

        self.channel._sleep = sleep
        with suppress(Killed):
            await self.channel.receive(keep)

    @invariant()
    def nothing_confirmed_is_missing(self) -> None:
        kept = self._kept()
        gone = [update for update in self.server.confirmed if not kept[_natural(update)]]
        twice = [natural for natural, times in kept.items() if times > 1]
        Pages.lost, Pages.doubled = Pages.lost + len(gone), Pages.doubled + len(twice)
        assert not gone, "confirmed and not kept"
        assert not twice, "kept twice"

    def teardown(self) -> None:
        """The faults end: everything comes in by itself (I7)."""
        try:
            self.server.script = ["page"] * 4
            self.loop.run_until_complete(self._live("asking", 2))
            Pages.states, Pages.updates = Pages.states + self.server.states, Pages.updates + self.server.said
            Pages.resets += self.server.resets
            assert not self.server.waiting, "stuck"
            assert len(self._kept()) == self.server.said
        finally:
            self.loop.run_until_complete(self.database.close())
            self.loop.close()

    def _kept(self) -> Counter[str]:
        async def ask() -> Counter[str]:
            async with self.database.read() as session:
                payloads = await session.scalars(select(Inbox.payload))
                return Counter(_natural(payload) for payload in payloads if payload)

        return self.loop.run_until_complete(ask())


def _natural(update: Any) -> str:
    return f"message:{update['message']['message_id']}"


async def _at_once(_: float) -> None: ...


# --- the negative controls ---------------------------------------------------------------------------------------


def _loop(*, ahead: bool = False, keeps: bool = False) -> Callable[..., Any]:
    async def receive(bot: Any, keep: Any, *, poll_s: int, sleep: Any, **_: Any) -> None:
        offset: int | None = None
        held: Sequence[Raw] = []
        while True:
            try:
                page = await receiving._page(bot, offset, poll_s)
            except TelegramError:
                continue
            now, held = (held, page) if ahead else (page, held)
            if now:
                await keep(now)
            if not page:
                await sleep(0)
            offset = receiving._after(page) or (offset if keeps else None)

    return receive


def confirm_first() -> None:
    """The next page is asked for, and with it this one confirmed, before this one is kept."""
    receiving.receive = _loop(ahead=True)  # type: ignore[assignment]


def keeps_offset() -> None:
    """The offset stays when nothing waits: what begins lower after a quiet week is confirmed unseen."""
    receiving.receive = _loop(keeps=True)  # type: ignore[assignment]


def no_keys() -> None:
    """Nothing tells a repeat."""
    telegram_channel.keys = lambda raw: replace(keys(raw), update=token_hex(8), natural=token_hex(8))


def number_alone() -> None:
    """A number that was given before is a repeat, whatever comes under it."""

    async def none(*_: Any) -> list[Any]:
        return []

    inbox._under_a_used_number = none  # type: ignore[assignment]


MUTANTS = {made.__name__: made for made in (confirm_first, keeps_offset, no_keys, number_alone)}


def explore(folder: Path, states: int, number: int) -> None:
    """At least about so many states. Raises AssertionError where an invariant does not hold."""
    Pages.folder = folder
    Pages.states = Pages.resets = Pages.lost = Pages.doubled = Pages.updates = 0
    chosen = settings(
        max_examples=max(1, states // STATES_A_TOWN), stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False, verbosity=Verbosity.quiet, phases=(Phase.generate,),
    )  # fmt: skip
    run_state_machine_as_test(seed(number)(Pages), settings=chosen)


def told() -> str:
    return (
        f"{Pages.states} states, {Pages.updates} updates, {Pages.resets} times numbered anew: lost {Pages.lost}, kept"
        f" twice {Pages.doubled}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.pages", description=__doc__.splitlines()[0])
    parser.add_argument("--states", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=MUTANTS, help="a negative control; it must lose or double")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.mutant:
        MUTANTS[options.mutant]()
    broken = ""
    with tempfile.TemporaryDirectory(prefix="grid-pages-") as folder:
        try:
            explore(Path(folder), options.states, options.seed)
        except AssertionError as fault:
            broken = f" ({fault})"
    print(f"seed {options.seed}, {options.mutant or 'the bot'}: {told()}{broken}")
    return 0 if bool(broken) == bool(options.mutant) else 1


if __name__ == "__main__":
    sys.exit(main())
