"""The tables brought to the newest revision, at every start."""

import asyncio
import re
from importlib.resources import as_file, files

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.database import Database
from bot.passing import lost_a_race
from bot.settings import BadSettings

LOCK = 7_301_112  # any number, the same in every process: two replicas do not migrate at once
TIMES, AGAIN_S = 10, 0.5
"""An older process that still works beside us holds tables we need, and may wait for one we have: PostgreSQL then ends
one of the two. All of a migration is one transaction, so it is simply begun again."""


async def migrate(database: Database, revision: str = "head", *, halfway: bool = False) -> None:
    """halfway: also where a town is just being brought here. Raises BadSettings where it is and this is not said."""
    async with database.alone(LOCK):
        for left in reversed(range(TIMES)):
            try:
                await _migrate(database, revision, halfway=halfway)
                break
            except DBAPIError as fault:
                if not left or not lost_a_race(fault):
                    raise
            await asyncio.sleep(AGAIN_S)


async def _migrate(database: Database, revision: str, *, halfway: bool) -> None:
    async with database.writer.begin() as connection:
        if not halfway:
            await connection.run_sync(_refuse_a_part)
        await connection.run_sync(_upgrade, revision)


def newest() -> str:
    """The last of the revisions, which are numbered."""
    return max(revisions())


def revisions() -> set[str]:
    """All that this program knows."""
    folder = files("models") / "migrations" / "versions"
    told = (file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".py"))
    found = {found[1] for text in told if (found := re.search(r'^revision = "(\w+)"$', text, re.MULTILINE))}
    assert found
    return found


def _refuse_a_part(connection: Connection) -> None:
    """Half of a town would be taken for a whole one (bot/moving/target.py)."""
    if connection.dialect.has_table(connection, "moving"):
        raise BadSettings(["DATABASE_URL: only a part of a town was brought here; finish `move` or `restore` first"])


def _stands_at(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: Connection, revision: str) -> None:
    if _stands_at(connection) == (newest() if revision == "head" else revision):
        return
    # Alembic is a tenth of a start, and most starts have nothing for it to do.
    from alembic import command
    from alembic.config import Config

    with as_file(files("models") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
