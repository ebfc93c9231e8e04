"""The tables brought to the newest revision, at every start."""

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.database import Database

LOCK = 7_301_112  # any number, the same in every process: two replicas do not migrate at once


async def migrate(database: Database, revision: str = "head") -> None:
    if not database.is_sqlite:
        async with database.writer.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            try:
                await connection.run_sync(_upgrade, revision)
                await connection.commit()
            finally:
                await connection.rollback()  # in a transaction that failed nothing could be said, not even this
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        return
    async with database.writer.begin() as connection:
        await connection.run_sync(_upgrade, revision)


def _upgrade(connection: Connection, revision: str) -> None:
    with as_file(files("models") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
