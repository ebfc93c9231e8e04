"""A turn that is refused leaves nothing behind but the word that it was."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.causes import Turned
from bot.worker import Refused, Worker
from handlers import ROUTER
from handlers.desk import Desk
from handlers.routing import Command
from models.mail import Inbox
from models.refusal import Refusal
from tests.books import PostgresBooks
from tests.cast import GROUP, Town, town_in
from tests.handlers.seeing import told


@pytest_asyncio.fixture
async def town(tmp_path: Path, books: PostgresBooks | None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """/help changes this and that, and then refuses."""

    async def begun_in_vain(desk: Desk) -> None:
        desk.here.title = "changed"
        desk.run_errand("fetch", "lane")
        await desk.set_timer("in-vain", "chase", desk.now, "lane")
        await desk.session.flush()
        raise Refusal("ticket.which")

    monkeypatch.setitem(ROUTER.commands, "help", Command("help", begun_in_vain, ("group",)))
    async with town_in(tmp_path, books) as played:
        yield played


async def left_behind(town: Town) -> dict[str, int]:
    """Changed titles, errands, timers; and rows of the inbox that are not done."""
    asked = {
        "titles": "chats WHERE title = 'changed'", "errands": "errands", "timers": "timers WHERE key = 'in-vain'",
        "waiting": "inbox WHERE state != 'done'",
    }  # fmt: skip
    async with town.machine.runtime.database.read() as session:
        return {name: await session.scalar(text(f"SELECT count(*) FROM {rows}")) or 0 for name, rows in asked.items()}


NOTHING = {"titles": 0, "errands": 0, "timers": 0, "waiting": 0}


async def test_refused_nothing_of_it_stays_but_the_word(town: Town) -> None:
    await town.lin.says("/help")
    assert [said.text for said in town.ours(GROUP)] == [told("ticket.which")]
    assert await left_behind(town) == NOTHING


async def test_control_in_the_same_transaction_what_was_begun_stays(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Worker._handle

    async def swallowed(self: Worker, session: AsyncSession, row: Inbox, turned: Turned) -> None:
        try:
            await handle(self, session, row, turned)
        except Refused:
            await session.flush()

    monkeypatch.setattr(Worker, "_handle", swallowed)
    await town.lin.says("/help")
    assert (await left_behind(town)).items() >= {"titles": 1, "timers": 1}.items()


async def test_with_the_database_away_between_it_is_refused_again_and_said_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_no, tries = Worker._say_no, []

    async def away_at_first(self: Worker, *given: Any) -> None:
        tries.append(given)
        if len(tries) == 1:
            raise OperationalError("UPDATE", None, Exception("away"))
        await say_no(self, *given)

    monkeypatch.setattr(Worker, "_say_no", away_at_first)
    town.simulator.post(town.lin.id, GROUP, "/help")
    with pytest.raises(OperationalError):
        await town.settles()
    assert (await left_behind(town))["waiting"] == 1
    await town.settles()
    assert len(tries) == 2
    assert [said.text for said in town.ours(GROUP)] == [told("ticket.which")]
    assert await left_behind(town) == NOTHING
