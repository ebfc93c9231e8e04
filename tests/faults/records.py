"""What the bot has written, read beside it, on either database; and what the simulator has seen, as it comes."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from sqlalchemy import make_url

from tests.processes import Json, SimulatorProcess

OPEN = (
    "SELECT count(*) FROM inbox WHERE state = 'new'",
    "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')",
    "SELECT count(*) FROM errands WHERE state IN ('waiting', 'underway')",
)
SENDS = ("sendMessage", "sendPhoto")


class Records(Protocol):
    """rows: raises NotYet where there is no such table so far."""

    url: str

    def rows(self, question: str) -> list[tuple[Any, ...]]: ...


class NotYet(Exception):
    pass


class InFile:
    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"sqlite+aiosqlite:///{path}"

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as database:
                return list(database.execute(question))
        except sqlite3.OperationalError as absent:
            raise NotYet(str(absent)) from None


class InServer:
    """One connection, for one thread."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.url, self._runner = url, runner
        told = make_url(url)
        self.connection: asyncpg.Connection = runner.run(
            asyncpg.connect(host=told.query["host"], user=told.username, database=told.database)
        )

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        try:
            return [tuple(row) for row in self._runner.run(self.connection.fetch(question))]
        except asyncpg.UndefinedTableError as absent:
            raise NotYet(str(absent)) from None


@contextmanager
def in_server(url: str) -> Iterator[InServer]:
    with asyncio.Runner() as runner:
        records = InServer(url, runner)
        try:
            yield records
        finally:
            runner.run(records.connection.close())


class Log:
    """The simulator's own log, read on from where it was read to."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.simulator = simulator
        self.calls: list[Json] = []

    def new(self) -> list[Json]:
        """The calls since the last time."""
        fresh = list(self.simulator.calls(self.calls[-1]["id"] if self.calls else 0))
        self.calls += fresh
        return fresh

    def fetched(self) -> bool:
        """Whether updates were given out since the last time."""
        return any(call["method"] == "getUpdates" and call["result"] for call in self.new())

    def said(self) -> bool:
        """Whether something was accepted since the last time."""
        return any(call["method"] in SENDS and call["result"] is not None for call in self.new())

    def arrived(self) -> list[tuple[int, str]]:
        """Chat and ticket's number of every card that was accepted, in that order."""
        self.new()
        return [
            (int(call["params"]["chat_id"]), number)
            for call in self.calls
            if call["method"] in SENDS and call["result"] is not None
            for number in numbers(call["result"])
        ]


def numbers(message: Json) -> list[str]:
    """The ticket a card is of: the first hashtag of ours in it."""
    words = str(message.get("text") or message.get("caption") or "").split()
    return [word.removeprefix("#") for word in words if word.startswith("#SY")][:1]


def nothing_waits(simulator: SimulatorProcess, records: Records) -> bool:
    """All updates are confirmed, and nothing of what is kept is still to be done."""
    try:
        if any(records.rows(question)[0][0] for question in OPEN):
            return False
    except NotYet:
        return False
    return all(update["confirmed"] is not None for update in simulator.updates())
