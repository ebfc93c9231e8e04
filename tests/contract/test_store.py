"""What the bot relies on in a database: one list of promises, against SQLite and against PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import alembic.op
import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from bot import inbox
from bot.channels.base import Delivered, Letter
from bot.channels.telegram import TelegramChannel
from bot.claims import Claims
from bot.database import Database
from bot.migrating import migrate
from bot.worker import Worker
from models.all import metadata
from models.card import Witness
from models.chat import Chat
from models.mail import Errand, Inbox, Outbox, Timer
from models.ticket import Ticket
from tests.cast import GROUP, HOLE, LIN, MORNING, OFFICE, Town, town_in

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def heard(update: str, *, lane: str = "a", natural: str | None = None, at: datetime = NOON) -> dict[str, Any]:
    return inbox.row("test", update=update, natural=natural or f"m{update}", lane=lane, what="message", payload={}, at=at)


async def next_update(session: AsyncSession, at: datetime = NOON) -> str | None:
    row = await session.scalar(Inbox.next_due(at))
    return row.update if row else None


# --- the tables ---------------------------------------------------------------------------


async def test_migrating_again_changes_nothing(store: Database) -> None:
    async with store.write() as session:
        await inbox.keep(session, [heard("1")])
    await migrate(store)
    async with store.read() as session:
        assert await next_update(session) == "1"
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


async def test_the_migrations_make_what_the_models_say(store: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with store.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_migration_cut_short_leaves_nothing_and_is_made_whole_by_the_next(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, made = alembic.op.create_table, []

    def failing(name: str, *given: Any, **named: Any) -> Any:
        made.append(name)
        if len(made) == 6:
            raise OSError("no space left")
        return create(name, *given, **named)

    def tables(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names())

    store = Database.opened(empty_url)
    try:
        with monkeypatch.context() as cut, pytest.raises(OSError, match="no space left"):
            cut.setattr(alembic.op, "create_table", failing)
            await migrate(store)
        async with store.writer.connect() as connection:
            assert not set(made) & await connection.run_sync(tables)
        await asyncio.wait_for(migrate(store), 20)
        async with store.writer.connect() as connection:
            assert set(metadata.tables) <= await connection.run_sync(tables)
    finally:
        await store.close()


# --- what goes in comes out -----------------------------------------------------------------


async def test_times_are_aware_and_in_utc(store: Database) -> None:
    beijing = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    async with store.write() as session:
        session.add(Timer(key="k", kind="x", lane="a", due_at=beijing))
    async with store.read() as session:
        (found,) = await session.scalars(select(Timer.due_at))
    assert found == beijing
    assert found.tzinfo is UTC


async def test_a_time_without_its_zone_is_refused(store: Database) -> None:
    with pytest.raises(StatementError, match="without its zone"):
        async with store.write() as session:
            session.add(Timer(key="k", kind="x", lane="a", due_at=datetime(2026, 11, 20)))  # noqa: DTZ001
    async with store.read() as session:
        assert (await session.scalars(select(Timer))).all() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("路面塌陷🕳️ \u202eabc\u200d", "路面塌陷🕳️ \u202eabc\u200d"),
        ("a\x00b", "ab"),
        ("half \ud83d of a sign", "half ? of a sign"),
        ("'; DROP TABLE chats; --", "'; DROP TABLE chats; --"),
        ("长" * 5000, "长" * 5000),
    ],
    ids=["signs", "nul", "surrogate", "sql", "long"],
)
async def test_text_is_kept_as_typed_save_what_no_database_takes(store: Database, typed: str, kept: str) -> None:
    async with store.write() as session:
        session.add(Chat(channel="test", external_id="1", kind="group", title=typed))
    async with store.read() as session:
        assert await session.scalar(select(Chat.title)) == kept
        assert await session.scalar(select(Chat.id).where(Chat.title == typed)) is not None


async def test_json_comes_back_alike(store: Database) -> None:
    data = {"漢": ["字", None, True, 1.5, 2**60], "nested": {"🕳": {"a": []}}, "empty": ""}
    async with store.write() as session:
        session.add(Timer(key="k", kind="x", lane="a", data=data, due_at=NOON))
    async with store.read() as session:
        assert await session.scalar(select(Timer.data)) == data


async def test_json_from_people_may_hold_a_nul_and_half_a_sign(store: Database) -> None:
    raw = {"message": {"text": "a\x00b \ud83d"}}
    async with store.write() as session:
        await inbox.keep(session, [{**heard("1"), "payload": raw}])
    async with store.read() as session:
        found = (await session.scalars(select(Inbox.payload))).one()
    assert found is not None
    assert found["message"]["text"].startswith("a")


async def test_ids_and_counts_are_64_bit(store: Database) -> None:
    async with store.write() as session:
        session.add(Chat(id=2**62, channel="test", external_id=str(-(2**62)), kind="group"))
        session.add(Errand(kind="x", lane="a", data={}, due_at=NOON, attempts=2**40))
    async with store.read() as session:
        assert await session.scalar(select(Chat.id)) == 2**62
        assert await session.scalar(select(Errand.attempts)) == 2**40


async def test_what_points_nowhere_is_refused(store: Database) -> None:
    with pytest.raises(IntegrityError):
        async with store.write() as session:
            session.add(Outbox(chat_id=12345, kind="say", created_at=NOON, due_at=NOON))


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


# --- transactions -------------------------------------------------------------------------------


async def test_a_released_savepoint_inside_a_turn_that_is_rolled_back_leaves_nothing(store: Database) -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        async with store.write() as session:
            async with session.begin_nested():
                session.add(Chat(channel="test", external_id="1", kind="group"))
            raise RuntimeError("a bug")
    async with store.read() as session:
        assert (await session.scalars(select(Chat))).all() == []


async def test_control_with_the_drivers_defaults_the_savepoints_row_survives(tmp_path: Path) -> None:
    """Why `bot/database.py` says BEGIN itself (design.md 3.4)."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{tmp_path / 'plain.db'}",
        connect_args={"isolation_level": "", "autocommit": sqlite3.LEGACY_TRANSACTION_CONTROL}
        if hasattr(sqlite3, "LEGACY_TRANSACTION_CONTROL")
        else {},
    )

    @event.listens_for(engine.sync_engine, "begin")
    def leave_it_to_the_driver(_: Connection) -> None: ...

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


