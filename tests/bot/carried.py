"""A town that is carried somewhere: left by its bot, with everything in it that is hard to carry; and looked at raw."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.database import Database
from bot.migrating import migrate
from bot.settings import BadSettings, Settings
from tests.cast import HOLE, Town

HALF = "DATABASE_URL: only a part of a town was brought here; finish `move` or `restore` first"
PAST = ("alembic_version", "moving")
MANY = 260
"""Rows of one table made by hand: several pages of those the tests make short."""
ODD_WORDS = "井盖🕳️\u202e<b>&'\"\\;--\u200d👩‍👩‍👧 \t\r\n\u0000end"
ODD_DATA = (
    r'{"nul": "\u0000", "half": "\ud83d", "far": 1e308, "near": 5e-324, "sum": 0.30000000000000004,'
    ' "big": 9223372036854775807}'
)
"""As JSON stands in a column: spelled in ASCII, also what PostgreSQL's text would refuse."""


async def lives(town: Town) -> None:
    """A day with pictures, a mended hole, one that is open, and something still to be said."""
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("/fix", reply_to=town.job)
    await town.mei.posts("团结西路印刷技校对面路灯不亮")


@dataclass(frozen=True)
class Left:
    """A town without a bot: its database, its pictures, and a backup of both."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "town.db"

    @property
    def url(self) -> str:
        return url_of(self.database)

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"


def leaves(town: Town, file: Path, *, odd: bool = True) -> None:
    """Its database as it stands now, in a file that nobody has; `odd`: with what is hard to carry."""
    path = town.machine.runtime.database.path
    assert path is not None
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as books, closing(sqlite3.connect(file)) as copy:
        books.backup(copy)
        if odd:
            with copy:
                _add_oddities(copy)


def pictures_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if len(file.name) == 64}


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


async def may_begin(url: str) -> bool:
    """Whether a bot would begin on it; refused, it is in this one line."""
    database = Database.opened(url)
    fault: list[str] = []
    try:
        await migrate(database)
    except BadSettings as refused:
        fault = refused.faults
    finally:
        await database.close()
    assert fault in ([], [HALF])
    return not fault


def settings(database: str, media: Path, **others: Any) -> Settings:
    return Settings(_env_file=None, database_url=database, media_url=f"file:{media}", **others)


def rows_of(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as SQLite itself tells it, with the type it is kept as."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        names = [name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for name in sorted(set(names) - set(PAST)):
            columns = sorted(column for _, column, *_ in books.execute(f"PRAGMA table_info({name})"))
            asked = ", ".join(f'"{one}", typeof("{one}")' for one in columns)
            found[name] = sorted(books.execute(f"SELECT {asked} FROM {name}"), key=repr)
        return found


def healthy(file: Path) -> None:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        assert books.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert books.execute("PRAGMA foreign_key_check").fetchall() == []


def _add_oddities(books: sqlite3.Connection) -> None:
    now = datetime(2026, 11, 20, 1, 0, 0, 7, tzinfo=UTC).replace(tzinfo=None)
    early, late = "1970-01-01 00:00:00.000001", "9999-12-31 23:59:59.999999"
    books.execute("PRAGMA foreign_keys=ON")
    for id, moment in ((2**62, early), (2**62 + 1, late)):
        books.execute(
            'INSERT INTO inbox (id, channel, "update", natural, lane, what, payload, state, attempts, received_at,'
            " due_at, reason) VALUES (?, 'telegram', ?, ?, 'telegram:1', 'x', ?, 'done', 0, ?, ?, ?)",
            (id, str(id), str(id), ODD_DATA, moment, moment, ODD_WORDS.replace("\0", "")),
        )
    for number in range(MANY):
        books.execute(
            "INSERT INTO errands (kind, lane, data, state, attempts, due_at) VALUES ('x', ?, ?, 'done', ?, ?)",
            (f"路{number}", "{}" if number % 2 else "null", number, now.isoformat(" ", "microseconds")),
        )
    (last,) = books.execute("SELECT max(id) FROM grids").fetchone()
    # The map was drawn anew: a grid now lies within one that was made after it.
    books.execute("UPDATE grids SET parent_id = NULL WHERE id = ?", (last,))
    books.execute("UPDATE grids SET parent_id = ? WHERE id = (SELECT min(id) FROM grids)", (last,))
    books.execute("UPDATE places SET latitude = 0.1 + 0.2, longitude = -0.0 WHERE id = (SELECT min(id) FROM places)")
    books.execute("UPDATE photos SET likeness = ? WHERE id = (SELECT min(id) FROM photos)", (bytes(range(256)),))
