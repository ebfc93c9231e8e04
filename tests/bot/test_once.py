"""While cards are drawn no question goes to the database twice; outside of that every one does."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import Database
from bot.migrating import migrate
from bot.once import asked_once
from models.chat import Chat
from models.person import Address, Person, Role, RoleKind
from tests.benchmarks.turns import counting

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def session(tmp_path: Path) -> AsyncIterator[AsyncSession]:
    database = Database.opened(f"sqlite+aiosqlite:///{tmp_path / 'town.db'}")
    await migrate(database)
    async with database.write() as session:
        session.add_all(Chat(channel="telegram", external_id=str(one), kind="group", title="") for one in (1, 2))
        await session.flush()
        yield session
    await database.close()


async def test_the_same_question_goes_once_and_another_one_too(session: AsyncSession) -> None:
    with counting() as asked, asked_once(session):
        answers = [list(await session.scalars(Chat.known_as("telegram", one))) for one in ("1", "2", "1", "1", "2")]
        titles = [list(await session.scalars(select(Chat.external_id).order_by(Chat.id))) for _ in range(3)]
    assert [[chat.external_id for chat in found] for found in answers] == [["1"], ["2"], ["1"], ["1"], ["2"]]
    assert titles == [["1", "2"]] * 3
    assert len(asked) == 3


async def test_afterwards_it_is_asked_again(session: AsyncSession) -> None:
    told = select(Chat.title).where(Chat.external_id == "1")
    with asked_once(session):
        assert await session.scalar(told) == ""
        await session.execute(update(Chat).where(Chat.external_id == "1").values(title="柳荫"))
        assert await session.scalar(told) == "", "else nothing was kept at all"
    assert await session.scalar(told) == "柳荫"


async def test_who_holds_several_roles_is_still_one_person(session: AsyncSession) -> None:
    person = Person(
        roles=[Role(kind=kind, granted_at=NOW) for kind in (RoleKind.ADMIN, RoleKind.INSPECTOR)],
        addresses=[Address(channel="telegram", external_id="7", name="顾", username=None)],
    )
    session.add(person)
    await session.flush()
    with asked_once(session):
        for _ in range(2):
            found = await session.scalars(Person.known_as("telegram", "7"))
            assert found.unique().one() is person
            assert (await session.scalars(Person.by_ids([person.id]))).one() is person