# --- the town on either database ------------------------------------------------------------------


@pytest_asyncio.fixture
async def town(empty_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with town_in(tmp_path, database_url=empty_url) as played:
        yield played


async def test_the_whole_story(town: Town) -> None:
    await town.lin.posts(HOLE)
    card, job = town.card, town.job
    await town.mei.presses("我也遇到", on=card)
    await town.lu.presses("接单", on=job)
    await town.lu.posts("", chat=OFFICE, reply_to=job)
    fix = town.last(GROUP)
    assert fix.has_photo
    assert fix.mentions == ["小林", "小梅"]
    await town.lin.presses("已解决", on=fix)
    assert "已结案" in card.now().text
    assert len(town.ours(GROUP)) == 2
    await town.nothing_went_wrong()


async def test_who_comes_second_to_a_ticket_has_his_turn_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.lin.posts(HOLE)
    handle, tries = Worker._handle, []

    def change(session: Session, *_: Any) -> None:
        session.connection().exec_driver_sql("UPDATE tickets SET version = version + 1")

    async def overtaken(self: Worker, session: AsyncSession, row: Inbox) -> None:
        tries.append(row.id)
        if len(tries) == 1:  # somebody else changes the ticket between our reading and our writing
            event.listen(session.sync_session, "before_flush", change)
        await handle(self, session, row)

    monkeypatch.setattr(Worker, "_handle", overtaken)
    await town.mei.presses("我也遇到", on=town.card)
    assert len(tries) > 1
    assert tries[0] == tries[1]
    async with town.machine.runtime.database.read() as session:
        assert len((await session.scalars(select(Witness))).all()) == 2
        assert (await session.scalars(select(Ticket.version))).one() > 1
    await town.nothing_went_wrong()


async def test_a_note_under_a_lease_that_was_lost_changes_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver = TelegramChannel.deliver

    async def slow(self: TelegramChannel, letter: Letter) -> Delivered:
        delivered = await deliver(self, letter)
        if letter.chat == str(GROUP):  # so slow that another process took the row over
            async with town.machine.runtime.database.write() as session:
                ours = select(Chat.id).where(Chat.external_id == str(GROUP)).scalar_subquery()
                await session.execute(update(Outbox).where(Outbox.chat_id == ours).values(lease="another"))
        return delivered

    monkeypatch.setattr(TelegramChannel, "deliver", slow)
    await town.lin.says(f"/report {HOLE}")
    async with town.machine.runtime.database.read() as session:
        (row,) = await session.scalars(select(Outbox).where(Outbox.state == "sending"))
    assert (row.lease, row.sent_at) == ("another", None)


async def test_two_senders_never_take_the_same_row(town: Town) -> None:
    runtime = town.machine.runtime
    town.simulator.post(LIN, GROUP, f"/report {HOLE}")
    await town._receive()
    await town.machine.worker.turn()
    async with runtime.database.write() as session:
        first = await Claims(runtime).take(session, 99, ())
        assert first
        if not runtime.database.is_sqlite:
            async with runtime.database.write() as other:
                assert await Claims(runtime).take(other, 99, ()) == []
    async with runtime.database.write() as session:
        assert await Claims(runtime).take(session, 99, ()) == []


async def test_a_timer_rings_once_and_a_timer_set_again_is_moved(town: Town) -> None:
    runtime, clock = town.machine.runtime, town.machine.clock
    async with runtime.database.write() as session:
        session.add(Timer(key="album:1", kind="nothing", lane="a", data={"n": 1}, due_at=MORNING + timedelta(seconds=5)))
    assert await clock.ring_due() == 0
    town.clock.moment += timedelta(seconds=5)
    assert await clock.ring_due() == 1
    assert await clock.ring_due() == 0
    async with runtime.database.write() as session:
        timer = (await session.scalars(select(Timer))).one()
        timer.due_at, timer.rung = town.clock.moment + timedelta(seconds=1), False
    town.clock.moment += timedelta(seconds=1)
    assert await clock.ring_due() == 1
    async with runtime.database.read() as session:
        rang = list(await session.scalars(select(Inbox).where(Inbox.channel == "clock")))
    assert [(row.what, row.payload) for row in rang] == [("nothing", {"n": 1})] * 2
    with pytest.raises(IntegrityError):
        async with runtime.database.write() as session:
            session.add(Timer(key="album:1", kind="nothing", lane="a", due_at=MORNING))
