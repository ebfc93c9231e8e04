"""What the conversations stand on: towns played on the database they say, each of them alone in it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.books import PostgresBooks, SqliteBooks
from tests.cast import HOLE, Town, town_in
from tests.handlers.seeing import tickets
from tests.openings import Opening


async def spoken_to(town: Town) -> str:
    """Whom the bot's own statements reach."""
    async with town.machine.runtime.database.read() as session:
        if session.get_bind().dialect.name == "sqlite":
            return "sqlite" if await session.scalar(text("SELECT sqlite_version()")) else ""
        return "postgresql" if "PostgreSQL" in str(await session.scalar(text("SELECT version()"))) else ""


async def second_town(folder: Path, books: PostgresBooks | None) -> list[Any]:
    """What one finds where another reported before: its tickets, and how the first ticket there is numbered."""
    async with town_in(folder / "one", books) as one:
        await one.lin.posts(HOLE)
        assert len(await tickets(one)) == 1
    async with town_in(folder / "two", books) as two:
        found: list[Any] = [ticket.number for ticket in await tickets(two)]
        await two.lin.posts(HOLE)
        return [*found, *[(ticket.id, ticket.number[-5:]) for ticket in await tickets(two)]]


async def test_the_bot_speaks_to_the_database_in_the_tests_name(town: Town, database_kind: str) -> None:
    await town.lin.posts(HOLE)
    assert await spoken_to(town) == database_kind
    assert town.books is not None
    assert await town.books.asked("SELECT number FROM tickets") == [(ticket.number,) for ticket in await tickets(town)]


async def test_a_town_sees_nothing_of_the_one_before(tmp_path: Path, books: PostgresBooks | None) -> None:
    assert await second_town(tmp_path, books) == [(1, "00001")]


async def test_control_a_town_that_takes_no_rows_back_sees_the_one_before(
    tmp_path: Path, postgres_books: PostgresBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town_in(tmp_path / "nothing", postgres_books):  # the template is made before
        pass

    async def left_as_it_is(self: PostgresBooks, folder: Path) -> None: ...

    monkeypatch.setattr(PostgresBooks, "take", left_as_it_is)
    assert await second_town(tmp_path, postgres_books) != [(1, "00001")]


DEEDS = ["UPDATE tickets SET number = 'x'", "DELETE FROM timers", "SELECT number FROM tickets"]


async def is_noticed(town: Town, deed: str) -> bool:
    """Whether an opening knows of what was done behind its back."""
    await town.lin.posts(HOLE)
    town.opening = await Opening.of(town)
    left = town.opening.left
    async with town.machine.runtime.database.write() as session:
        await session.execute(text(deed))
    return bool((await Opening.of(town)).left != left)


@pytest.mark.parametrize("deed", DEEDS)
async def test_an_opening_notices_a_row_changed_behind_its_back(town: Town, deed: str) -> None:
    """And only that: to have looked changes nothing."""
    assert await is_noticed(town, deed) != deed.startswith("SELECT")


@pytest.mark.parametrize("deed", DEEDS[:2])
async def test_control_an_opening_that_never_asks_for_the_rows_notices_nothing(
    town: Town, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def always_the_same(_: object) -> int:
        return 0

    for books in (SqliteBooks, PostgresBooks):
        monkeypatch.setattr(books, "version", always_the_same)
    assert not await is_noticed(town, deed)
