"""`python -m bot move FROM TO`: the whole town, or nothing a bot would begin on."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot import migrating
from bot.database import Database
from bot.migrating import migrate
from bot.moving import carrying
from bot.moving import source as reading
from bot.moving.carrying import move
from bot.moving.rows import Kind, Row, Shape, Sum, line
from bot.moving.source import Source
from bot.moving.target import Target
from bot.presence import HERE, PROCESSES
from bot.settings import BadSettings
from media.store import FolderStore, open_store
from tests import cast
from tests.bot.carried import Left, file_of, healthy, leaves, lives, may_begin, rows_of, url_of
from tests.cast import Town
from tests.machine import Postgres

SEED = 20261122
DEATHS = 4
ALL_KINDS = Shape("t", {"id": Kind.NUMBER, **{kind.value: kind for kind in Kind}}, "id")

pytestmark = pytest.mark.sqlite_only  # they leave a file; the other database is where they go


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many batches of few rows."""
    monkeypatch.setattr(reading, "A_PAGE", 60)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def origin(left: Left) -> str:
    return left.url


async def counted(server: Postgres, url: str, question: str) -> Any:
    name = url.removeprefix("postgresql+asyncpg://tester@/").partition("?")[0]
    connection = await asyncpg.connect(host=str(server.folder), user="tester", database=name)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


# --- there and back ------------------------------------------------------------------------


async def test_there_and_back_every_row_is_what_it_was(
    origin: str, tmp_path: Path, elsewhere: str, postgres: Postgres, said: list[str], short_pages: None
) -> None:
    there, back = elsewhere, url_of(tmp_path / "back.db")
    assert await move(origin, there, said.append) == 0
    highest = await counted(postgres, there, "SELECT max(id) FROM errands")
    assert await counted(postgres, there, "SELECT nextval('errands_id_seq')") == highest + 1
    assert await move(there, back, lambda _: None) == 0
    assert rows_of(file_of(back)) == rows_of(file_of(origin))
    healthy(file_of(back))
    tables = rows_of(file_of(origin))
    assert {line.split()[0] for line in said[:-1]} == set(tables)
    assert all(line.endswith("  same") for line in said[:-1])
    assert said[-1].startswith("moved; now set DATABASE_URL=postgresql+asyncpg://tester@/town")
    assert sum(int(line.split()[1]) for line in said[:-1]) == sum(map(len, tables.values()))


async def test_the_conversation_goes_on_where_it_was(town: Town, tmp_path: Path, elsewhere: str) -> None:
    await lives(town)
    leaves(town, tmp_path / "left.db", odd=False)
    there = elsewhere
    assert await move(url_of(tmp_path / "left.db"), there, lambda _: None) == 0
    job, seen, moment, pictures = town.job, town.seen, town.clock.moment, town.pictures
    await town.machine.runtime.database.close()
    async with cast._opened(tmp_path, Database.opened(there), "off") as again:
        again.seen, again.clock.moment, again.pictures = seen, moment, pictures
        before = {message.id for message in again.ours(cast.GROUP)}
        await again.settles()
        assert {message.id for message in again.ours(cast.GROUP)} == before, "moved, and nothing said again"
        again.clock.moment += timedelta(minutes=5)
        await again.lin.posts("印刷技校北门口井盖坏了")
        assert again.card.text != ""
        assert "#LH2611200003" in again.card.text
        await again.nothing_went_wrong()
    assert job.chat == cast.OFFICE


# --- refused, in one line -----------------------------------------------------------------------


async def test_what_cannot_be_moved_is_told_in_one_line(origin: str, town: Town, tmp_path: Path) -> None:
    there, running = url_of(tmp_path / "there.db"), str(town.machine.runtime.database.url)
    empty = url_of(tmp_path / "empty.db")
    file_of(empty).touch()
    told = {}
    file_of(there).write_bytes(file_of(origin).read_bytes())
    for name, (old, new) in {
        "itself": (origin, origin),
        "running": (running, empty),
        "a town": (origin, there),
        "no town": (empty, there),
        "no url": ("town.db", empty),
        "no file": (url_of(tmp_path / "nothing.db"), empty),
        "nobody there": (origin, "postgresql+asyncpg://grid:secret@127.0.0.1:1/x"),
        "no bucket": (f"file:{tmp_path}", "s3://x/y"),
        "no folder": ("file:nowhere", f"file:{tmp_path}"),
    }.items():
        with pytest.raises(BadSettings) as refused:
            await move(old, new)
        (told[name],) = refused.value.faults
    assert told == {
        "itself": "FROM, TO: the same database",
        "running": "FROM: a bot is running on this database; stop it first",
        "a town": "TO: there is a town in this database already (addresses); give an empty one",
        "no town": "FROM: there is no town in this database",
        "no url": "FROM: must be sqlite+aiosqlite:///PATH or postgresql+asyncpg://…",
        "no file": f"FROM: No such file or directory ({tmp_path / 'nothing.db'})",
        "nobody there": told["nobody there"],
        "no bucket": "TO: a bucket is s3://bucket/prefix, without keys or options; those are AWS_* variables",
        "no folder": "FROM: no folder nowhere",
    }
    assert told["nobody there"].startswith("TO: ")
    assert "secret" not in told["nobody there"]


