"""`load DIR`: into the database, or through the bot that is running on it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.clock import Clock
from bot.database import AlreadyRunning, Database
from bot.district.desk import ask_running
from bot.district.loading import load_folder
from bot.district.progress import Doing, Progress, silent
from bot.migrating import migrate
from bot.settings import Settings, named

STEPS: dict[Doing, str] = {"read": "reading the grids", "check": "checking the map", "write": "writing the grids"}


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
        with watched() as progress:
            told = await load_folder(database, folder, Clock(settings.clock_shift), progress)
        for line in told:
            print(line)
    finally:
        await database.close()
    return 0


async def _through_the_running_bot(database: Database, folder: Path) -> int:
    with watched() as progress:
        answer = await ask_running(database.lock, folder, progress) if database.lock else None
    if answer is None:
        raise AlreadyRunning("another process is using this database and does not answer; stop it, then load")
    told, faults = answer
    for line in told:
        print(line)
    for line in faults:
        print(line, file=sys.stderr)
    return 2 if faults else 0


@contextmanager
def watched() -> Iterator[Progress]:
    """A bar for each step, on a terminal; where nobody watches, nothing."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {doing: bars.add_task(words, total=None, visible=False) for doing, words in STEPS.items()}

        def progress(doing: Doing, done: int, of: int) -> None:
            bars.update(tasks[doing], completed=done, total=of, visible=True)

        yield progress
