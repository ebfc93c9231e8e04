"""What the town remembers on disk: one SQLite file, committed before anything is answered, so a kill loses nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY, is_bot INTEGER NOT NULL, first_name TEXT NOT NULL, username TEXT, language_code TEXT,
    note TEXT);
CREATE TABLE IF NOT EXISTS chats (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, title TEXT, username TEXT, is_forum INTEGER NOT NULL DEFAULT 0,
    last_message_id INTEGER NOT NULL DEFAULT 0, migrated_to INTEGER, pinned INTEGER);
CREATE TABLE IF NOT EXISTS members (
    chat INTEGER NOT NULL, user INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (chat, user)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    chat INTEGER NOT NULL, id INTEGER NOT NULL, date REAL NOT NULL, sender INTEGER NOT NULL, body TEXT NOT NULL,
    reply_to INTEGER, edited REAL, deleted REAL, reactions TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (chat, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reads (
    person INTEGER NOT NULL, chat INTEGER NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (person, chat)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS updates (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, update_id INTEGER NOT NULL, date REAL NOT NULL, kind TEXT NOT NULL,
    lane TEXT NOT NULL, body TEXT NOT NULL, confirmed REAL);
CREATE INDEX IF NOT EXISTS waiting ON updates (seq) WHERE confirmed IS NULL;
CREATE TABLE IF NOT EXISTS presses (
    id TEXT PRIMARY KEY, date REAL NOT NULL, person INTEGER NOT NULL, chat INTEGER NOT NULL, answered REAL,
    answer TEXT);
CREATE TABLE IF NOT EXISTS files (
    unique_id TEXT PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT, mime TEXT NOT NULL,
    size INTEGER NOT NULL, width INTEGER, height INTEGER, picture TEXT, asked REAL);
CREATE INDEX IF NOT EXISTS pictures ON files (picture);
CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS menus (
    scope TEXT NOT NULL, language TEXT NOT NULL, commands TEXT NOT NULL, PRIMARY KEY (scope, language)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, method TEXT NOT NULL, params TEXT NOT NULL,
    result TEXT, error TEXT, fault TEXT);
"""


class Store:
    """One connection, used on the loop's thread only. A change is one transaction; an inner one joins the outer."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute(
            "PRAGMA synchronous=NORMAL"
        )  # a killed process loses nothing; a power cut might, which is fine here
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """Execute a statement; the number of rows it changed."""
        return self.db.execute(sql, values).rowcount

    def add(self, sql: str, *values: Any) -> int:
        """Execute an insert; the new row's number."""
        return int(self.db.execute(sql, values).lastrowid or 0)

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self.db.execute(sql, values).fetchall()

    def note(self, key: str, default: Any = None) -> Any:
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        return default if row is None else json.loads(row["value"])

    def set_note(self, key: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, as_json(value))

    def count(self, key: str, first: int = 1) -> int:
        """The next number of a series that is never reused."""
        number = int(self.note(key, first))
        self.set_note(key, number + 1)
        return number


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
