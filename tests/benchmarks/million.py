"""What people ask of a town of a million tickets, against the same of a town of a thousand: it must not grow with it.

Both towns are filled by `scripts/fill_town.py`; as many tickets are open in the one as in the other. Each question is a
turn of the real worker, from the inbox row to the commit; the towns take turns, and the median counts. What counts is
processor time, of all threads: others may be using the machine. The time by the clock stands beside it.
`python -m tests.benchmarks.million FOLDER` keeps what it filled in FOLDER, and finds it there the next time.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import func, select

from bot import inbox
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import Database
from bot.demo import demo_district
from bot.log import set_up
from bot.pace import Limits, Pace
from bot.runtime import Runtime
from bot.worker import Worker
from handlers.leaders import standing
from media.store import open_store
from media.workshop import Workshop
from models.chat import Chat
from models.person import Address
from models.ticket import Ticket
from models.ticket.record import DUPLICATE_WITHIN
from scripts.fill_town import fill
from simulator.town import Town as Simulator
from tests.benchmarks.figures import Line, machine, table
from tests.benchmarks.street import TOKEN, picture, seeded
from tests.inprocess import InProcess

SIZES = (1_000, 1_000_000)
AIM, AS_OFTEN = 1.2, 0.9
TIMES = 40
LEADER, OFFICER, ADMIN, RIDER, GROUP = 1011, 1022, 1051, 1001, -1002610199001
"""Of the demo district (tests/cast.py)."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: of the processor, and by the clock."""

    work: float
    wall: float

    @classmethod
    def since(cls, begun: tuple[float, float]) -> "Took":
        return cls(time.process_time() - begun[0], time.perf_counter() - begun[1])


def now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


@dataclass
class Asked:
    """A town that can be asked. took: question -> what each time took."""

    simulator: Simulator
    channel: TelegramChannel
    database: Database
    worker: Worker
    chance: random.Random
    numbers: list[str] = field(default_factory=list)
    took: dict[str, list["Took"]] = field(default_factory=lambda: defaultdict(list))
    seen: int = 0

    async def says(self, who: int, where: int, text: str, **more: Any) -> Took:
        """The turn that answers."""
        self.simulator.post(who, where, text, **more)
        return await self._turns()

    async def starts(self, who: int) -> None:
        self.simulator.start(who, "")
        await self._turns()

    async def _turns(self) -> Took:
        updates = list(self.simulator.updates(self.seen, 1000))
        self.seen = max((update["seq"] for update in updates), default=self.seen)
        raws = [{"update_id": update["update_id"], update["kind"]: update["body"]} for update in updates]
        async with self.database.write() as session:
            await inbox.keep(session, inbox.incoming(self.channel, raws, Clock().now()))
        began = now()
        while await self.worker.turn():
            pass
        return Took.since(began)


Question = Callable[[Asked], Awaitable[Took]]


async def _report(town: Asked) -> Took:
    upload = town.simulator.upload(picture(town.chance.randrange(10**9)), "picture.jpg")
    words = f"团结西路{town.chance.randrange(10_000, 99_999)}号门口,路面有一处塌陷"
    return await town.says(RIDER, GROUP, words, photos=[{"upload": upload}])


async def _alike(town: Asked) -> Took:
    about = {"category": "E0505", "since": Clock().now() - DUPLICATE_WITHIN, **Ticket.box(34.2701, 108.9201, 50)}
    asked = Ticket.alike()
    async with town.database.read() as session:
        began = now()
        await session.scalars(asked, about)
        return Took.since(began)


async def _tray(town: Asked) -> Took:
    async with town.database.read() as session:
        book = await town.worker.runtime.book(session)
        assert book is not None
        held = select(Chat).join(Address, Address.person_id == Chat.person_id).where(Address.external_id == str(LEADER))
        chat = (await session.scalars(held.where(Chat.kind == "private"))).one()
        began = now()
        await session.scalars(Ticket.waiting_for(await standing(session, book, chat)))
        return Took.since(began)


def _command(who: int, text: str) -> Question:
    return lambda town: town.says(who, who, text)


