"""What two do at the same moment, or one twice: nothing is marked failed that is done, begun anew that is in hand, or
ended because somebody stood in the way."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from bot import chains, runtime, worker
from bot.beside import Beside
from bot.database import Database
from bot.passing import is_away, may_pass
from bot.presence import holder
from bot.worker import Taken, Worker
from handlers import ROUTER
from handlers.counting import KEY as COUNTING
from models.digest import KEY as DIGESTS
from models.mail import Errand, ErrandState, Inbox, Timer
from models.ticket import Ticket
from tests.books import PostgresBooks
from tests.cast import GROUP, HOLE, Town, town_in


class HeldUp(Exception):
    sqlstate = "55P03"


HELD_UP = DBAPIError("UPDATE", None, HeldUp())
"""PostgreSQL's word for a row that somebody who stands still has held for too long."""


@pytest_asyncio.fixture
async def town(tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    """Where turns are meant to go wrong."""
    async with town_in(tmp_path, books) as played:
        yield played


# --- a row that another worker did meanwhile ------------------------------------------------------


async def failed_here_and_done_there(town: Town, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    """Its last try fails in one worker; before that is noted another one has done it."""
    town.simulator.post(1001, GROUP, f"/report {HOLE}")
    await town._receive()
    database, fail = town.machine.runtime.database, Worker._failed
    async with database.write() as session:
        await session.execute(update(Inbox).where(Inbox.what == "message").values(attempts=Inbox.TRIES - 1))
    one, other = Worker(town.machine.runtime), Worker(town.machine.runtime)

    async def cannot(*_: object) -> None:
        raise ZeroDivisionError

    async def slowly(self: Worker, taken: Taken, fault: Exception) -> None:
        while await other.turn():
            pass
        await fail(self, taken, fault)

    monkeypatch.setattr(one, "_handle", cannot)
    monkeypatch.setattr(Worker, "_failed", slowly)
    await one.turn()
    async with database.read() as session:
        assert len(list(await session.scalars(select(Ticket.id)))) == 1
        return (await session.scalars(select(Inbox).where(Inbox.what == "message").order_by(Inbox.id.desc()))).all()[0]


async def test_what_another_has_done_meanwhile_is_not_marked_failed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await failed_here_and_done_there(town, monkeypatch)
    assert (row.state, row.reason) == ("done", None)


async def test_control_not_looking_whether_it_is_still_to_be_done_it_is(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STILL_NEW", select(Inbox).where(Inbox.id == bindparam("id")))
    assert (await failed_here_and_done_there(town, monkeypatch)).state == "failed"


# --- somebody stands in the way -------------------------------------------------------------------


async def held_up_once(town: Town) -> int:
    """How often a loop took its step, where the first time somebody stood in the way."""
    steps, machine = 0, town.machine.runtime

    async def step() -> bool:
        nonlocal steps
        steps += 1
        if steps == 1:
            raise HELD_UP
        machine.stopping.set()
        return True

    await machine.keep_going(step, machine.post)
    return steps


async def test_who_is_held_up_comes_again(town: Town) -> None:
    assert may_pass(HELD_UP)
    assert not is_away(HELD_UP)
    assert await held_up_once(town) == 2


async def test_control_who_knows_only_a_database_that_is_away_ends(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "may_pass", is_away)
    with pytest.raises(DBAPIError):
        await held_up_once(town)


# --- an errand in hand ----------------------------------------------------------------------------


async def test_of_two_works_in_a_lane_the_first_to_end_does_not_end_the_other() -> None:
    beside, first, second = Beside[int](4, asyncio.Event()), asyncio.Event(), asyncio.Event()

    async def until(event: asyncio.Event) -> None:
        await event.wait()

    beside.start(1, until(first))
    beside.start(1, until(second))
    first.set()
    for _ in range(3):
        await asyncio.sleep(0)
    assert beside.lanes == {1}
    second.set()
    await beside.finish()
    assert beside.lanes == set()


async def in_hand_and_unseen(town: Town, monkeypatch: pytest.MonkeyPatch) -> Errand:
    """An errand under way here, while no other process sees that we live."""
    errands, database, done = town.machine.errands, town.machine.runtime.database, asyncio.Event()

    async def slowly(_: dict[str, Any]) -> dict[str, Any]:
        await done.wait()
        return {"failed": "nothing was to be done"}

    async def all_gone(_: AsyncSession, names: Iterable[str]) -> set[str]:
        return set(names)

    monkeypatch.setattr(errands, "_kinds", {"fetch": slowly})
    monkeypatch.setattr(town.machine.runtime.presence, "gone", all_gone)
    async with database.write() as session:
        session.add(Errand(kind="fetch", lane="telegram:1", data={}, due_at=datetime(2026, 1, 1, tzinfo=UTC)))
    await errands.start_due()
    await errands.take_over()
    await errands.start_due()
    async with database.read() as session:
        errand = (await session.scalars(select(Errand))).one()
    done.set()
    await errands.finish()
    return errand


async def test_what_we_have_in_hand_is_not_begun_anew_because_nobody_sees_us(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    errand = await in_hand_and_unseen(town, monkeypatch)
    assert (errand.state, errand.attempts) == (ErrandState.UNDERWAY, 1)
    assert holder(errand.lease) == town.machine.runtime.presence.name


async def test_control_where_the_records_count_alone_it_is(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beside, "lanes", frozenset[int]())
    assert (await in_hand_and_unseen(town, monkeypatch)).attempts == 2


# --- timers that set the next ---------------------------------------------------------------------


async def after_a_bug(town: Town, monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Which of the two still ring two days after a turn of theirs was set aside and the bot mended and begun anew."""

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    await town.machine._begin()
    with monkeypatch.context() as bug:
        bug.setattr(ROUTER, "timers", {**ROUTER.timers, "count": broken, DIGESTS: broken})
        for _ in range(12):
            await town.passes(hours=2)
    await town.machine._begin()
    for _ in range(24):
        await town.passes(hours=2)
    async with town.machine.runtime.database.read() as session:
        timers = await session.scalars(select(Timer).where(Timer.key.in_((DIGESTS, COUNTING))))
        return {timer.key: not timer.rung for timer in timers}


async def test_a_turn_that_was_set_aside_ends_no_chain_for_good(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await after_a_bug(town, monkeypatch) == {DIGESTS: True, COUNTING: True}


async def test_control_begun_only_where_there_never_was_one_it_does(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def once(session: AsyncSession, timer: Timer) -> None:
        if await session.scalar(select(Timer.id).where(Timer.key == timer.key)) is None:
            session.add(timer)

    monkeypatch.setattr("bot.chains.set_off", once)
    assert await after_a_bug(town, monkeypatch) == {DIGESTS: False, COUNTING: False}


async def test_what_is_on_its_way_is_left_as_it_is(store: Database) -> None:
    days = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
    first, later = (Timer(key="k", kind="k", lane="k", data={}, due_at=day) for day in days)
    for timer in (first, later):
        async with store.write() as session:
            await chains.set_off(session, timer)
    async with store.read() as session:
        assert (await session.scalars(select(Timer.due_at))).all() == [first.due_at]


# --- what the log says of it ----------------------------------------------------------------------


async def test_however_many_find_it_away_the_log_says_so_once_until_something_is_written(store: Database) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            store.tell(ConnectionResetError())
        async with store.write() as session:
            await session.execute(select(Inbox.id))
        store.tell(HELD_UP)
    assert [line["event"] for line in lines] == ["database away", "database held up"]
