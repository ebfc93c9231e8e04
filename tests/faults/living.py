"""Bots whose loops run by themselves, on the real clock and in this process, one or several on one database: to be hurt
while they work. What came of every report is then read from the database and from the simulator's log."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, text

from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import Database
from bot.district.loading import load_folder
from bot.migrating import migrate
from bot.pace import Pace, parse
from bot.runtime import Runtime
from bot.town import Town as Machine
from media.store import FolderStore
from media.workshop import Workshop
from models.mail import Inbox, Outbox
from simulator.town import Town as Simulator
from tests.faults import district
from tests.faults.records import OPEN, SENDS, numbers
from tests.inprocess import ADDRESS, InProcess

TOKEN = "7000001:living"
PATIENCE_S = 40.0
STEP_S = 0.05
WORKERS = 2
POLL_S = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """lost, doubled: reports without a ticket, or with a second one. silent: tickets whose group saw no card.
    unkept: updates confirmed without an inbox row (I1). repeats: messages that had arrived before, of `sends`;
    uncertain: how often the sender could not know (I4). failed: rows given up, set aside. left: rows unfinished.
    """

    reports: int
    lost: int
    doubled: int
    silent: int
    unkept: int
    failed: int
    left: int
    sends: int
    repeats: int
    uncertain: int

    @property
    def holds(self) -> bool:
        broken = self.lost + self.doubled + self.silent + self.unkept + self.failed + self.left
        return not broken and self.repeats <= self.uncertain

    def __str__(self) -> str:
        return (
            f"lost {self.lost} of {self.reports}, duplicate tickets {self.doubled}, without a card {self.silent},"
            f" confirmed but not kept {self.unkept}, failed {self.failed}, left {self.left},"
            f" duplicate messages {self.repeats} of {self.sends}, uncertain {self.uncertain}"
        )


@dataclass
class Living:
    """simulator: of this process too. machines: by the order they were started; their tasks end with us."""

    folder: Path
    url: str
    simulator: Simulator
    dice: random.Random
    said: dict[str, int] = field(default_factory=dict)
    machines: list[Machine] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _read_to: int = 0
    _cards: list[tuple[int, str]] = field(default_factory=list)

    async def start(self, *, url: str | None = None, clock: Clock | None = None, limits: str = "off") -> Machine:
        """url: another way to the same database."""
        database = Database.opened(url or self.url)
        channel = TelegramChannel(TOKEN, ADDRESS, wire=InProcess(self.simulator), poll_s=POLL_S)
        await channel.open()
        clock = clock or Clock()
        store, pace = FolderStore(self.folder / "media"), Pace(parse(limits), clock.monotonic)
        runtime = Runtime(database, clock, {"telegram": channel}, store, Workshop(), pace, voice=TOKEN)
        machine = Machine(runtime, workers=1 if database.is_sqlite else WORKERS)
        self.machines.append(machine)
        self.tasks.append(asyncio.create_task(machine.run()))
        await self.until(runtime.presence.here.is_set, "the bot to be at work")
        return machine

    async def stop(self, machine: Machine) -> None:
        """In peace. Raises what had ended it before."""
        at = self.machines.index(machine)
        del self.machines[at]
        task = self.tasks.pop(at)
        machine.stop()
        try:
            await task
        finally:
            await machine.runtime.close()

    def reports(self, number: int) -> None:
        """Each of another place, in a group the dice choose."""
        for _ in range(number):
            words = district.problem(len(self.said))
            chat, rider = self.dice.choice(district.GROUPS), self.dice.choice(district.RIDER_IDS)
            self.simulator.post(rider, chat, f"/report {words}")
            self.said[words] = chat

    def has_card(self, report: str) -> bool:
        """Whether its group has seen it: its place stands in what the server took."""
        new = self.simulator.log(self._read_to, 1_000_000)
        for call in new:
            self._read_to = call["id"]
            if call["method"] in SENDS and call["result"] is not None:
                self._cards.append((int(call["params"]["chat_id"]), str(call["result"].get("text"))))
        place = report[: report.index("号") + 1]
        return any(chat == self.said[report] and place in text for chat, text in self._cards)

    async def until(self, holds: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time() + seconds
        while not holds():
            for task in self.tasks:
                if task.done():
                    task.result()  # what ended it
            assert loop.time() < last, f"waited {seconds:g} s in vain for {what}"
            await asyncio.sleep(STEP_S)

    async def settles(self, seconds: float = PATIENCE_S) -> float:
        """Until all is done that was begun. Returns the seconds it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self.until(lambda: all(u["confirmed"] is not None for u in self.updates), "all to be fetched", seconds)
        while await self._left():
            assert loop.time() < began + seconds, f"waited {seconds:g} s in vain: {await self.outcome()}"
            for task in self.tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(STEP_S)
        return loop.time() - began

    async def _left(self) -> int:
        async with self._looking() as database, database.read() as session:
            return sum([await session.scalar(text(question)) or 0 for question in OPEN])

    @property
    def updates(self) -> list[dict[str, object]]:
        return self.simulator.updates(0, 1_000_000)

    @asynccontextmanager
    async def _looking(self) -> AsyncIterator[Database]:
        """The database as it is, past whatever is broken between it and the bots."""
        database = Database(self.url)
        database.open_to_read()
        try:
            yield database
        finally:
            await database.close()

    async def outcome(self) -> Outcome:
        async with self._looking() as database, database.read() as session:
            tickets = [(row[0], row[1]) for row in await session.execute(text("SELECT text, number FROM tickets"))]
            kept = set(await session.scalars(select(Inbox.update).where(Inbox.channel == "telegram")))
            uncertain = await session.scalar(select(func.coalesce(func.sum(Outbox.uncertain), 0))) or 0
            given_up = [
                await session.scalar(select(func.count()).select_from(table).where(table.state == "failed")) or 0
                for table in (Inbox, Outbox)
            ]
        of_report = Counter(words for words, _ in tickets)
        arrived = Counter(
            (int(call["params"]["chat_id"]), number)
            for call in self.simulator.log(0, 1_000_000)
            if call["method"] in SENDS and call["result"] is not None
            for number in numbers(call["result"])
        )
        return Outcome(
            reports=len(self.said),
            lost=sum(of_report[words] == 0 for words in self.said),
            doubled=sum(times - 1 for times in of_report.values()),
            silent=sum(not arrived[self.said[words], number] for words, number in tickets if words in self.said),
            unkept=sum(bool(one["confirmed"]) and str(one["update_id"]) not in kept for one in self.updates),
            failed=sum(given_up),
            left=await self._left(),
            sends=arrived.total(),
            repeats=sum(times - 1 for times in arrived.values()),
            uncertain=uncertain,
        )  # fmt: skip


async def prepare(url: str, folder: Path) -> None:
    """All tables, and the district."""
    database = Database.opened(url)
    try:
        await migrate(database)
        await load_folder(database, district.write_district(folder), Clock())
    finally:
        await database.close()


@asynccontextmanager
async def living(folder: Path, url: str, *, seed: int, machines: int = 1) -> AsyncIterator[Living]:
    """`url`: prepared. Fails where a bot ended by itself."""
    simulator = Simulator(folder / "telegram")
    simulator.seed({"bot": {"token": TOKEN, "username": "roving_grid_bot", "first_name": "流动网格员"}})
    simulator.seed(district.town())
    town = Living(folder, url, simulator, random.Random(seed))
    try:
        for _ in range(machines):
            await town.start()
        yield town
        for machine in list(town.machines):
            await town.stop(machine)
    finally:
        for task in town.tasks:
            task.cancel()
        await asyncio.gather(*town.tasks, return_exceptions=True)
        for machine in town.machines:
            with suppress(Exception):
                await machine.runtime.close()
        simulator.close()
