"""Several processes on one database: which of them live, which one of them speaks for the bot, and a knock for all.

PostgreSQL's own locks say it, held on one connection beside the pool: they fall with it, however the process ends. A
process that stands still says nothing, and after SILENT the server closes its connection. On SQLite a lock on the file
keeps every other process away (bot/database.py): there we are alone.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, Protocol

import structlog
from sqlalchemy import NullPool, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from bot.database import Database
from bot.passing import is_away

log = structlog.get_logger()

BEAT_S = 1.0
PATIENCE_S = 5.0
"""A database that does not answer the beat within this time has lost us."""
AGAIN_S = 0.5
SILENT = "15s"
CHANNEL = "roving_grid"
PROCESSES = 7_301_113
"""What our locks have in common; any number, the same in every process."""

HERE = text("SELECT pg_advisory_lock(:processes, :name)")
LIVING = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = :processes"
    " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
SPEAK = text("SELECT pg_try_advisory_lock(:voice)").bindparams(bindparam("voice"))
TELL = text("SELECT pg_notify(:channel, :what)")


def holder(lease: str | None) -> str:
    """The process a lease was given to."""
    return (lease or "").partition(":")[0]


class Presence(Protocol):
    """name: what the leases of this process begin with. speaks: set while this process is the one that fetches updates
    and sends. here: set once others can see that we live; nothing is leased before."""

    name: str
    speaks: asyncio.Event
    here: asyncio.Event

    async def run(self) -> None:
        """Until cancelled."""

    def tell(self, *what: str) -> None:
        """Something new for the others too: names of the runtime's bells."""

    async def gone(self, session: AsyncSession, names: Iterable[str]) -> set[str]:
        """Those of the names whose process no longer lives."""


def lease_of(presence: Presence) -> str:
    return f"{presence.name}:{secrets.token_hex(8)}"


async def while_speaking(presence: Presence, job: Callable[[], Awaitable[None]]) -> None:
    """The job, begun whenever this process is the one that speaks, and broken off when it is no longer."""
    while True:
        await presence.speaks.wait()
        task = asyncio.ensure_future(job())
        try:
            while presence.speaks.is_set():
                done, _ = await asyncio.wait({task}, timeout=BEAT_S / 4)
                if done:
                    await task
                    return
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class Alone:
    def __init__(self) -> None:
        self.name = secrets.token_hex(4)
        self.speaks, self.here = asyncio.Event(), asyncio.Event()
        self.speaks.set()
        self.here.set()

    async def run(self) -> None:
        await asyncio.Event().wait()

    def tell(self, *what: str) -> None: ...

    async def gone(self, session: AsyncSession, names: Iterable[str]) -> set[str]:
        return set(names) - {self.name}


class AmongOthers:
    """voice: what stands for the token; of all processes with the same one, one speaks. wake: rings a bell by name."""

    def __init__(self, database: Database, voice: str, wake: Callable[[Sequence[str]], None]) -> None:
        self._database = database
        self._number = secrets.randbelow(2**31)
        self.name = str(self._number)
        self.speaks, self.here = asyncio.Event(), asyncio.Event()
        self._voice = int.from_bytes(sha256(f"voice:{voice}".encode()).digest()[:8], "big", signed=True)
        self._engine = create_async_engine(
            database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        self._wake = wake
        self._has_company = False
        self._to_tell: set[str] = set()
        self._told = asyncio.Event()
        self._look_at = 0.0
        self._pid = 0

    async def run(self) -> None:
        """A connection that breaks is made anew; until it stands again we are silent."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    connection = await self._engine.connect()
                try:
                    await self._attend(connection)
                finally:
                    self.speaks.clear()
                    await connection.close()
            except Exception as fault:
                if not is_away(fault):
                    raise
                self._database.tell(fault)
            await asyncio.sleep(AGAIN_S)

    def tell(self, *what: str) -> None:
        if self._has_company:
            self._to_tell.update(what)
            self._told.set()

    async def gone(self, session: AsyncSession, names: Iterable[str]) -> set[str]:
        living = {str(number) for number in await session.scalars(LIVING, {"processes": PROCESSES})}
        return set(names) - living

    async def _attend(self, connection: AsyncConnection) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self._appear(connection)
        while True:
            async with asyncio.timeout(PATIENCE_S):
                await self._beat(connection)
            with suppress(TimeoutError):
                # Not wait_for, which forgets that it was cancelled where it has been told at the same moment.
                async with asyncio.timeout_at(self._look_at):
                    await self._told.wait()

    async def _appear(self, connection: AsyncConnection) -> None:
        self._look_at = 0.0
        await _drop_us_when_silent(connection)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        self._pid = driver.get_server_pid()
        await driver.add_listener(CHANNEL, self._heard)
        await connection.execute(HERE, {"processes": PROCESSES, "name": self._number})
        self.here.set()

    async def _beat(self, connection: AsyncConnection) -> None:
        """Tells what there is, and looks around, however much there is to tell."""
        self._told.clear()
        if self._to_tell:
            what, self._to_tell = self._to_tell, set()
            await connection.execute(TELL, {"channel": CHANNEL, "what": " ".join(sorted(what))})
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return
        self._look_at = now + BEAT_S
        self._has_company = len(list(await connection.scalars(LIVING, {"processes": PROCESSES}))) > 1
        if not self.speaks.is_set() and await connection.scalar(SPEAK, {"voice": self._voice}):
            log.info("speaking")
            self.speaks.set()
            self._wake(("post",))

    def _heard(self, _connection: Any, pid: int, _channel: str, what: str) -> None:
        if pid != self._pid:
            self._wake(what.split())


async def _drop_us_when_silent(connection: AsyncConnection) -> None:
    """PostgreSQL 13 cannot; there a process that stands still keeps its locks until it goes on or ends."""
    number = await connection.scalar(text("SELECT current_setting('server_version_num')::int"))
    if number is not None and number >= 140_000:
        await connection.execute(text(f"SET idle_session_timeout = '{SILENT}'"))
