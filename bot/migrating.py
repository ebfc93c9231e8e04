"""The tables brought to the newest revision, at every start."""

import re
from importlib.resources import as_file, files

from sqlalchemy import Connection, text

from bot.database import Database

LOCK = 7_301_112  # any number, the same in every process: two replicas do not migrate at once


async def migrate(database: Database, revision: str = "head") -> None:
    async with database.alone(LOCK), database.writer.begin() as connection:
        await connection.run_sync(_upgrade, revision)


def newest() -> str:
    """The last of the revisions, which are numbered."""
    folder = files("models") / "migrations" / "versions"
    last = max((file for file in folder.iterdir() if file.name.endswith(".py")), key=lambda file: file.name)
    found = re.search(r'^revision = "(\w+)"$', last.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


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