@asynccontextmanager
async def bot_on(url: str) -> AsyncIterator[None]:
    """A process that says it has this PostgreSQL database."""
    database = Database.opened(url)
    try:
        await migrate(database)
        async with database.writer.connect() as living:
            await living.execute(HERE, {"processes": PROCESSES, "name": 5})
            yield
            await living.invalidate()
    finally:
        await database.close()


async def test_a_bot_that_runs_on_postgresql_is_noticed_on_either_side(origin: str, goal: str, elsewhere: str) -> None:
    async with bot_on(elsewhere):
        with pytest.raises(BadSettings, match="FROM: a bot is running on this database; stop it first"):
            await move(elsewhere, goal)
        with pytest.raises(BadSettings, match="TO: a bot is running on this database; stop it first"):
            await move(origin, elsewhere)
    there = Database.opened(elsewhere)
    async with Target(there, "TO").alone():
        with pytest.raises(BadSettings, match="TO: another process is bringing a town here"):
            await move(origin, elsewhere)
    await there.close()


async def test_control_not_asked_it_is_not_noticed(goal: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object) -> None: ...

    monkeypatch.setattr(carrying, "refuse_company", nobody)
    async with bot_on(elsewhere):
        assert await move(elsewhere, goal, lambda _: None) == 0


async def test_a_town_of_a_newer_program_is_left_alone(origin: str, tmp_path: Path) -> None:
    with sqlite3.connect(file_of(origin)) as books:
        books.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadSettings, match="written by a newer program"):
        await move(origin, url_of(tmp_path / "new.db"))


async def test_an_older_town_is_brought_up_to_date_where_it_arrives(tmp_path: Path, said: list[str]) -> None:
    old = Database.opened(url_of(tmp_path / "old.db"))
    await migrate(old, "0002")
    async with old.write() as session:
        await session.execute(text("INSERT INTO serials (day, last) VALUES ('2026-11-20', 7)"))
    await old.close()
    assert await move(url_of(tmp_path / "old.db"), url_of(tmp_path / "new.db"), said.append) == 0
    assert rows_of(tmp_path / "new.db")["serials"] == [("2026-11-20", "text", 7, "integer")]
    assert await may_begin(url_of(tmp_path / "new.db"))
    assert "serials                  1  same" in said


# --- broken off at any moment ---------------------------------------------------------------------


