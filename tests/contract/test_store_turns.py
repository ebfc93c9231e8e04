"""What a turn relies on in a database, SQLite and PostgreSQL: repeats, order, claims, all of it or nothing."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from bot import inbox
from bot.database import Database
from bot.placing import IsUrgent
from models.chat import Chat
from models.mail import Inbox
from tests.contract.stored import NOON, heard, next_update

# --- the inbox --------------------------------------------------------------------------------


async def test_a_repeat_is_dropped_without_a_word_and_the_others_are_kept(store: Database) -> None:
    async with store.write() as session:
        assert await inbox.keep(session, [heard("1"), heard("2")]) == 2
    async with store.write() as session:
        assert await inbox.keep(session, [heard("2"), heard("3"), heard("1")]) == 1
        assert await inbox.keep(session, [heard("4"), heard("4")]) == 1
        assert await inbox.keep(session, []) == 0


async def test_the_same_event_under_another_number_is_a_repeat(store: Database) -> None:
    async with store.write() as session:
        await inbox.keep(session, [heard("1", natural="message 7 of chat 5")])
        assert await inbox.keep(session, [heard("900", natural="message 7 of chat 5")]) == 0


async def test_lanes_are_kept_in_order_and_a_failing_elder_holds_its_own_only(store: Database) -> None:
    async with store.write() as session:
        await inbox.keep(session, [heard("1"), heard("2"), heard("3", lane="b"), heard("4", lane="b")])
    async with store.write() as session:
        first = (await session.scalars(Inbox.next_due(NOON))).one()
        assert first.update == "1"
        assert not first.fail("bug", NOON)
    seen = []
    async with store.write() as session:
        while row := await session.scalar(Inbox.next_due(NOON)):
            seen.append(row.update)
            row.finish(NOON)
            await session.flush()
    assert seen == ["3", "4"]
    async with store.write() as session:
        later = NOON + Inbox.PAUSES[0]
        assert await next_update(session, later - timedelta(milliseconds=1)) is None
        again = (await session.scalars(Inbox.next_due(later))).one()
        assert again.update == "1"
        while not again.fail("bug", later):
            pass
        await session.flush()
        assert await next_update(session, later) == "2"  # the elder was set aside


async def test_two_workers_never_hold_the_same_row_nor_the_same_lane(store: Database) -> None:
    async with store.write() as session:
        await inbox.keep(session, [heard("1"), heard("2"), heard("3", lane="b")])
    async with store.write() as one:
        assert await next_update(one) == "1"
        if store.is_sqlite:  # one writer: the other waits for its turn
            other = asyncio.create_task(_claimed(store))
            await asyncio.sleep(0)
            assert not other.done()
        else:
            async with store.write() as two:
                assert await next_update(two) == "3"  # "2" waits for its elder
                async with store.write() as three:
                    assert await next_update(three) is None
    if store.is_sqlite:
        assert await other == "1"


async def _claimed(store: Database) -> str | None:
    async with store.write() as session:
        return await next_update(session)


async def test_in_a_crowd_the_urgent_goes_first_and_takes_its_elders_along(store: Database) -> None:
    async def glance(_: AsyncSession, edition: int | None) -> IsUrgent:
        return lambda row: row["update"] == "28"

    async with store.write() as session:
        await inbox.keep(session, [heard(str(number), lane="ab"[number % 2]) for number in range(24)], glance)
        await inbox.keep(session, [heard(str(number), lane="abc"[number % 3]) for number in range(24, 30)], glance)
    order = []
    async with store.write() as session:
        while row := await session.scalar(Inbox.next_due(NOON)):
            order.append(int(row.update))
            row.finish(NOON)
            await session.flush()
    elders = [number for number in range(24) if number % 2] + [25]
    assert order[:14] == [*elders, 28]
    assert [number for number in order if number % 2 == 0 and number < 24] == list(range(0, 24, 2))
    assert len(order) == 30
    assert order.index(26) < order.index(2), "a chat that has said one thing waits for one of each other"


async def test_something_new_under_a_number_given_before_is_kept(store: Database) -> None:
    async with store.write() as session:
        assert await inbox.keep(session, [heard("1", natural="message 7"), heard("2", natural="message 8")]) == 2
    async with store.write() as session:
        assert await inbox.keep(session, [heard("1", natural="message 9"), heard("2", natural="message 8")]) == 1
        assert await inbox.keep(session, [heard("1", natural="message 9")]) == 0


# --- transactions -------------------------------------------------------------------------------


async def test_a_released_savepoint_inside_a_turn_that_is_rolled_back_leaves_nothing(store: Database) -> None:
    async def turn() -> None:
        async with store.write() as session:
            async with session.begin_nested():
                session.add(Chat(channel="test", external_id="1", kind="group"))
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await turn()
    async with store.read() as session:
        assert (await session.scalars(select(Chat))).all() == []


async def test_control_with_the_drivers_defaults_the_savepoints_row_survives(tmp_path: Path) -> None:
    """Why `bot/database.py` says BEGIN itself (design.md 3.4)."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'plain.db'}")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE t (x)"))
    async with engine.connect() as connection:
        transaction = await connection.begin()
        await connection.exec_driver_sql("SAVEPOINT inner_one")
        await connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        await connection.exec_driver_sql("RELEASE inner_one")
        await transaction.rollback()
        survived = await connection.scalar(text("SELECT count(*) FROM t"))
    await engine.dispose()
    assert survived == 1


async def test_a_savepoint_that_is_rolled_back_takes_only_its_own(store: Database) -> None:
    async with store.write() as session:
        session.add(Chat(channel="test", external_id="1", kind="group"))
        await session.flush()
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                session.add(Chat(channel="test", external_id="1", kind="group"))
        session.add(Chat(channel="test", external_id="2", kind="group"))
    async with store.read() as session:
        assert set(await session.scalars(select(Chat.external_id))) == {"1", "2"}
