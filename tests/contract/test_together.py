"""What many want written, written together: one that is bad holds up nobody, and who waits is told what came of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.database import Database
from bot.passing import lost_a_race
from bot.together import Together
from models.chat import Chat

AWAY = OperationalError("COMMIT", None, Exception("database is locked"))
BAD = "bad"


class Writing:
    """Chats by their names, counted by transaction. away: so many transactions are refused first; meets: what each
    batch does before it is written."""

    def __init__(self, database: Database, *, patient: bool = True, most: int = 200) -> None:
        self.batches: list[list[str]] = []
        self.away = 0
        self.together = Together(database, Quick(), self._write, patient=patient, most=most)

    async def _write(self, session: AsyncSession, names: Sequence[str]) -> None:
        self.batches.append(list(names))
        session.add_all([Chat(channel="test", external_id=name, kind="group") for name in names])
        await session.flush()
        if BAD in names:
            raise ValueError(BAD)
        if self.away:
            self.away -= 1
            raise AWAY

    async def add(self, *names: str) -> list[object]:
        return await asyncio.gather(*(self.together.add(name) for name in names), return_exceptions=True)


class Quick(Clock):
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def kept(database: Database) -> list[str]:
    async with database.read() as session:
        return sorted(await session.scalars(select(Chat.external_id)))


async def test_what_comes_together_is_written_together_and_in_its_order(store: Database) -> None:
    writing = Writing(store)
    assert await writing.add(*"abcdef") == [None] * 6
    assert [name for batch in writing.batches for name in batch] == list("abcdef")
    assert len(writing.batches) == 1
    assert await kept(store) == list("abcdef")


async def one_behind_the_other(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comes a turn of the loop after the one before, and no transaction is waited for."""

    @asynccontextmanager
    async def at_once(_: Database, *, first: bool = False) -> AsyncIterator[AsyncMock]:
        yield AsyncMock(spec=AsyncSession)

    monkeypatch.setattr(Database, "write", at_once)
    coming = []
    for name in "abcdef":
        coming.append(asyncio.create_task(writing.together.add(name)))
        await asyncio.sleep(0)
    await asyncio.gather(*coming)


async def test_who_is_at_the_door_is_let_in_before_it_is_written(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = Writing(store)
    await one_behind_the_other(writing, monkeypatch)
    assert [len(batch) for batch in writing.batches] == [6]


async def test_control_who_looks_at_nobody_writes_often(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Together, "_come_in", AsyncMock())
    writing = Writing(store)
    await one_behind_the_other(writing, monkeypatch)
    assert len(writing.batches) > 3


async def test_no_transaction_holds_more_than_it_should(store: Database) -> None:
    writing = Writing(store, most=4)
    assert await writing.add(*"abcdefghij") == [None] * 10
    assert [len(batch) for batch in writing.batches] == [4, 4, 2]


async def test_one_bad_holds_up_no_other_and_its_bringer_is_told(store: Database) -> None:
    writing = Writing(store)
    told = await writing.add("a", BAD, "b", "c")
    assert [type(one) for one in told] == [type(None), ValueError, type(None), type(None)]
    assert await kept(store) == ["a", "b", "c"]


async def test_control_without_one_by_one_the_others_fall_with_it(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def all_fall(self: Together[str], batch: Sequence[tuple[str, asyncio.Future[None]]]) -> None:
        for _, done in batch:
            done.set_exception(ValueError(BAD))

    monkeypatch.setattr(Together, "_one_by_one", all_fall)
    told = await Writing(store).add("a", BAD, "b")
    assert [type(one) for one in told] == [ValueError] * 3


async def test_two_that_clash_are_told_apart(store: Database) -> None:
    writing = Writing(store)
    told = await writing.add("a", "b", "b")
    assert told[:2] == [None, None]
    assert isinstance(told[2], IntegrityError)
    assert lost_a_race(told[2])
    assert await kept(store) == ["a", "b"]


@pytest.mark.parametrize("times", [1, 7])
async def test_who_is_patient_waits_until_the_database_is_there(store: Database, times: int) -> None:
    writing = Writing(store)
    writing.away = times
    assert await writing.add("a", "b") == [None, None]
    assert await kept(store) == ["a", "b"]


async def test_who_is_not_is_told_at_once_and_nothing_is_kept(store: Database) -> None:
    writing = Writing(store, patient=False)
    writing.away = 1
    told = await writing.add("a", "b")
    assert all(isinstance(one, DBAPIError) for one in told)
    assert await kept(store) == []
    assert await writing.add("a") == [None]


async def test_patience_lasts_also_where_one_was_bad(store: Database) -> None:
    """The database goes away just while the others are written one by one."""
    writing = Writing(store)
    bad = asyncio.create_task(writing.add("a", BAD, "b"))
    await asyncio.sleep(0)
    writing.away = 2
    told = await bad
    assert [type(one) for one in told] == [type(None), ValueError, type(None)]
    assert await kept(store) == ["a", "b"]


async def test_what_comes_while_one_transaction_waits_is_in_the_next(store: Database) -> None:
    writing = Writing(store)
    first = asyncio.create_task(writing.add("a"))
    while not writing.batches:
        await asyncio.sleep(0)
    await asyncio.gather(first, writing.add("b"), writing.add("c"))
    assert writing.batches in ([["a"], ["b", "c"]], [["a"], ["b"], ["c"]])
    assert await kept(store) == ["a", "b", "c"]


async def test_who_brought_it_and_went_does_not_take_it_along(store: Database) -> None:
    writing = Writing(store)
    gone = asyncio.create_task(writing.add("a"))
    stays = asyncio.create_task(writing.add("b"))
    while not writing.batches:
        await asyncio.sleep(0)
    gone.cancel()
    assert await stays == [None]
    assert await kept(store) == ["a", "b"]
