"""SQLite's file locked by another, full, read-only, its disk failing: nothing is confirmed that is not kept, nothing is
lost, and all goes on by itself; but a disk that failed is not believed again before the file was looked through."""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot import damage, database
from bot.damage import Damaged, DiskFailed
from bot.database import Database
from bot.readiness import Readiness
from bot.town import Town as Machine
from tests.cast import GROUP, HOLE, Town, town_in
from tests.faults import district
from tests.faults.living import Living, living, prepare
from tests.machine import missing
from tests.processes import BOT, BotProcess, Process, SimulatorProcess, until

SEED = 20261122
LOCKED_S, TIME_OUTS = float(os.environ.get("GRID_LOCKED_S", "1.6")), 8
BUSY_MS = round(1000 * LOCKED_S / TIME_OUTS)
FRAME = 4096 + 24


@pytest_asyncio.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Living]:
    """Who finds the file locked waits a fifth of a second instead of ten."""
    monkeypatch.setattr(database, "BUSY_MS", BUSY_MS)
    url = f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    await prepare(url, tmp_path / "district")
    async with living(tmp_path, url, seed=SEED) as played:
        yield played


@asynccontextmanager
async def another(path: Path, statement: str) -> AsyncIterator[sqlite3.Connection]:
    """Another program at the same file, in a transaction. It waits beside our loop: on it, a transaction of ours that
    is under way would never end."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)) as held:
        await asyncio.to_thread(held.execute, statement)
        yield held
        held.execute("ROLLBACK")


async def wrong(machine: Machine) -> str:
    return " ".join((await Readiness(machine).told()).wrong)


# --- locked -----------------------------------------------------------------------------------------


async def test_locked_by_another_program_nothing_is_confirmed_and_nothing_lost(town: Living, tmp_path: Path) -> None:
    town.reports(3)
    await town.settles()
    async with another(tmp_path / "town.db", "BEGIN IMMEDIATE"):
        town.reports(5)
        await asyncio.sleep(LOCKED_S)
        assert sum(update["confirmed"] is None for update in town.updates) >= 5
        assert "could not be written" in await wrong(town.machines[0])
    took = await town.settles()
    assert await wrong(town.machines[0]) == ""
    outcome = await town.outcome()
    assert outcome.holds, outcome
    assert outcome.repeats == 0
    assert took < 15 + 2 * BUSY_MS / 1000


async def test_a_turn_never_begins_as_a_reader_that_cannot_write_later(town: Living, tmp_path: Path) -> None:
    """A transaction that first reads and then writes is refused at once where another wrote in between, however long
    it would wait; so all of ours take the lock with their BEGIN."""
    store = town.machines[0].runtime.database
    async with store.write() as session:
        await session.execute(text("SELECT count(*) FROM inbox"))
        with (
            pytest.raises(sqlite3.OperationalError, match="locked"),
            closing(sqlite3.connect(tmp_path / "town.db", isolation_level=None, timeout=0)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")


async def test_a_reader_held_open_lets_the_log_grow_no_more_than_is_written(town: Living, tmp_path: Path) -> None:
    """While it reads nothing can be put back into the file; afterwards the log is used anew from its beginning."""
    log = tmp_path / "town.db-wal"
    async with another(tmp_path / "town.db", "BEGIN") as reader:
        reader.execute("SELECT count(*) FROM inbox").fetchone()
        town.reports(12)
        await town.settles()
        held = log.stat().st_size
    for _ in range(3):
        town.reports(12)
        await town.settles()
    assert log.stat().st_size <= max(held, 1000 * FRAME) + 200 * FRAME
    assert (await town.outcome()).holds


# --- full -------------------------------------------------------------------------------------------


async def test_a_full_disk_is_waited_for(town: Living) -> None:
    town.reports(3)
    await town.settles()
    store = town.machines[0].runtime.database
    await pragma(store, "max_page_count=1")  # no page more than there is
    town.reports(25)
    for _ in range(100):  # now and then something small still finds room
        if "full" in await wrong(town.machines[0]):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("nobody says that the disk is full")
    await asyncio.sleep(1)
    unkept = sum(update["confirmed"] is None for update in town.updates)
    await pragma(store, "max_page_count=1073741823")
    took = await town.settles()
    outcome = await town.outcome()
    assert outcome.holds, outcome
    assert unkept, "what could not be kept was not confirmed"
    assert took < 40


async def test_a_disk_that_only_reads_is_waited_for(town: Living) -> None:
    town.reports(2)
    await town.settles()
    store = town.machines[0].runtime.database
    await pragma(store, "query_only=1")
    town.reports(3)
    await town.until(lambda: store.refuses_s is not None, "the disk to refuse")
    assert "read-only" in await wrong(town.machines[0])
    assert all(update["confirmed"] is None for update in town.updates[-3:])
    await pragma(store, "query_only=0")
    await town.settles()
    assert (await town.outcome()).holds


async def pragma(store: Database, what: str) -> None:
    """Of the writing connection, between two transactions."""
    async with store._gate.passed(), store.writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        await driver._execute(driver._conn.execute, f"PRAGMA {what}")  # type: ignore[union-attr]


@pytest.mark.parametrize("fault", ["locked", "full"])
async def test_control_a_page_confirmed_before_it_is_kept_is_lost(
    town: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    machine, keep = town.machines[0], Machine.keep

    async def confirm_first(self: Machine, *given: object) -> None:
        try:
            await keep(self, *given)  # type: ignore[arg-type]
        except Exception:
            return

    monkeypatch.setattr(Machine, "keep", confirm_first)
    town.reports(1)
    await town.settles()
    if fault == "locked":
        async with another(tmp_path / "town.db", "BEGIN IMMEDIATE"):
            town.reports(5)
            await asyncio.sleep(6 * BUSY_MS / 1000)
    else:
        await pragma(machine.runtime.database, "query_only=1")
        town.reports(5)
        await asyncio.sleep(1)
        await pragma(machine.runtime.database, "query_only=0")
    await town.settles()
    outcome = await town.outcome()
    assert outcome.lost > 0
    assert outcome.unkept > 0


# --- where the photos are -----------------------------------------------------------------------------


@pytest_asyncio.fixture
async def conversation(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path) as played:
        yield played


async def test_a_full_photo_folder_costs_the_picture_only_until_there_is_room(
    conversation: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, store = conversation, conversation.machine.runtime.store
    put = store.put

    async def full(data: bytes) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store, "put", full)
    await town.lin.posts(HOLE)
    assert "路面塌陷" in town.card.text
    assert not any(message.has_photo for message in town.ours(GROUP))
    monkeypatch.setattr(store, "put", put)
    for _ in range(6):
        await town.passes(minutes=1)
    async with town.machine.runtime.database.read() as session:
        kept = await session.scalar(text("SELECT count(*) FROM photos WHERE media IS NOT NULL"))
    assert kept == 1


# --- read-only at the start -------------------------------------------------------------------------


@asynccontextmanager
async def small_disk(folder: Path, size: str = "6m") -> AsyncIterator[Path]:
    """A disk of its own; skipped by name where nobody may have one."""
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None or await _run("mount", "-t", "tmpfs", "-o", f"size={size}",
                                                                       "tmpfs", str(folder)):  # fmt: skip
        missing("the right to mount a disk")
    try:
        yield folder
    finally:
        await _run("umount", "-l", str(folder))


def fill(ballast: Path) -> None:
    """Until not a page more finds room."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as full:
            if full.errno != errno.ENOSPC:
                raise


