"""What the bot relies on in a database, against SQLite and PostgreSQL: its tables, and that what goes in comes out."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import alembic.op
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot import inbox
from bot.database import Database
from bot.migrating import migrate
from models.all import metadata
from models.chat import Chat
from models.mail import Errand, Inbox, Outbox, Timer
from models.photo import Photo
from models.ticket import Ticket, TicketEvent
from models.told import NOTHING_TOLD
from tests.contract.stored import NOON, heard, next_update

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
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_migration_cut_short_leaves_nothing_and_is_made_whole_by_the_next(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, made = alembic.op.create_table, []

    def failing(name: str, *given: Any, **named: Any) -> Any:
        made.append(name)
        if len(made) == 6:
            alembic.op.execute("THIS IS NO SQL")
        return create(name, *given, **named)

    def tables(connection: Connection) -> set[str]:
        return set(inspect(connection).get_table_names())

    store = Database.opened(empty_url)
    try:
        with monkeypatch.context() as cut:
            cut.setattr(alembic.op, "create_table", failing)
            with pytest.raises(DBAPIError, match="THIS IS NO SQL"):
                await migrate(store)
        async with store.writer.connect() as connection:
            assert not set(made) & await connection.run_sync(tables)
        await asyncio.wait_for(migrate(store), 20)
        async with store.writer.connect() as connection:
            assert set(metadata.tables) <= await connection.run_sync(tables)
    finally:
        await store.close()


FIRST = (
    "INSERT INTO grids (code, name, level, kind, path, shape) VALUES ('g', '一网格', 1, 'basic', '/1/', '{}')",
    "INSERT INTO tickets (number, case_code, stage, category, grid_id, text, is_urgent, is_restricted, place_source,"
    " round, returns, reported_at, fix_said, last_seq, version)"
    " VALUES ('LH2611200001', '1', 'dispatched', 'E0505', 1, '塌', TRUE, FALSE, 'grid',"
    " 1, 0, '2026-11-20 04:00:00', 0, 3, 1)",
    "INSERT INTO ticket_events (ticket_id, seq, kind, at, data, schema)"
    " VALUES (1, 1, 'reported', '2026-11-20 04:00:00', '{}', 1)",
    "INSERT INTO photos (ticket_id, role, round, channel, ref, key, file, state, at)"
    " VALUES (1, 'before', 1, 'test', 'r', 'k', FALSE, 'kept', '2026-11-20 04:00:00')",
)  # fmt: skip
"""Rows as the first revision took them: a ticket, and others that refer to it."""


async def test_a_town_of_the_first_revision_goes_on(empty_url: str) -> None:
    store = Database.opened(empty_url)
    try:
        await migrate(store, "0001")
        async with store.write() as session:
            for statement in FIRST:
                await session.execute(text(statement))
        await migrate(store)
        async with store.read() as session:
            ticket = (await session.scalars(select(Ticket))).one()
            events = (await session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id))).all()
            photo = (await session.scalars(Photo.of(ticket.id))).one()
        assert (events, photo.kind, photo.marks, ticket.is_doubted) == (["reported"], "photo", [], False)
        assert (ticket.number, ticket.stage, ticket.reading) == ("LH2611200001", "dispatched", NOTHING_TOLD)
        assert (ticket.is_named, ticket.is_outside, ticket.escalated) == (True, False, 0)
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
