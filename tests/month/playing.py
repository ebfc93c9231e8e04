"""The days of a town: what people do in its time, and every timer in its own."""

import heapq
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from models.district import District
from tests.cast import Town
from tests.month.heard import Ear

Act = Callable[[], Awaitable[None]]


class Month:
    """Acts wait for their moment. books: the town's database, to look at."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.ear, self.luck = town, Ear(town.simulator), random.Random(seed)
        self.rounds: dict[str, int] = {}
        """Number of each ticket -> how often it was mended and begun again; told when the month is over."""
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()

    @property
    def now(self) -> datetime:
        return self.town.clock.moment

    def later(self, act: Act, **pause: float) -> None:
        self.at(self.now + timedelta(**pause), act)

    def at(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._acts, (moment, next(self._order), act))

    async def play(self, until: datetime) -> None:
        while True:
            act_at = self._acts[0][0] if self._acts else until
            timer_at = await self._next_timer()
            moment = min(act_at, timer_at or until, until)
            self.town.clock.moment = max(moment, self.now)
            if moment >= until:
                await self.town.settles()
                return
            if timer_at is not None and timer_at <= act_at:
                await self.town.settles()
                continue
            _, _, act = heapq.heappop(self._acts)
            await act()
            self.ear.acting.clear()

    async def _next_timer(self) -> datetime | None:
        (found,) = (await self.asked("SELECT min(due_at) FROM timers WHERE NOT rung"))[0]
        if not isinstance(found, str):  # SQLite knows no moments
            return found
        return datetime.fromisoformat(found).replace(tzinfo=UTC)

    async def asked(self, statement: str, *values: Any) -> list[Any]:
        assert self.town.books is not None
        return await self.town.books.asked(statement, *values)

    async def allow_many(self) -> None:
        """No limit for one person: sixty riders tell what a town tells. No search for faces: what is played here is
        who hears how much, and half of its time went into looking at patches of colour."""
        async with self.town.machine.runtime.database.write() as session:
            district = await session.get_one(District, 1)
            district.most = {"hour": 10_000, "day": 10_000}
            district.pictures = {**district.pictures, "blur": False}
        self.town.machine.runtime._book = None

    async def keep(self) -> None:
        self.rounds = dict(await self.asked("SELECT number, round FROM tickets"))

    # --- what people do --------------------------------------------------------------------------

    async def posts(
        self, person: int, chat: int, text: str, *, photo: bool = True, reply_to: int | None = None
    ) -> None:
        said = {"photos": [{"upload": self.town.picture()}]} if photo else {}
        if chat > 0:
            self.ear.acting.add(chat)
        made = self.town.simulator.post(person, chat, text, reply_to=reply_to, **said)
        if text.startswith("/"):
            self.ear.commands.add((chat, int(made[0]["message_id"])))
        await self.town.settles()

    async def presses(self, person: int, chat: int, number: str, label: str) -> bool:
        """Whether there was such a button."""
        said = self.ear.with_button(chat, number, label)
        if said is None:
            return False
        if chat > 0:
            self.ear.acting.add(chat)
        self.town.simulator.press(person, chat, said.id, said.buttons[label])
        await self.town.settles()
        return True
