"""Several processes on one PostgreSQL: one speaks, the next follows within seconds, a knock reaches all, and what the
dead had in hand is taken up while what the living have is left to them."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import presence
from bot.database import Database
from bot.presence import HERE, PROCESSES, AmongOthers
from tests.machine import Postgres
from tests.processes import Process

WITHIN_S = 10.0
SILENT_S = 2
ANOTHER = f"""
import asyncio, structlog, sys
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
from bot import presence
from bot.database import Database
presence.SILENT = "{SILENT_S}s"
async def main():
    us = presence.AmongOthers(Database(sys.argv[1]), "token", lambda what: None)
    running = asyncio.create_task(us.run())
    while True:
        await us.speaks.wait()
        print("speaks", flush=True)
        while us.speaks.is_set():
            await asyncio.sleep(0.02)
        print("silent", flush=True)
asyncio.run(main())
"""
Bells = list[str]


def another(folder: Path, url: str, program: str = ANOTHER) -> Process:
    """A process of its own that says "speaks" and "silent"."""
    (folder / "another.py").write_text(program, "utf-8")
    return Process(folder, ["-u", "another.py", url])


class Present(AmongOthers):
    """rung: the bells that others rang here."""

    def __init__(self, url: str, voice: str = "token") -> None:
        self.rung: Bells = []
        super().__init__(Database(url), voice, self._ring)

    def _ring(self, what: Sequence[str]) -> None:
        self.rung += what

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            self.speaks.clear()


class Company:
    """Those present in this process, and what ends each of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tasks: dict[Present, asyncio.Task[None]] = {}

    async def comes(self, voice: str = "token") -> Present:
        one = Present(self.url, voice)
        self.tasks[one] = asyncio.create_task(one.run())
        await asyncio.wait_for(one.here.wait(), WITHIN_S)
        return one

    async def goes(self, one: Present) -> None:
        task = self.tasks.pop(one)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    @property
    def speaking(self) -> list[Present]:
        return [one for one in self.tasks if one.speaks.is_set()]


@asynccontextmanager
async def company(url: str) -> AsyncIterator[Company]:
    async with AsyncExitStack() as ending:
        them = Company(url)

        @ending.push_async_callback
        async def all_go() -> None:
            for one in list(them.tasks):
                await them.goes(one)

        yield them


@pytest.fixture
def bare(postgres: Postgres) -> str:
    """A database without a table: presence needs none."""
    return postgres.url(postgres.create())