QUESTIONS: dict[str, Question] = {
    "/todo of a leader": _command(LEADER, "/todo"),
    "/todo of an officer": _command(OFFICER, "/todo"),
    "/ticket N": lambda town: town.says(ADMIN, ADMIN, f"/ticket {town.chance.choice(town.numbers)}"),
    "/stats month": _command(ADMIN, "/stats 本月"),
    "/stats year": _command(ADMIN, "/stats 今年"),
    "/stats of a grid": _command(LEADER, "/stats 上月"),
    "/mine": _command(RIDER, "/mine"),
    "a report": _report,
    "a tray's question": _tray,
    "what is alike": _alike,
}


async def measured(folder: Path, *, seed: int, sizes: tuple[int, int] = SIZES, times: int = TIMES) -> list[Line]:
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for size in sizes:
        if not _file(folder, size).exists():
            began = time.perf_counter()
            await fill(_url(folder, size), size, seed)
            took = time.perf_counter() - began
            megabytes = _file(folder, size).stat().st_size / 1e6
            lines.append(Line(f"filling {size:,}", "s", took, note=f"{megabytes:.0f} MB"))
    async with _open(folder, sizes[0], seed) as small, _open(folder, sizes[1], seed) as large:
        for name, question in QUESTIONS.items():
            for time_ in range(-3, times):
                for town in (small, large) if time_ % 2 else (large, small):
                    answer = await question(town)
                    if time_ >= 0:  # the first ones read pages and put statements together
                        town.took[name].append(answer)
    for name in QUESTIONS:
        ours, theirs = (1000 * median(took.work for took in town.took[name]) for town in (large, small))
        walls = [1000 * median(took.wall for took in town.took[name]) for town in (large, small)]
        figure, note = ours / theirs, f"median of {times}; by the clock {walls[0]:.1f} against {walls[1]:.1f}"
        lines.append(Line(name, "ms", ours, theirs, figure, f"≤ {AIM:g}", figure <= AIM, note))
    often = [1 / median(took.wall for took in town.took["a report"]) for town in (large, small)]
    figure, note = often[0] / often[1], f"one after another, by the clock; {sizes[1]:,} tickets against {sizes[0]:,}"
    lines.append(Line("reports", "1/s", *often, figure, f"≥ {AS_OFTEN:g}", figure >= AS_OFTEN, note))
    return lines


@asynccontextmanager
async def _open(folder: Path, size: int, seed: int) -> AsyncIterator[Asked]:
    with demo_district() as district:
        cast = json.loads((district / "town.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as room:
        simulator = seeded(Path(room) / "simulator", cast)
        channel = TelegramChannel(TOKEN, "http://town.test", wire=InProcess(simulator))
        await channel.open()
        database = Database.opened(_url(folder, size))
        clock = Clock()
        store = open_store(f"file:{Path(room) / 'media'}")
        runtime = Runtime(database, clock, {channel.name: channel}, store, Workshop(), Pace(Limits(), clock.monotonic))
        town = Asked(simulator, channel, database, Worker(runtime), random.Random(seed))
        try:
            for person in (LEADER, OFFICER, ADMIN, RIDER):
                await town.starts(person)
            async with database.read() as session:
                last = await session.scalar(select(func.max(Ticket.id))) or 0
                ids = [town.chance.randrange(1, last + 1) for _ in range(500)]
                town.numbers = list(await session.scalars(select(Ticket.number).where(Ticket.id.in_(ids))))
            yield town
        finally:
            await database.close()
            await channel.close()
            simulator.close()


def _file(folder: Path, size: int) -> Path:
    return folder / f"town-{size}.db"


def _url(folder: Path, size: int) -> str:
    return f"sqlite+aiosqlite:///{_file(folder, size)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.million", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tickets", type=int, default=SIZES[1])
    parser.add_argument("--times", type=int, default=TIMES)
    asked = parser.parse_args()
    set_up("WARNING")
    print(machine(), flush=True)
    print(table(asyncio.run(measured(asked.folder, seed=20261122, sizes=(SIZES[0], asked.tickets), times=asked.times))))
    print(machine())


if __name__ == "__main__":
    main()
