"""SQLite's own promises: one process a file, one connection that writes, and what is said is on the disk."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.database import AlreadyRunning, Database, Lock
from bot.migrating import migrate
from models.chat import Chat
from tests.benchmarks.turns import counting
from tests.processes import BOT, Process

HOLDER = """
import sys, time
from bot.database import Database
Database.opened(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""
FULL = 2


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Database]:
    database = Database.opened(url)
    await migrate(database)
    yield database
    await database.close()


def test_a_second_process_on_the_same_file_is_refused_in_one_line(tmp_path: Path, url: str) -> None:
    settings = {"BOT_TOKEN": "1:abcdefghijklm", "BOT_API_URL": "http://127.0.0.1:9", "DATABASE_URL": url}
    with Process(tmp_path, ["-c", HOLDER, url]).start() as holder:
        assert holder.first_line() == "held"
        with pytest.raises(AlreadyRunning):
            Database.opened(url)
        code, out, err = Process(tmp_path, [*BOT, "run"], settings).run()
        assert (code, out) == (2, "")
        assert err.startswith("DATABASE_URL: ")
        assert len(err.splitlines()) == 1
        assert "Traceback" not in err
        holder.kill()  # no last word: the system frees the lock
        Database.opened(url).lock.free()  # type: ignore[union-attr]


def test_control_without_the_lock_the_second_one_opens_the_file_too(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lock, "take", lambda lock: lock.path.parent.mkdir(exist_ok=True))
    for _ in range(2):
        Database.opened(url)


async def test_the_lock_is_free_when_the_database_is_closed(url: str) -> None:
    first = Database.opened(url)
    with pytest.raises(AlreadyRunning):
        Database.opened(url)
    await first.close()
    await Database.opened(url).close()


async def test_the_writer_waits_for_the_disk_and_keeps_what_points_where(store: Database) -> None:
    async with store.write() as session:
        said = {name: await session.scalar(text(f"PRAGMA {name}")) for name in PRAGMAS}
    assert said == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": FULL, "foreign_keys": 1, "busy_timeout": 10_000}


async def test_a_reader_cannot_write_nor_move_the_log(store: Database) -> None:
    async with store.read() as session:
        assert await session.scalar(text("PRAGMA query_only")) == 1
        assert await session.scalar(text("PRAGMA wal_autocheckpoint")) == 0
        with pytest.raises(DBAPIError, match="readonly"):
            await session.execute(text("DELETE FROM chats"))
    async with store.read() as session:
        await session.execute(text("PRAGMA query_only=0"))
        with pytest.raises(DBAPIError, match="readonly"):  # not by its own good will alone: the file is opened so
            await session.execute(text("DELETE FROM chats"))


async def test_a_reader_sees_what_is_committed_and_nothing_else(store: Database) -> None:
    async with store.write() as session:
        session.add(Chat(channel="test", external_id="1", kind="group"))
        await session.flush()
        async with store.read() as reader:
            assert (await reader.scalars(select(Chat))).all() == []
    async with store.read() as reader:
        assert len((await reader.scalars(select(Chat))).all()) == 1


async def test_rows_added_together_go_in_one_statement_and_each_gets_its_own_number(store: Database) -> None:
    """SQLite does not promise in what order it tells the numbers; each row must still find its own."""
    chats = [Chat(channel="telegram", external_id=str(-number), kind="group", title="") for number in range(30)]
    with counting() as asked:
        async with store.write() as session:
            session.add_all(chats)
    assert len([statement for statement in asked if statement.startswith("INSERT")]) == 1
    async with store.read() as session:
        kept = {chat.id: chat.external_id for chat in await session.scalars(select(Chat))}
    assert kept == {chat.id: chat.external_id for chat in chats}


def test_a_new_file_and_what_lies_beside_it_are_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "data" / "town.db"
    before = os.umask(0o022)
    try:

        async def write() -> list[int]:
            database = Database.opened(f"sqlite+aiosqlite:///{path}")
            async with database.write() as session:
                await session.execute(text("CREATE TABLE people (name TEXT)"))
            modes = [stat.S_IMODE(file.stat().st_mode) for file in (path.parent, *path.parent.iterdir())]
            await database.close()
            return modes

        assert {mode & 0o077 for mode in asyncio.run(write())} == {0}
    finally:
        os.umask(before)
