"""`load DIR`: into the database, or through the bot that is running on it."""

import sys
from pathlib import Path

from bot.clock import Clock
from bot.database import AlreadyRunning, Database
from bot.district.desk import ask_running
from bot.district.loading import load_folder
from bot.migrating import migrate
from bot.settings import Settings, named


async def load_into(settings: Settings, folder: Path) -> int:
    """Raises BadFolder (nothing is loaded then), AlreadyRunning where whoever holds the database does not answer."""
    try:
        with named("DATABASE_URL"):
            database = Database.opened(settings.database_url)
    except AlreadyRunning:
        return await _through_the_running_bot(Database(settings.database_url), folder)
    try:
        with named("DATABASE_URL"):
            await migrate(database)
        for line in await load_folder(database, folder, Clock(settings.clock_shift)):
            print(line)
    finally:
        await database.close()
    return 0


async def _through_the_running_bot(database: Database, folder: Path) -> int:
    answer = await ask_running(database.lock, folder) if database.lock else None
    if answer is None:
        raise AlreadyRunning("another process is using this database and does not answer; stop it, then load")
    told, faults = answer
    for line in told:
        print(line)
    for line in faults:
        print(line, file=sys.stderr)
    return 2 if faults else 0