async def _run(*words: str) -> int:
    done = await asyncio.to_thread(subprocess.run, words, capture_output=True, check=False)
    return done.returncode


async def test_on_a_disk_that_only_reads_it_does_not_start_and_says_so_in_one_line(tmp_path: Path) -> None:
    async with small_disk(tmp_path / "disk") as disk:
        assert await _run("mount", "-o", "remount,ro", str(disk)) == 0
        url = f"sqlite+aiosqlite:///{disk / 'town.db'}"
        settings = {"BOT_TOKEN": "1:abcdefghijklm", "BOT_API_URL": "http://127.0.0.1:9", "DATABASE_URL": url}
        code, out, err = await asyncio.to_thread(Process(tmp_path, [*BOT, "run"], settings).run)
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert err.startswith("DATABASE_URL: Read-only file system")


async def test_on_a_real_disk_that_fills_up_and_is_emptied_nothing_is_lost(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    full, is_away = asyncio.Event(), database.is_away

    def noted(fault: BaseException) -> bool:
        """A moment later a turn with nothing to do may commit, and `refuses_s` is None again: whoever looks now and
        then may never see it."""
        if getattr(getattr(fault, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            full.set()
        return is_away(fault)

    monkeypatch.setattr(database, "is_away", noted)
    async with small_disk(tmp_path / "disk") as disk:
        url = f"sqlite+aiosqlite:///{disk / 'town.db'}"
        await prepare(url, tmp_path / "district")
        async with living(tmp_path, url, seed=SEED) as town:
            town.reports(2)
            await town.settles()
            fill(disk / "ballast")
            town.reports(40)
            await town.until(full.is_set, "the disk to be full")
            (disk / "ballast").unlink()
            took = await town.settles()
            outcome = await town.outcome()
    with capfd.disabled():
        print(f"\na disk of 6 MB full and emptied: {outcome}; all done {took:.1f} s after there was room")
    assert outcome.holds, outcome


# --- a disk that fails --------------------------------------------------------------------------------


async def fails(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """One COMMIT cannot be flushed."""
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode, fault.sqlite_errorname = sqlite3.SQLITE_IOERR_FSYNC, "SQLITE_IOERR_FSYNC"
    dialect = store.writer.sync_engine.dialect

    def failing(connection: object) -> None:
        raise fault

    monkeypatch.setattr(dialect, "do_commit", failing)


async def test_after_a_failed_flush_nothing_more_is_written_and_it_ends(
    town: Living, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    town.reports(1)
    await town.settles()
    machine = town.machines[0]
    with monkeypatch.context() as patched:
        await fails(machine.runtime.database, patched)
        town.reports(1)
        with pytest.raises(BaseException, match=r"SQLITE_IOERR_FSYNC|disk I/O"):
            await town.until(lambda: False, "the end")
    with pytest.raises(DiskFailed, match="SQLITE_IOERR_FSYNC"):
        async with machine.runtime.database.write():
            pass
    with pytest.raises(DiskFailed):
        await town.stop(machine)
    assert (tmp_path / "town.db.unsure").read_text() == "SQLITE_IOERR_FSYNC"
    await town.start()
    assert not (tmp_path / "town.db.unsure").exists()
    await town.settles()
    assert (await town.outcome()).holds


async def test_control_taken_for_something_that_passes_it_writes_on(
    town: Living, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(damage, "failure_of", lambda fault: None)
    town.reports(1)
    await town.settles()
    store = town.machines[0].runtime.database
    with monkeypatch.context() as patched:
        await fails(store, patched)
        town.reports(1)
        await town.until(lambda: store.refuses_s is not None, "the failure")
    await town.settles()
    assert not (tmp_path / "town.db.unsure").exists()


def test_a_file_that_is_not_whole_is_refused_by_name_and_the_lock_let_go(tmp_path: Path) -> None:
    path = tmp_path / "town.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (x)")
        made.executemany("INSERT INTO t VALUES (?)", [(bytes(500),)] * 200)
        made.execute("CREATE INDEX i ON t (x)")
        made.commit()
    content = bytearray(path.read_bytes())
    content[3 * 4096 : 3 * 4096 + 2000] = bytes(2000)
    path.write_bytes(content)
    path.with_name("town.db.unsure").write_text("SQLITE_IOERR_FSYNC")
    for _ in range(2):
        with pytest.raises(Damaged, match="bring back a backup"):
            Database.opened(f"sqlite+aiosqlite:///{path}")


def test_a_process_whose_disk_fails_ends_in_one_line_and_the_next_loses_nothing(tmp_path: Path) -> None:
    """Each flush from the N-th on fails, as `strace` has it; then the bot is started on a disk that is well again."""
    if shutil.which("strace") is None:
        missing("strace")
    town = district.write_district(tmp_path / "district")
    with SimulatorProcess(tmp_path / "simulator", district.town()).start() as simulator:
        bot = BotProcess(tmp_path, simulator.address, DISTRICT=str(town), LOG_LEVEL="ERROR")
        with bot.start():
            until(lambda: any(call["method"] == "setMyCommands" for call in simulator.calls()), "the bot")
            attached = subprocess.Popen(
                ["strace", "-f", "-q", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                 "inject=fdatasync:error=EIO:when=3+", "-p", str(bot.running.pid)],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            try:
                words = [district.problem(number) for number in range(8)]
                for number, said in enumerate(words):
                    body = {"as": district.RIDER, "chat": district.GROUPS[number], "text": f"/report {said}"}
                    simulator.post("messages", **body)
                until(lambda: not bot.lives or attached.poll() is not None, "the end of the bot")
                if bot.lives:
                    missing("the right to trace a process")
                assert bot.stop() == 2
            finally:
                attached.kill()
                attached.communicate()
            told = bot.log.read_text("utf-8").splitlines()
            assert told[-1].startswith("DATABASE_URL: the disk failed (SQLITE_IOERR_FSYNC)"), told[-3:]
            assert "Traceback" not in told[-1]
        with bot.start():
            question = "SELECT text FROM tickets"

            def tickets() -> list[str]:
                with closing(sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True)) as looked:
                    return [row[0] for row in looked.execute(question)]

            until(lambda: sorted(tickets()) == sorted(words), "a ticket for each report")
            assert bot.stop() == 0
