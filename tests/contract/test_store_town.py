"""The town on SQLite and on PostgreSQL: the whole story, and what holds when two processes work on one database."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.causes import Turned
from bot.channels.base import Delivered, Letter
from bot.channels.telegram import TelegramChannel
from bot.claims import Claims
from bot.worker import Worker
from models.card import Witness
from models.chat import Chat
from models.mail import Inbox, Outbox, Timer
from models.ticket import Ticket
from tests.books import PostgresBooks
from tests.cast import GROUP, HOLE, LIN, MORNING, OFFICE, Town, town_in


@pytest_asyncio.fixture
async def town(tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    async with town_in(tmp_path, books) as played:
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

    async def overtaken(self: Worker, session: AsyncSession, row: Inbox, turned: Turned) -> None:
        tries.append(row.id)
        if len(tries) == 1:  # somebody else changes the ticket between our reading and our writing
            event.listen(session.sync_session, "before_flush", change)
        await handle(self, session, row, turned)

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

    async def nobody(session: AsyncSession, names: Iterable[str]) -> set[str]:
        return set()

    monkeypatch.setattr(TelegramChannel, "deliver", slow)
    monkeypatch.setattr(town.machine.runtime.presence, "gone", nobody)  # the other one lives
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
        session.add(
            Timer(key="album:1", kind="nothing", lane="a", data={"n": 1}, due_at=MORNING + timedelta(seconds=5))
        )
    assert await clock.ring_due() == 0
    town.clock.moment += timedelta(seconds=5)
    assert await clock.ring_due() == 1
    assert await clock.ring_due() == 0
    async with runtime.database.write() as session:
        timer = (await session.scalars(select(Timer).where(Timer.key == "album:1"))).one()
        timer.due_at, timer.rung = town.clock.moment + timedelta(seconds=1), False
    town.clock.moment += timedelta(seconds=1)
    assert await clock.ring_due() == 1
    async with runtime.database.read() as session:
        rang = list(await session.scalars(select(Inbox).where(Inbox.channel == "clock")))
    assert [(row.what, row.payload) for row in rang] == [("nothing", {"n": 1})] * 2
    with pytest.raises(IntegrityError):
        async with runtime.database.write() as session:
            session.add(Timer(key="album:1", kind="nothing", lane="a", due_at=MORNING))


async def test_a_chats_messages_timers_and_errands_stand_in_one_lane(town: Town) -> None:
    await town.lin.posts(HOLE, photos=2)
    await town.passes(seconds=2)
    async with town.machine.runtime.database.read() as session:
        rows = list(await session.scalars(select(Inbox).where(Inbox.what.in_(("message", "album", "fetch")))))
    assert {row.what for row in rows} == {"message", "album", "fetch"}
    assert len({row.lane for row in rows if row.received_at >= MORNING and str(GROUP) in row.lane}) == 1
    assert all(str(GROUP) in row.lane for row in rows if row.what != "message")