async def until_done(origin: str, goal: str, moments: list[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Move, and again after each death. moments: after how many statements each try dies; of what was left the rest is
    shorter each time. Returns those that died; in between no bot begins there."""
    deaths: list[int] = []
    execute = AsyncSession.execute

    while True:
        steps = 0

        async def counting(self: AsyncSession, *given: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if len(deaths) < len(moments) and steps >= moments[len(deaths)]:
                raise Killed
            return await execute(self, *given, **named)

        with monkeypatch.context() as dying:
            dying.setattr(AsyncSession, "execute", counting)
            try:
                code = await move(origin, goal, lambda _: None)
            except Killed:
                deaths.append(steps)
            else:
                assert code == 0
                return deaths
        if "moving" in tables_in(file_of(goal)):
            assert not await may_begin(goal)


def tables_in(file: Path) -> set[str]:
    with sqlite3.connect(file) as books:
        return {name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def test_killed_again_and_again_it_goes_on_and_ends_the_same(
    origin: str, goal: str, monkeypatch: pytest.MonkeyPatch, short_pages: None, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = Random(SEED)
    moments = [dice.randrange(4, 40) for _ in range(DEATHS)]
    deaths = await until_done(origin, goal, moments, monkeypatch)
    with capsys.disabled():
        print(f"\nmove killed {len(deaths)} times, seed {SEED}: no row lost, none twice")
    assert len(deaths) == DEATHS
    assert rows_of(file_of(goal)) == rows_of(file_of(origin))
    assert await may_begin(goal)


async def test_control_with_the_progress_told_before_the_rows_rows_are_lost_and_found_missing(
    origin: str, goal: str, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    rightly = Target.take

    async def take(self: Target, source: Source, shape: Shape) -> None:
        async with self.database.read() as session:
            begun = await self._told(session, shape.name)
        if shape.name == "errands" and not begun:
            page = await anext(source.pages(shape))
            async with self.database.write() as session:
                await self._tell(session, shape.name, last=page[-1][shape.key_at])
            raise Killed
        await rightly(self, source, shape)

    monkeypatch.setattr(Target, "take", take)
    with pytest.raises(Killed):
        await move(origin, goal)
    assert await move(origin, goal, said.append) == 1
    assert [one.split()[0] for one in said if "DIFFERS" in one] == ["errands"]
    assert not await may_begin(goal)


# --- nothing is called the same that is not ----------------------------------------------------------


@pytest.fixture
def tampers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter of one row is changed between writing and comparing."""
    count_on = Target.count_on

    async def tampering(self: Target) -> None:
        await count_on(self)
        async with self.database.write() as session:
            await session.execute(text("UPDATE messages SET external_id = external_id || 'x' WHERE id = 1"))

    monkeypatch.setattr(Target, "count_on", tampering)


async def test_one_letter_that_differs_ends_in_1_and_no_bot_begins(
    origin: str, goal: str, tmp_path: Path, said: list[str], tampers: None
) -> None:
    assert await move(origin, goal, said.append) == 1
    assert [one.split()[0] for one in said if "DIFFERS" in one] == ["messages"]
    assert said[-1].startswith("TO: not the same as FROM")
    assert not await may_begin(goal)
    with pytest.raises(BadSettings, match="FROM: only a part of a town"):
        await move(goal, url_of(tmp_path / "other.db"))


async def test_control_counts_alone_do_not_see_it(
    origin: str, goal: str, tmp_path: Path, said: list[str], tampers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(self: Sum, rows: list[Row]) -> None:
        self.rows += len(rows)

    monkeypatch.setattr(Sum, "add", count)
    assert await move(origin, goal, said.append) == 0


async def test_control_without_the_refusal_a_bot_begins_on_half_a_town(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goal = url_of(tmp_path / "new.db")
    with sqlite3.connect(file_of(goal)) as books:
        books.execute("CREATE TABLE moving (place TEXT PRIMARY KEY, told TEXT NOT NULL)")
    assert not await may_begin(goal)
    monkeypatch.setattr(migrating, "_refuse_a_part", lambda _: None)
    assert await may_begin(goal)


@settings(derandomize=True, max_examples=25, deadline=None, database=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.integers(-(2**63), 2**63 - 1) | st.none(),
            st.floats(allow_nan=False) | st.none(),
            st.booleans() | st.none(),
            st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))) | st.none(),
            st.datetimes(timezones=st.just(UTC)) | st.none(),
            st.dates() | st.none(),
            st.text() | st.none(),
            st.binary() | st.none(),
        ),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_what_is_told_is_read_as_it_was_and_the_order_of_rows_says_nothing(
    values: list[tuple[Any, ...]], dice: Random
) -> None:
    told = [ALL_KINDS.told(row) for row in values]
    assert [tuple(ALL_KINDS.read(json.loads(line(row)))) for row in told] == values
    one, other, less = Sum(), Sum(), Sum()
    one.add(told)
    less.add(told[1:])
    dice.shuffle(told)
    other.add(told)
    assert one == other
    assert (one == less) is (not told)


# --- pictures ----------------------------------------------------------------------------------------


async def test_pictures_go_from_one_store_to_another_and_what_is_there_is_not_brought_again(
    tmp_path: Path, said: list[str]
) -> None:
    old, new = FolderStore(tmp_path / "old"), f"file:{tmp_path / 'new'}"
    keys = [await old.put(f"picture {number}".encode()) for number in range(5)]
    assert await move(f"file:{tmp_path / 'old'}", new, said.append) == 0
    assert [await open_store(new).get(key) for key in keys] == [await old.get(key) for key in keys]
    assert await move(f"file:{tmp_path / 'old'}", new, said.append) == 0
    file = tmp_path / "old" / keys[0][:2] / keys[0][2:4] / keys[0]
    file.write_bytes(b"something else")
    await open_store(new).delete(keys[0])
    assert await move(f"file:{tmp_path / 'old'}", new, said.append) == 1
    assert [one for one in said if one.startswith("pictures")] == [
        "pictures: 5 brought, 0 there already, 0 damaged where they were",
        "pictures: 0 brought, 5 there already, 0 damaged where they were",
        "pictures: 0 brought, 4 there already, 1 damaged where they were",
    ]
