"""The database: one writing connection on SQLite, a pool on PostgreSQL; nobody else opens one."""

import errno
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

import structlog
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts

from bot import counts
from bot.damage import Watch
from bot.gate import Gate
from bot.passing import is_away
from bot.sqlite import connect

log = structlog.get_logger()

BUSY_MS = 10_000
DATABASE_AWAY_S = 0.5
"""How long whoever found the database away waits before asking again."""
SESSION = {
    "application_name": "roving-grid",
    "timezone": "UTC",
    # A process that stands still in the middle of a turn keeps its chat from the others no longer than this.
    "idle_in_transaction_session_timeout": "20s",
    "lock_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


class AlreadyRunning(Exception):
    """Another process has this SQLite file; it holds the lock until it ends, however it ends."""


class Lock:
    """A lock on a file beside the database. The system frees it with the process, also after SIGKILL."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            os.close(file)
            raise AlreadyRunning(f"another process is using this database ({self.path.name} is locked)") from held
        self._file = file

    def write(self, text: str) -> None:
        """A word for whoever finds the lock taken: how to reach its holder."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, text.encode(), 0)

    def free(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Database:
    """`write()` is one transaction that commits at its end; `read()` sees what is committed and cannot change it."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.path = Path(self.url.database or "") if self.is_sqlite else None
        self.lock = Lock(self.path.with_name(self.path.name + ".lock")) if self.path else None
        self.watch = Watch(self.path) if self.path else None
        self._writer: AsyncEngine | None = None
        self._reader: AsyncEngine | None = None
        self._refused_at: float | None = None
        self._is_told = False
        self._gate = Gate(one=self.is_sqlite)

    @classmethod
    def opened(cls, url: str) -> Self:
        database = cls(url)
        database.open()
        return database

    def open(self) -> None:
        if self.lock is not None and self.watch is not None:
            self.lock.take()
            with ExitStack() as freed:
                freed.callback(self.lock.free)
                self.watch.look()
                self._make()
                freed.pop_all()
            self._writer, self._reader = _sqlite_writer(self.url), _sqlite_reader(self.url)
        else:
            self._writer = self._reader = create_async_engine(
                # Not asked before each use whether it stands, three trips a turn: `is_away`, and all are made anew.
                self.url, hide_parameters=True, pool_size=10, max_overflow=10, pool_use_lifo=True,
                connect_args={
                    "server_settings": SESSION, "timeout": 10, "command_timeout": 60,
                    "prepared_statement_cache_size": 500,  # all there are
                },
            )  # fmt: skip
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False, autoflush=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)

    def open_to_read(self) -> None:
        """Only `read()`, without the lock: whatever runs on this database goes on. OSError where there is none."""
        if self.path is not None and not self.path.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))
        if self.is_sqlite:
            self._reader = _sqlite_reader(self.url)
        else:
            read_only = {"postgresql_readonly": True}
            self._reader = create_async_engine(self.url, hide_parameters=True, execution_options=read_only)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)

    def _make(self) -> None:
        """A new file is for nobody else to read, and so is the log that SQLite puts beside it: people stand in it."""
        if self.path is not None:
            os.close(os.open(self.path, os.O_RDONLY | os.O_CREAT, 0o600))

    @property
    def writer(self) -> AsyncEngine:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        return self._writer

    @asynccontextmanager
    async def write(self, *, first: bool = False) -> AsyncIterator[AsyncSession]:
        """first: before whoever else waits to write (bot/gate.py). Raises DiskFailed, and from then on always."""
        try:
            async with self._gate.passed(first=first), self._writing() as session, session.begin():
                if self.watch is not None:
                    self.watch.refuse()
                yield session
        except Exception as fault:
            if self.watch is not None:
                self.watch.note(fault)
            if is_away(fault):
                counts.away.inc()
                self._refused_at = time.monotonic()
            raise
        self._refused_at, self._is_told = None, False

    def tell(self, fault: BaseException) -> None:
        """Once, however many find it so, until something is written again."""
        if not self._is_told:
            log.warning("database away" if is_away(fault) else "database held up", fault=type(fault).__name__)
            self._is_told = True

    @property
    def refuses_s(self) -> float | None:
        """Seconds since a transaction was refused for what may pass (`is_away`); None where one has committed since."""
        return None if self._refused_at is None else time.monotonic() - self._refused_at

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def alone(self, key: int) -> AsyncIterator[None]:
        """One process at a time, of those on this database; on SQLite there is one anyway."""
        if self.is_sqlite:
            yield
            return
        async with self.writer.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            # Waiting for another's start is no deadlock: it may take as long as loading a district does.
            await connection.execute(text("SET lock_timeout = 0"))
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
            try:
                yield
            finally:
                await connection.invalidate()  # the lock falls with the connection

    async def close(self) -> None:
        for engine in {self._writer, self._reader} - {None}:
            if engine is not None:
                await engine.dispose()
        self._writer = self._reader = None
        if self.lock is not None:
            self.lock.free()


def _sqlite_writer(url: URL) -> AsyncEngine:
    # One connection does all writing and checkpoints: older SQLite can corrupt a WAL file when two do (reliability.md).
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=120,
        hide_parameters=True,
        async_creator=lambda: connect(url.database or ""),
    )

    # The rows of one INSERT are numbered as they stand; SQLAlchemy, not told so, sends them one by one.
    engine.dialect.insertmanyvalues_implicit_sentinel = InsertmanyvaluesSentinelOpts.ANY_AUTOINCREMENT

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # The driver's own BEGIN comes too late: what a released savepoint wrote would survive the turn's rollback.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_reader(url: URL) -> AsyncEngine:
    path = Path(url.database or "").absolute()
    engine = create_async_engine(
        f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true", hide_parameters=True, pool_size=2, max_overflow=2
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("query_only=1", "wal_autocheckpoint=0", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
