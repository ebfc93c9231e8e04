"""One row is in one hand: no other worker begins what a turn has; on PostgreSQL the lock on the row says so."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Select

from bot.causes import Turned
from bot.worker import Worker
from models.mail import Inbox
from tests.books import PostgresBooks
from tests.cast import GROUP, HOLE, LIN, Town, town_in
from tests.handlers.seeing import tickets

OTHERS = 3


@pytest_asyncio.fixture
async def town(tmp_path: Path, postgres_books: PostgresBooks) -> AsyncIterator[Town]:
    async with town_in(tmp_path, postgres_books) as played:
        yield played


async def begun(town: Town, monkeypatch: pytest.MonkeyPatch) -> Sequence[int]:
    """One report. A worker has it, and stands still there; others look for work meanwhile. Rows, as often as a turn of
    them was begun."""
    rows, at_it, goes_on, handle = list[int](), asyncio.Event(), asyncio.Event(), Worker._handle

    async def stands_still(self: Worker, session: Any, row: Inbox, turned: Turned) -> None:
        rows.append(row.id)
        if not at_it.is_set():
            at_it.set()
            await goes_on.wait()
        await handle(self, session, row, turned)

    monkeypatch.setattr(Worker, "_handle", stands_still)
    town.simulator.post(LIN, GROUP, f"/report {HOLE}")
    await town._receive()
    first, *others = (Worker(town.machine.runtime) for _ in range(1 + OTHERS))
    turn = asyncio.create_task(first.turn())
    await at_it.wait()
    for other in others:
        await other.turn()
    goes_on.set()
    await turn
    await town.settles()
    assert len(await tickets(town)) == 1
    return rows


async def test_while_one_has_a_row_no_other_worker_begins_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(await begun(town, monkeypatch)) == 1


async def test_control_without_the_lock_another_begins_the_same(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    next_due = Inbox.next_due

    def unlocked(at: Any) -> Select[Inbox]:
        due = next_due(at)
        due._for_update_arg = None
        return due

    monkeypatch.setattr(Inbox, "next_due", unlocked)
    rows = await begun(town, monkeypatch)
    assert len(rows) > len(set(rows)) == 1
