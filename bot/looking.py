"""The database opened only to look, for commands that run beside a bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.database import Database
from bot.moving.source import whole
from bot.settings import Settings, named


@asynccontextmanager
async def looked_into(settings: Settings) -> AsyncIterator[Database]:
    """Nothing can be changed through it. Raises BadSettings where there is none, or only a part of one: what is not
    there yet would be taken for what is no longer wanted."""
    with named("DATABASE_URL"):
        database = Database(settings.database_url)
        database.open_to_read()
    try:
        with named("DATABASE_URL"):
            async with database.read() as session:
                await whole(session, "DATABASE_URL")
        yield database
    finally:
        await database.close()