async def until(holds: Callable[[], object], seconds: float = WITHIN_S) -> float:
    """Returns the seconds it took; fails after so many."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while not holds():
        assert loop.time() < began + seconds, "waited in vain"
        await asyncio.sleep(0.02)
    return loop.time() - began


# --- one speaks -----------------------------------------------------------------------------------


async def test_of_three_one_speaks_and_of_another_token_another(bare: str) -> None:
    async with company(bare) as three:
        for _ in range(3):
            await three.comes()
        other = await three.comes("another token")
        await until(other.speaks.is_set)
        await until(lambda: len(three.speaking) == 2)
        for _ in range(60):  # three beats
            assert len([one for one in three.speaking if one is not other]) == 1
            await asyncio.sleep(0.05)


async def test_control_without_the_lock_all_three_speak(bare: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "SPEAK", text("SELECT CAST(:voice AS bigint) IS NOT NULL"))
    async with company(bare) as three:
        for _ in range(3):
            await three.comes()
        await until(lambda: len(three.speaking) == 3)


async def leaves(them: Company, one: Present) -> None:
    await them.goes(one)


async def is_cut_off(them: Company, one: Present) -> None:
    """Its backend ends, as an administrator would have it; it comes again, as one more who waits."""
    await end_backend(them.url, one)
    await until(lambda: not one.speaks.is_set())


@pytest.mark.parametrize("ends", [leaves, is_cut_off])
async def test_the_next_speaks_within_seconds(bare: str, ends: Callable[[Company, Present], Awaitable[None]]) -> None:
    async with company(bare) as three:
        for _ in range(3):
            await three.comes()
        await until(lambda: three.speaking)
        (first,) = three.speaking
        await ends(three, first)
        took = await until(lambda: three.speaking, 2 * presence.BEAT_S + 2)
        assert took < WITHIN_S
        assert len(three.speaking) == 1


async def end_backend(url: str, one: Present) -> None:
    database = Database.opened(url)
    async with database.write() as session:
        assert await session.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": one._pid})
    await database.close()


async def test_it_is_present_again_after_its_connection_was_ended(bare: str) -> None:
    async with company(bare) as them:
        one = await them.comes()
        await until(one.speaks.is_set)
        before = one._pid
        await end_backend(bare, one)
        await until(lambda: one._pid != before and one.speaks.is_set())
        assert await those_gone(bare, one) == {"4711"}


async def those_gone(url: str, one: Present) -> set[str]:
    database = Database.opened(url)
    async with database.read() as session:
        gone = await one.gone(session, [one.name, "4711"])
    await database.close()
    return gone


async def test_the_process_that_is_killed_and_the_one_that_stands_still_lose_the_word(
    bare: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with another(tmp_path, bare).start() as first:
        assert await asyncio.to_thread(first.first_line) == "speaks"
        async with company(bare) as them:
            one = await them.comes()
            await asyncio.sleep(presence.BEAT_S)
            assert not one.speaks.is_set()
            first.running.send_signal(signal.SIGSTOP)
            stood = await until(one.speaks.is_set)
            first.running.send_signal(signal.SIGCONT)
            assert await asyncio.to_thread(first.first_line) == "silent"
            await them.goes(one)
        assert await asyncio.to_thread(first.first_line) == "speaks"
        async with company(bare) as them:
            one = await them.comes()
            first.kill()
            killed = await until(one.speaks.is_set)
    with capfd.disabled():
        print(f"\nhandover: {killed:.1f} s after SIGKILL, {stood:.1f} s after SIGSTOP with {SILENT_S} s of silence")
    assert killed < 2 * presence.BEAT_S + 1
    assert stood > SILENT_S / 2


async def test_control_not_dropped_when_silent_the_one_that_stands_still_keeps_the_word(
    bare: str, tmp_path: Path
) -> None:
    mutant = ANOTHER.replace("async def main", "async def nothing(connection): ...\n"
                             "presence._drop_us_when_silent = nothing\nasync def main")  # fmt: skip
    with another(tmp_path, bare, mutant).start() as first:
        assert await asyncio.to_thread(first.first_line) == "speaks"
        async with company(bare) as them:
            one = await them.comes()
            first.running.send_signal(signal.SIGSTOP)
            await asyncio.sleep(SILENT_S + 2 * presence.BEAT_S)
            assert not one.speaks.is_set()
        first.running.send_signal(signal.SIGCONT)


# --- a knock for all ------------------------------------------------------------------------------


async def test_a_knock_reaches_the_others_and_not_oneself(bare: str) -> None:
    async with company(bare) as them:
        one, two = await them.comes(), await them.comes()
        await until(lambda: one._has_company and two._has_company)
        one.rung.clear()
        two.rung.clear()
        one.tell("knock", "errand")
        took = await until(lambda: two.rung)
        assert sorted(two.rung) == ["errand", "knock"]
        assert took < presence.BEAT_S, "it waits for no beat"
        await asyncio.sleep(2 * presence.BEAT_S)
        assert one.rung == []


async def test_who_is_alone_tells_nobody(bare: str) -> None:
    async with company(bare) as them:
        one = await them.comes()
        await until(one.speaks.is_set)
        one.tell("knock")
        assert one._to_tell == set()


# --- who lives ------------------------------------------------------------------------------------


async def test_who_is_gone_is_known_at_once_and_who_is_here_is_not_gone(bare: str) -> None:
    database = Database.opened(bare)
    async with company(bare) as them:
        one, two = await them.comes(), await them.comes()
        async with database.read() as session:
            assert await one.gone(session, [one.name, two.name, "4711"]) == {"4711"}
        await them.goes(two)
        async with database.read() as session:
            assert await one.gone(session, [one.name, two.name]) == {two.name}
    await database.close()


@pytest.fixture
def other_bare(postgres: Postgres) -> str:
    return postgres.url(postgres.create())


async def test_a_lock_of_somebody_elses_program_makes_nobody_alive(bare: str, other_bare: str) -> None:
    """The numbers of advisory locks are everybody's: those of another class, and of another database, are not ours."""
    elsewhere = Database.opened(other_bare)
    database = Database.opened(bare)
    async with company(bare) as them, elsewhere.write() as far, database.write() as near:
        one = await them.comes()
        await far.execute(HERE, {"processes": PROCESSES, "name": 4711})
        await near.execute(HERE, {"processes": PROCESSES + 1, "name": 4712})
        async with database.read() as session:
            assert await one.gone(session, ["4711", "4712"]) == {"4711", "4712"}
    await database.close()
    await elsewhere.close()
