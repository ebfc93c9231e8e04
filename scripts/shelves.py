"""Rows by the hundred thousand into a database: past the models, in the form each database takes fastest."""

import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import make_url

from models.all import metadata
from scripts.plots import GRID, OTHER, RIDER, Plot, pieces

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "messages": ("id", "chat_id", "external_id", "person_id", "ticket_id", "purpose", "at", "pictured"),
    "cards": ("id", "ticket_id", "chat_id", "audience", "message_id", "ended"),
    "witnesses": ("id", "ticket_id", "person_id", "message_id", "at"),
    "tallies": ("id", "scope", "scope_id", "day", "span", "figures"),
    "people": ("id",),
    "addresses": ("id", "person_id", "channel", "external_id", "name"),
    "serials": ("day", "last"),
}
FIRST = ("people", "addresses", "messages", "tickets")
"""The rest points at these."""
TAILS: Mapping[str, tuple[Any, ...]] = {"messages": (False,), "cards": (False,)}
INDEX = re.compile(r"CREATE INDEX (\S+)")


class Base(Protocol):
    """One database. when, day: a moment and a day as it takes them."""

    def when(self, moment: datetime) -> Any: ...
    def day(self, day: date) -> Any: ...
    async def put(self, table: str, columns: tuple[str, ...], rows: list[Any]) -> None: ...
    async def close(self) -> None: ...


class Shelves:
    """What is to go into the tables, handed over in bulk."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.waiting: dict[str, tuple[tuple[str, ...], list[Any]]] = {}
        self.counts: dict[str, int] = {}

    def rows(self, table: str, columns: tuple[str, ...]) -> list[Any]:
        return self.waiting.setdefault(table, (columns, []))[1]

    async def flush(self) -> None:
        for table in sorted(self.waiting, key=lambda table: FIRST.index(table) if table in FIRST else len(FIRST)):
            columns, rows = self.waiting[table]
            if rows:
                await self.base.put(table, columns, rows)
                self.counts[table] = self.counts.get(table, 0) + len(rows)
                rows.clear()

    async def people(self, known: list[tuple[int, str]]) -> None:
        for id, name in known:
            self.rows("people", COLUMNS["people"]).append((id,))
            self.rows("addresses", COLUMNS["addresses"]).append((id, id, "history", str(id), name))
        await self.flush()

    async def close(self, serials: Mapping[date, int]) -> None:
        shelf = Shelf(self, "serials")
        for day, last in serials.items():
            shelf.add(self.base.day(day), last)
        await self.flush()
        await self.base.close()


class Shelf:
    """The rows of one table."""

    def __init__(self, shelves: Shelves, table: str) -> None:
        self.shelves, self.table, self.when = shelves, table, shelves.base.when
        self.tail = TAILS.get(table, ())
        self.rows = shelves.rows(table, COLUMNS[table]) if table in COLUMNS else None
        self._cut: dict[tuple[int, Any], tuple[list[Any], list[tuple[int, Any, type]], dict[str, int]]] = {}

    def add(self, *values: Any) -> None:
        """values: moments as the database takes them, and JSON as text."""
        assert self.rows is not None
        self.rows.append(values + self.tail)

    def move(self, plot: Plot, part: Any, row: Mapping[str, Any], moved: Any, **own: Any) -> None:
        """A row of a plot, as it is for one ticket; own: columns that are given."""
        key = (id(plot), part)
        if key not in self._cut:
            self._cut[key] = self._cut_up(row, own)
        fixed, moving, places = self._cut[key]
        made = fixed.copy()
        at, when = moved.at, self.when
        for place, what, kind in moving:
            made[place] = when(at + what) if kind is timedelta else self._moved(what, moved)
        for name, value in own.items():
            made[places[name]] = value
        assert self.rows is not None
        self.rows.append(made)

    def _cut_up(self, row: Mapping[str, Any], own: Mapping[str, Any]) -> Any:
        if self.rows is None:
            self.rows = self.shelves.rows(self.table, tuple(row))
        places = {name: place for place, name in enumerate(row)}
        fixed = [pieces(value) for value in row.values()]
        moving = [
            (place, what, type(what))
            for place, (name, what) in enumerate(zip(row, fixed, strict=True))
            if name not in own and (isinstance(what, (timedelta, list)) or what in (GRID, RIDER, OTHER))
        ]
        return fixed, moving, places

    def _moved(self, what: Any, moved: Any) -> Any:
        if type(what) is list:
            return "".join([piece if type(piece) is str else _worded(piece, moved) for piece in what])
        return moved.grid if what == GRID else moved.rider if what == RIDER else moved.other


def _worded(piece: Any, moved: Any) -> str:
    """Within JSON: moments as the models write them."""
    if type(piece) is timedelta:
        return f'"{(moved.at + piece).isoformat()}"'
    return str(moved.grid if piece == GRID else moved.rider if piece == RIDER else moved.other)


class OnSqlite:
    """Without its indexes until the end, and without a way back: a fill that breaks off leaves a file to throw away."""

    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000", "locking_mode=EXCLUSIVE"):
            self.connection.execute(f"PRAGMA {pragma}")
        made = self.connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        filled = {"tickets", "ticket_events", "tasks", *COLUMNS}
        self.indexes = [(name, sql) for name, sql in made if any(f" ON {table} " in sql for table in filled)]
        for name, _ in self.indexes:
            self.connection.execute(f"DROP INDEX {name}")
        self.connection.execute("BEGIN")

    def when(self, moment: datetime) -> str:
        return f"{moment.isoformat(' ')[:19]}.000000"

    def day(self, day: date) -> str:
        return day.isoformat()

    async def put(self, table: str, columns: tuple[str, ...], rows: list[Any]) -> None:
        marks = ", ".join("?" * len(columns))
        self.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608

    async def close(self) -> None:
        self.connection.execute("COMMIT")
        for _, sql in self.indexes:
            self.connection.execute(sql)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.close()


class OnPostgres:
    """By COPY; the counters of the ids are set behind what was put in."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.filled: set[str] = set()

    def when(self, moment: datetime) -> datetime:
        return moment

    def day(self, day: date) -> date:
        return day

    async def put(self, table: str, columns: tuple[str, ...], rows: list[Any]) -> None:
        self.filled.add(table)
        await self.connection.copy_records_to_table(table, records=rows, columns=columns)

    async def close(self) -> None:
        for table in self.filled:
            if "id" in metadata.tables[table].columns:
                counter = f"pg_get_serial_sequence('{table}', 'id')"
                await self.connection.execute(f"SELECT setval({counter}, (SELECT max(id) FROM {table}))")  # noqa: S608
        await self.connection.execute("ANALYZE")
        await self.connection.close()


@asynccontextmanager
async def open_shelves(url: str) -> AsyncIterator[Shelves]:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        yield Shelves(OnSqlite(address.database or ""))
        return
    import asyncpg

    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    yield Shelves(OnPostgres(await asyncpg.connect(plain)))
