"""Several bots on one database: leases of the dead and of the living, a note that comes late, a pace that is learnt, a
race that is run again; and on SQLite there is one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot import worker as workers
from bot.channels.base import Delivered, Unsent
from bot.claims import Claim
from bot.database import Database
from bot.lately import learn_the_pace
from bot.notes import Note, Notes
from bot.pace import Pace, parse
from bot.passing import is_away, lost_a_race
from bot.presence import HERE, PROCESSES, AmongOthers
from models.chat import Chat
from models.mail import Inbox, Outbox, OutboxState
from tests import cast
from tests.cast import GROUP, HOLE, Town
from tests.machine import Postgres

ANOTHER = 4711
LATE = timedelta(seconds=30)


@pytest.fixture(scope="module")
def loaded(postgres: Postgres) -> str:
    """A database with the demo district, to copy from."""
    name = postgres.create()

    async def fill() -> None:
        database = Database.opened(postgres.url(name))
        await cast._fill(database)
        await database.close()

    asyncio.run(fill())
    return name


@pytest_asyncio.fixture
async def town(tmp_path: Path, postgres: Postgres, loaded: str) -> AsyncIterator[Town]:
    """On PostgreSQL. The presence of this process is not begun: only what is in the records speaks for it."""
    name = await asyncio.to_thread(postgres.create, loaded)
    async with cast._opened(tmp_path, Database.opened(postgres.url(name)), "off") as played:
        await played.settles()
        yield played


@asynccontextmanager
async def living_elsewhere(town: Town, number: int = ANOTHER) -> AsyncIterator[None]:
    """Another process that others can see."""
    async with town.machine.runtime.database.writer.connect() as connection:
        await connection.execute(HERE, {"processes": PROCESSES, "name": number})
        yield
        await connection.invalidate()


async def waiting(town: Town) -> None:
    """A card is to be sent."""
    town.simulator.post(1001, GROUP, f"/report {HOLE}")
    await town._receive()
    while await town.machine.worker.turn():
        pass


async def claimed(town: Town, *, by: int = ANOTHER) -> Claim:
    """The card, in the hands of another process, which has been given it by our own code."""
    presence = town.machine.runtime.presence
    assert isinstance(presence, AmongOthers)
    ours, presence.name = presence.name, str(by)
    try:
        async with town.machine.runtime.database.write() as session:
            claims = await town.machine.sender._claims.take(session, 16, ())
    finally:
        presence.name = ours
    town.machine.sender._claims.unheard.clear()
    return next(claim for claim in claims if claim.kind == "card" and "路面" in claim.prepared.letter.text)


async def row(town: Town, number: int) -> Outbox:
    async with town.machine.runtime.database.read() as session:
        return await session.get_one(Outbox, number)


async def test_what_a_living_process_has_in_hand_is_left_to_it_and_a_dead_ones_is_taken_up_at_once(town: Town) -> None:
    await waiting(town)
    claim = await claimed(town)
    before = len(town.ours(GROUP))
    async with living_elsewhere(town):
        await town.settles()
        assert (await row(town, claim.row_id)).uncertain == 0
        assert len(town.ours(GROUP)) == before
    await town.settles()
    assert (await row(town, claim.row_id)).uncertain == 1
    await town.passes(seconds=5)
    assert (await row(town, claim.row_id)).state == OutboxState.SENT


async def test_control_not_asking_who_lives_what_a_dead_one_had_waits_for_its_lease(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: Any) -> set[str]:
        return set()

    monkeypatch.setattr(AmongOthers, "gone", nobody)
    await waiting(town)
    claim = await claimed(town)
    await town.passes(seconds=30)
    assert (await row(town, claim.row_id)).state == OutboxState.SENDING


async def test_a_note_that_comes_late_counts_if_it_arrived_and_nobody_took_the_row_since(town: Town) -> None:
    """Who stood still was thought dead; what he said is not said again."""
    await waiting(town)
    claim = await claimed(town)
    async with town.machine.runtime.database.write() as session:
        (await session.get_one(Outbox, claim.row_id)).may_have_arrived("the process ended", town.clock.now() + LATE)
    notes = Notes(town.machine.runtime)
    await notes.write(Note(claim, Unsent("nothing came back")))
    doubted = await row(town, claim.row_id)
    assert (doubted.state, doubted.uncertain) == (OutboxState.PENDING, 1), "of what did not arrive he knows no better"
    await notes.write(Note(claim, Delivered("815")))
    assert (await row(town, claim.row_id)).state == OutboxState.SENT


async def stale(town: Town) -> Outbox:
    """A note of one who was thought dead, when another has taken up the row since."""
    await waiting(town)
    claim = await claimed(town)
    async with town.machine.runtime.database.write() as session:
        (await session.get_one(Outbox, claim.row_id)).may_have_arrived("the process ended", town.clock.now())
    town.clock.moment += LATE
    again = await claimed(town, by=ANOTHER + 1)
    assert again.row_id == claim.row_id
    await Notes(town.machine.runtime).write(Note(claim, Delivered("815")))
    return await row(town, claim.row_id)


async def test_a_stale_note_is_refused_where_another_took_the_row_since(town: Town) -> None:
    assert (await stale(town)).state == OutboxState.SENDING


async def test_control_without_the_lease_the_stale_note_is_taken(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Notes._mine

    async def anybodys(self: Notes, session: Any, claims: Any) -> Any:
        rows = [await session.get_one(Outbox, claim.row_id) for claim in claims]
        return await mine(
            self, session, [replace(claim, lease=row.lease) for claim, row in zip(claims, rows, strict=True)]
        )

    monkeypatch.setattr(Notes, "_mine", anybodys)
    assert (await stale(town)).state == OutboxState.SENT


async def test_what_was_claimed_without_our_hearing_of_it_is_sent_and_in_no_doubt(town: Town) -> None:
    """The COMMIT of the claim was carried out, its answer lost."""
    await waiting(town)
    sender = town.machine.sender
    async with town.machine.runtime.database.write() as session:
        claims = await sender._claims.take(session, 16, ())
    await town.settles()
    for claim in claims:
        said = await row(town, claim.row_id)
        assert (said.state, said.uncertain, said.attempts) == (OutboxState.SENT, 0, 1)


async def test_control_not_knowing_what_was_claimed_in_vain_it_is_in_doubt(town: Town) -> None:
    await waiting(town)
    sender = town.machine.sender
    async with town.machine.runtime.database.write() as session:
        claims = await sender._claims.take(session, 16, ())
    sender._claims.unheard.clear()
    await town.settles()
    assert (await row(town, claims[0].row_id)).uncertain == 1


# --- the pace ---------------------------------------------------------------------------------------


async def waits(town: Town, *, learns: bool) -> float:
    """Seconds a sender that begins anew has its next card to the group wait, after twenty of the last minute."""
    runtime, now = town.machine.runtime, town.clock.now()
    async with runtime.database.write() as session:
        chat = (await session.scalars(select(Chat).where(Chat.external_id == str(GROUP)))).one()
        for second in range(20):
            at = now - timedelta(seconds=30 - second)
            session.add(
                Outbox(chat_id=chat.id, kind="say", state="sent", attempts=1, created_at=at, due_at=at, sent_at=at)
            )
    runtime.pace = Pace(parse("30/s 1/s 20/min"), runtime.clock.monotonic)
    if learns:
        await learn_the_pace(runtime)
    return runtime.pace.wait(f"telegram:{GROUP}", True)


async def test_a_sender_that_begins_anew_keeps_the_pace_of_the_last_one(town: Town) -> None:
    assert await waits(town, learns=True) == pytest.approx(30, abs=0.1)


async def test_control_knowing_nothing_of_the_last_one_it_goes_too_fast(town: Town) -> None:
    assert await waits(town, learns=False) == 0


# --- races ------------------------------------------------------------------------------------------


def a_race(code: str) -> DBAPIError:
    fault = type("Lost", (Exception,), {"sqlstate": code})()
    return DBAPIError("UPDATE", None, fault)


RACES = [
    IntegrityError("INSERT", None, Exception("unique")), a_race("40001"), a_race("40P01"), a_race("55P03"),
]  # fmt: skip


async def after_losing(town: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception, times: int) -> Inbox:
    """The row of a report whose turn comes second so often."""
    handle, left = workers.Worker._handle, [times]

    async def racing(self: workers.Worker, session: Any, given: Inbox, *more: Any) -> None:
        await handle(self, session, given, *more)
        if given.what == "message" and left[0]:
            left[0] -= 1
            raise fault

    monkeypatch.setattr(workers.Worker, "_handle", racing)
    town.simulator.post(1001, GROUP, f"/report {HOLE}")
    await town.settles()
    async with town.machine.runtime.database.read() as session:
        (found,) = (await session.execute(text("SELECT id FROM inbox WHERE what = 'message' ORDER BY id DESC"))).first()
        return await session.get_one(Inbox, found)


@pytest.mark.parametrize("fault", RACES, ids=["unique", "serialization", "deadlock", "lock"])
async def test_a_turn_that_comes_second_is_run_again_and_is_no_failure(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    assert lost_a_race(fault)
    assert not is_away(fault)
    done = await after_losing(town, monkeypatch, fault, workers.RACES - 1)
    assert (done.state, done.attempts) == ("done", 0)
    async with town.machine.runtime.database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM tickets")) == 1


async def test_a_conflict_that_never_ends_is_a_fault(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await after_losing(town, monkeypatch, RACES[0], workers.RACES)).attempts == 1


async def test_control_taken_for_a_failure_it_is_counted_as_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "lost_a_race", lambda fault: False)
    assert (await after_losing(town, monkeypatch, RACES[1], 1)).attempts == 1
