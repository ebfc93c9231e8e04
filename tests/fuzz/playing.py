"""A town to which made-up updates come, page after page."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.cast import town_in
from tests.fuzz.judging import Json, heard_kind, may
from tests.fuzz.looking import Looking
from tests.fuzz.marks import Step
from tests.fuzz.placing import Placing
from tests.fuzz.shapes import FORUM, STRANGE_GROUP, STRANGERS
from tests.fuzz.steps import steps
from tests.handlers.seeing import heard_too_often
from tests.replaying import untold_by_events

PAGE: Final = 400
"""Updates to one town: then another one begins, with no tickets."""
AT_LAST: Final = timedelta(hours=2)
DUE: Final = (
    "SELECT 1 FROM outbox o JOIN chats c ON c.id = o.chat_id WHERE o.state = 'pending' AND o.due_at <= :at"
    " AND (c.parked_at IS NULL OR o.kind = 'answer') AND (c.quiet_until IS NULL OR c.quiet_until <= :at) LIMIT 1"
)
SEEDED: Final = {
    "people": [{"id": number, "first_name": "过客"} for number in STRANGERS],
    "chats": [
        {"id": STRANGE_GROUP, "title": "别的群", "members": [*STRANGERS], "bot_member": "member"},
        {"id": FORUM, "title": "话题群", "is_forum": True, "members": [*STRANGERS], "bot_member": "member"},
    ],
}


class Enough(Exception):
    """A fault was found, and one was asked for."""


@dataclass
class Fuzz(Looking):
    """played: how many updates so far. kinds: what they were, and what was allowed to be said to them.
    last, called: the last update and our calls about it."""

    played: int = 0
    tickets: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    last: Any = None
    called: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.town.simulator.seed(SEEDED)
        self.placing = Placing(self.town, self.ask)

    async def plays(self, step: Step) -> None:
        number = self.first + self.played
        self.played += 1
        if step.wait:
            self.town.clock.moment += timedelta(seconds=step.wait)
            await self.town.settles()
            self.look_at(number)
        # Through JSON, as it would come; its own number last, so that a made-up one stands.
        update = json.loads(json.dumps({"update_id": 800_000_000 + number, **self.placing.filled(step.update)}))
        self.last, around = update, self.around(update)
        allowed = may(update, around)
        self.kinds[f"{heard_kind(update) or 'not for us'}: {allowed}"] += 1
        self.placing.told(update, obeys=step.obeys)
        try:
            await self.town.machine.keep(self.town.machine.runtime.channel("telegram"), [update])
        except Exception as fault:
            self.fault("crashed", number, f"not kept: {fault!r}", update)
            return
        await self.town.settles()
        self.look_at(number, update, allowed, around)
        self.called = self.last_calls

    async def ends(self) -> None:
        """What shows only when all is over."""
        number = self.first + self.played - 1
        for _ in range(3):
            self.town.clock.moment += AT_LAST
            await self.town.settles()
        self.look_at(number)
        for table, state in (("inbox", "new"), ("outbox", "sending"), ("errands", "underway")):
            if stuck := self.ask(f"SELECT count(*) FROM {table} WHERE state = :state", state=state)[0][0]:
                self.fault("stuck", number, f"{stuck} rows of {table} {state}")
        if self.ask(DUE, at=self._now()):
            self.fault("stuck", number, "something due is not said")
        async with self.town.machine.runtime.database.read() as session:
            book = await self.town.machine.runtime.book(session)
            untold = await untold_by_events(session, book.hours if book else None)
        for ticket, what in untold.items():
            self.fault("untold by its events", number, f"{ticket}: {what}")
        for ticket, times in (await heard_too_often(self.town)).items():
            self.fault("said by mistake", number, f"a group heard {times} times of {ticket}")
        self.tickets = self.ask("SELECT count(*) FROM tickets")[0][0]

    def _now(self) -> str:
        return self.town.clock.moment.replace(tzinfo=None).isoformat(" ", "microseconds")


@cache
def _home() -> tempfile.TemporaryDirectory[str]:
    """The towns of one process stand side by side: the first is made, the others are copies of it."""
    return tempfile.TemporaryDirectory(prefix="fuzz-")


@contextmanager
def fuzzed(first: int = 0) -> Iterator[tuple[asyncio.Runner, Fuzz]]:
    with tempfile.TemporaryDirectory(dir=_home().name) as folder, asyncio.Runner() as runner:
        stack = AsyncExitStack()
        town = runner.run(stack.enter_async_context(town_in(Path(folder))))
        fuzz = Fuzz(town, first)
        try:
            yield runner, fuzz
        finally:
            fuzz.books.close()
            runner.run(stack.aclose())


def page(sown: int, number: int, until: int = PAGE, *, made: int = PAGE, to_first_fault: bool = False) -> Fuzz:
    """The updates number * PAGE … of a seed, to a town of their own. until: how many of them are played; made: how
    many are made up, on which what they are depends a little."""
    with fuzzed(number * PAGE) as (runner, fuzz):

        @seed(f"{sown}:{number}")
        @settings(
            max_examples=made, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
        )  # fmt: skip
        @given(steps())
        def play(step: Step) -> None:
            if to_first_fault and fuzz.faults:
                raise Enough
            if fuzz.played < until:
                runner.run(fuzz.plays(step))

        with suppress(Enough):
            play()
        if not (to_first_fault and fuzz.faults):
            runner.run(fuzz.ends())
        return fuzz
