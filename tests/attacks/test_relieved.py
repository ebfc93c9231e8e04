"""31: a role taken away at each step of the very turn that asks for it, in a transaction of its own, on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.util import await_only

from models.person import Person
from tests.books import PostgresBooks
from tests.cast import HOLE, LU, OFFICE, Town, town_in

TAKEN_AWAY = (
    "UPDATE roles SET revoked_at = now() WHERE person_id ="
    " (SELECT person_id FROM addresses WHERE external_id = $1) RETURNING id"
)
RECORD = (
    "SELECT stage, (SELECT count(*) FROM ticket_events WHERE kind = 'accepted' AND ticket_id = tickets.id) FROM tickets"
)
BEFORE_ALL = 1


@pytest_asyncio.fixture
async def town(tmp_path: Path, postgres_books: PostgresBooks) -> AsyncIterator[Town]:
    async with town_in(tmp_path, postgres_books) as played:
        yield played


async def judged(town: Town) -> list[str]:
    """An officer's press, again and again from the same state: before statement 1, 2, … of its turn his role is taken
    away, and that is committed before the turn goes on. The ticket's stage after each, until there is no such
    statement."""
    books, machine = town.books, town.machine
    assert isinstance(books, PostgresBooks)
    await town.lin.posts(HOLE)
    job = town.job
    data, stages = job.data("接单"), list[str]()
    await books.keep(town.folder)
    engine = machine.runtime.database.writer.sync_engine
    while True:
        await books.take(town.folder)
        statements, taken = 0, list[Any]()

        def before(*_: Any) -> None:
            nonlocal statements
            statements += 1
            if statements == len(stages) + 1:
                taken.extend(await_only(books.asked(TAKEN_AWAY, str(LU))))  # noqa: B023

        town.simulator.press(LU, OFFICE, job.id, data, forged=True)
        await town._receive()
        event.listen(engine, "before_cursor_execute", before)
        try:
            assert await machine.worker.turn()
        finally:
            event.remove(engine, "before_cursor_execute", before)
        if not taken:
            return stages
        ((stage, done),) = await books.asked(RECORD)
        assert (stage == "working") == bool(done), "the record and the stage tell the same"
        stages.append(stage)


async def test_taken_away_before_the_turn_looks_at_it_the_role_is_worth_nothing(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    stages = await judged(town)
    honoured = stages.index("working")
    with capsys.disabled():
        print(f"\ntaken away before each of {len(stages)} statements of a turn: honoured before the first {honoured}")
    assert stages == ["dispatched"] * honoured + ["working"] * (len(stages) - honoured)
    assert honoured >= BEFORE_ALL


async def test_control_where_roles_are_remembered(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "_held", lambda self: list(self.roles))
    stages = await judged(town)
    assert stages.index("working") < BEFORE_ALL
