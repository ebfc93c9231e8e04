import asyncio
import shutil
from pathlib import Path

import pytest

from bot.database import Database
from bot.migrating import migrate
from bot.moving.backup import back_up
from tests.bot.carried import Left, leaves, lives, settings, url_of
from tests.cast import town_in
from tests.machine import Postgres


@pytest.fixture
def elsewhere(postgres: Postgres) -> str:
    """The URL of an empty PostgreSQL database."""
    return postgres.url(postgres.create())


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Played once: a town its bot has left, and a backup of it. Nobody changes it."""
    folder = tmp_path_factory.mktemp("lived")

    async def live() -> None:
        async with town_in(folder / "played") as town:
            await lives(town)
            leaves(town, folder / "town.db")
            shutil.copytree(folder / "played" / "media", folder / "media")
        told = settings(url_of(folder / "town.db"), folder / "media")
        assert await back_up(told, folder / "backups", say=lambda _: None) == 0

    asyncio.run(live())
    return Left(folder)


@pytest.fixture
def left(lived: Left, tmp_path: Path) -> Left:
    """A copy of one's own."""
    shutil.copytree(lived.folder, tmp_path / "left", ignore=shutil.ignore_patterns("played"))
    return Left(tmp_path / "left")


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no row: to make them takes longer than to fill them."""
    file = tmp_path_factory.mktemp("tables") / "town.db"

    async def make() -> None:
        database = Database.opened(url_of(file))
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
def goal(tables: Path, tmp_path: Path) -> str:
    """The URL of a database without a town."""
    file = tmp_path / "goal" / "town.db"
    file.parent.mkdir()
    shutil.copy(tables, file)
    return url_of(file)
