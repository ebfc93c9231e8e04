"""That something arrived, put down at once, in one step: what dies before its note (bot/notes.py) is then in no doubt.

Beside a SQLite file that is a line in a file of its own: what was written stays with the system, however we end. On
PostgreSQL it is one statement on a connection of its own, which the server carries out also when we have died since.
Neither waits for a disk or for another's transaction; where it fails, there is doubt, as ever.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.channels.base import Delivered, Letter, LetterKind
from bot.claims import Claim
from bot.database import Database
from bot.letters import Prepared
from models.mail import Outbox

log = structlog.get_logger()

GIVE = "UPDATE outbox SET receipt = $1 WHERE id = $2 AND lease = $3 AND state = 'sending'"
PATIENCE_S = 2.0
LONG = 1024 * 1024
"""Bytes: a longer file is begun anew; whatever of it is not noted yet is then in doubt for a moment."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a note is made of, of a claim that arrived."""

    message: str | None
    pictured: bool
    letter: LetterKind
    topic: str | None
    about: int | None
    drawn: str

    @classmethod
    def of(cls, claim: Claim, delivered: Delivered, *, pictured: bool) -> "Receipt":
        prepared = claim.prepared
        return cls(
            delivered.message, pictured, prepared.letter.kind, prepared.letter.topic, prepared.about, prepared.drawn
        )

    def claim(self, row: Outbox) -> Claim:
        """As it was, as far as a note asks."""
        prepared = Prepared(Letter(self.letter, "", self.topic), about=self.about, drawn=self.drawn)
        return Claim(row.id, row.kind, row.lane, "", row.lease or "", prepared, row.card_id, row.created_at, ())


class Receipts(Protocol):
    async def make_ready(self) -> None:
        """Before this none is given, so that the first of them is as quick as the others."""

    async def give(self, claim: Claim, receipt: Receipt) -> None:
        """What is wrong with the disk or the database is not raised."""

    def found(self, rows: Sequence[Outbox]) -> dict[int, Receipt]:
        """Row -> what was put down for its present lease."""

    async def close(self) -> None: ...


def receipts_of(database: Database) -> Receipts:
    if database.path is None:
        return InDatabase(database)
    return InFile(database.path.with_name(database.path.name + ".receipts"))


class InFile:
    """Of one process at a time, as the database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._left: dict[str, Receipt] | None = None

    async def make_ready(self) -> None:
        with suppress(OSError):
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    async def give(self, claim: Claim, receipt: Receipt) -> None:
        if self._file is None:
            return
        if self._left is None:
            self._left = self._read()
        with suppress(OSError):
            if os.fstat(self._file).st_size > LONG:
                os.ftruncate(self._file, 0)
            os.write(self._file, (json.dumps({"lease": claim.lease, **asdict(receipt)}) + "\n").encode())

    def found(self, rows: Sequence[Outbox]) -> dict[int, Receipt]:
        if self._left is None:
            self._left = self._read()
        return {row.id: self._left[row.lease] for row in rows if row.lease in self._left}

    async def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _read(self) -> dict[str, Receipt]:
        left: dict[str, Receipt] = {}
        with suppress(OSError):
            for line in self._path.read_bytes().splitlines():
                with suppress(ValueError, TypeError, KeyError, AttributeError):  # the last one may be half a line
                    told = json.loads(line)
                    lease = told.pop("lease")
                    left[lease] = Receipt(**told)
        return left


class InDatabase:
    def __init__(self, database: Database) -> None:
        self._engine = create_async_engine(
            database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True,
            # A receipt lost with the server's own power is a doubt more, no more than that.
            connect_args={"server_settings": {"synchronous_commit": "off", "lock_timeout": "1s"}},
        )  # fmt: skip
        self._connection: AsyncConnection | None = None
        self._driver: Any = None
        self._is_ready = False
        self._one = asyncio.Lock()

    async def make_ready(self) -> None:
        self._is_ready = True
        await self._tell("", 0, "")

    async def give(self, claim: Claim, receipt: Receipt) -> None:
        if self._is_ready:
            await self._tell(json.dumps(asdict(receipt)), claim.row_id, claim.lease)

    async def _tell(self, receipt: str, row: int, lease: str) -> None:
        async with self._one:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    if self._driver is None:
                        self._connection = await self._engine.connect()
                        self._driver = (await self._connection.get_raw_connection()).driver_connection
                    # Straight to the driver: it is on its way before anybody else here has a turn.
                    await self._driver.execute(GIVE, receipt, row, lease)
            except Exception as fault:
                log.debug("no receipt", row=row, fault=type(fault).__name__)
                await self._drop()

    def found(self, rows: Sequence[Outbox]) -> dict[int, Receipt]:
        given: dict[int, Receipt] = {}
        for row in rows:
            if row.receipt is not None:
                with suppress(ValueError, TypeError):
                    given[row.id] = Receipt(**json.loads(row.receipt))
        return given

    async def close(self) -> None:
        self._is_ready = False
        await self._drop()
        await self._engine.dispose()

    async def _drop(self) -> None:
        connection, self._connection, self._driver = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                await connection.invalidate()
                await connection.close()
