"""Turns a second: reports that wait in the inbox, handled one after another, against the bare transaction."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from bot import inbox
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import Database
from bot.demo import demo_district
from bot.district.loading import load_folder
from bot.migrating import migrate
from bot.pace import Limits, Pace
from bot.runtime import Runtime
from bot.worker import Worker
from media.store import open_store
from media.workshop import Workshop
from models.mail import Inbox
from tests.benchmarks import bare
from tests.benchmarks.bare import Turn
from tests.benchmarks.figures import Line, ratio
from tests.benchmarks.grounds import Grounds, OnSqlite, opened, reading
from tests.benchmarks.street import GROUPS, RIDERS, TOKEN, Report, posted, reports, seeded
from tests.inprocess import InProcess

AIM = 0.6
PAGE = 100


async def measured(folder: Path, *, count: int, rounds: int, seed: int) -> list[Line]:
    """`rounds` times: our turns, the ORM baseline, the Core baseline, each on a fresh copy of the same database."""
    grounds = OnSqlite(folder)
    async with town(grounds, folder, count, seed) as channel:
        turns, statements = await recorded(channel, grounds, folder)
        assert sum(bool(turn.levels) for turn in turns) == count, "a report was left without its ticket"
        ours, objects, plain = [], [], []
        for _ in range(rounds):
            ours.append(count / await our_turns(channel, await grounds.copy(), folder, turns))
            objects.append(count / await bare_turns(await grounds.copy(), turns, bare.with_objects))
            plain.append(count / await bare_turns(await grounds.copy(), turns, bare.with_statements))
    rows = median(turn.rows for turn in turns)
    note = f"{rows:.0f} rows a turn; against ORM objects in one bare transaction"
    return [
        ratio("turns", "1/s", ours, objects, AIM, note),
        Line("  the same against Core statements", "1/s", median(ours), median(plain), median(ours) / median(plain)),
        Line("  SQL statements of a turn", "", median(statements), note="BEGIN and savepoint counted, COMMIT not"),
    ]


@asynccontextmanager
async def town(grounds: Grounds, folder: Path, count: int, seed: int) -> AsyncIterator[TelegramChannel]:
    """The channel of a town of which the first database is made: everybody is known and `count` reports wait."""
    with demo_district() as district:
        simulator = seeded(folder / "simulator", json.loads((district / "town.json").read_text("utf-8")))
        channel = TelegramChannel(TOKEN, "http://town.test", wire=InProcess(simulator))
        await channel.open()
        database = Database.opened(grounds.first)
        await migrate(database)
        await load_folder(database, district, Clock())
    try:
        known = [Report(rider, group, f"{group % 1000}号楼前,路灯不亮") for rider in RIDERS for group in GROUPS[:5]]
        known.append(Report(RIDERS[0], GROUPS[5], "路灯不亮"))
        await _keep(database, channel, posted_updates(simulator, iter(known)))
        worker = Worker(runtime_of(database, channel, folder))
        while await worker.turn():
            pass
        await _keep(database, channel, posted_updates(simulator, reports(count, seed)))
        await database.close()
        yield channel
    finally:
        await channel.close()
        simulator.close()


def posted_updates(simulator: Any, told: Iterator[Report]) -> list[dict[str, Any]]:
    """What getUpdates would bring, without asking."""
    last = max((update["seq"] for update in simulator.updates(0, 100_000)), default=0)
    posted(simulator, told)
    return [
        {"update_id": update["update_id"], update["kind"]: update["body"]}
        for update in simulator.updates(last, 100_000)
    ]


async def _keep(database: Database, channel: TelegramChannel, updates: list[dict[str, Any]]) -> None:
    for at in range(0, len(updates), PAGE):
        async with database.write() as session:
            await inbox.keep(session, inbox.incoming(channel, updates[at : at + PAGE], Clock().now()))


def runtime_of(database: Database, channel: TelegramChannel, folder: Path) -> Runtime:
    clock = Clock()
    store = open_store(f"file:{folder / 'media'}")
    return Runtime(database, clock, {channel.name: channel}, store, Workshop(), Pace(Limits(), clock.monotonic))


async def recorded(channel: TelegramChannel, grounds: Grounds, folder: Path) -> tuple[list[Turn], list[int]]:
    """What the turns leave, and how many statements each of them is."""
    async with opened(await grounds.copy()) as database:
        worker, statements = Worker(runtime_of(database, channel, folder)), []

        async def counted_turn() -> bool:
            with counting() as asked:
                busy = await worker.turn()
            statements.append(len(asked))
            return busy

        turns = await bare.recorded(database, counted_turn)
        return turns, statements[1:-1]  # the first reads the district, the last finds nothing


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements every engine of this process sends meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def our_turns(channel: TelegramChannel, url: str, folder: Path, turns: list[Turn], workers: int = 1) -> float:
    """Seconds until the inbox is empty; the district is read before."""
    async with opened(url) as database:
        runtime = runtime_of(database, channel, folder)
        async with database.write() as session:
            await runtime.book(session)
        before = await bare.counted(database)
        took = await emptied(runtime, workers)
        _expect(before, await bare.counted(database), turns)
        return took


async def emptied(runtime: Runtime, workers: int) -> float:
    """Seconds until nothing waits. As in a town, a worker that finds every chat in other hands rests a little."""
    done = asyncio.Event()

    async def work(worker: Worker) -> None:
        while not done.is_set():
            if not await worker.turn():
                if not await _waits(runtime):
                    done.set()
                await runtime.rest(runtime.knock)

    started = time.perf_counter()
    at_work = [asyncio.create_task(work(Worker(runtime))) for _ in range(workers)]
    await asyncio.wait([*at_work, waiting := asyncio.create_task(done.wait())], return_when=asyncio.FIRST_COMPLETED)
    took = time.perf_counter() - started
    done.set()
    waiting.cancel()
    await asyncio.gather(*at_work)
    return took


async def _waits(runtime: Runtime) -> bool:
    async with runtime.database.read() as session:
        return await session.scalar(select(Inbox.id).where(Inbox.state == "new").limit(1)) is not None


async def bare_turns(
    url: str, turns: list[Turn], write: Callable[..., Awaitable[None]], side_by_side: int = 1
) -> float:
    """Seconds for the same rows."""
    async with reading(url) as database:
        before = await bare.counted(database)
        async with bare.engine(url, most=side_by_side) as sessions:
            started = time.perf_counter()
            await asyncio.gather(*(written(sessions, turns[at::side_by_side], write) for at in range(side_by_side)))
            took = time.perf_counter() - started
        _expect(before, await bare.counted(database), turns)
        return took


async def written(sessions: Any, turns: list[Turn], write: Callable[..., Awaitable[None]]) -> None:
    for turn in turns:
        async with sessions() as session, session.begin():
            await write(session, turn, datetime.now(UTC))


def _expect(before: dict[str, int], after: dict[str, int], turns: list[Turn]) -> None:
    """As many new rows as the recorded turns left."""
    written = sum(after[name] - before[name] for name in after)
    assert written == sum(turn.rows - len(bare.UPDATED) for turn in turns)
