"""A table as both databases and a backup tell it: columns of a few kinds, rows as lists, and a sum over all of them."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData
from sqlalchemy.sql.schema import Table
from sqlalchemy.types import TypeEngine

from models.types import UtcTime, safe

Row = list[Any]
"""What JSON can hold, in the order of a shape's columns."""
PROGRESS, REVISION = "moving", "alembic_version"
"""Tables that are no part of a town."""


class Kind(StrEnum):
    NUMBER = "number"
    REAL = "real"
    FLAG = "flag"
    WORDS = "words"
    MOMENT = "moment"
    DAY = "day"
    DATA = "data"  # JSON, letter by letter as it was written
    BYTES = "bytes"


# The first that fits: a flag is told as a number by some, data as words.
KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (sa.Boolean, Kind.FLAG),
    (sa.JSON, Kind.DATA),
    (sa.DateTime, Kind.MOMENT),
    (sa.Date, Kind.DAY),
    (sa.LargeBinary, Kind.BYTES),
    (sa.Integer, Kind.NUMBER),
    (sa.Float, Kind.REAL),
    (sa.String, Kind.WORDS),
)
TYPES: dict[Kind, Callable[[], TypeEngine[Any]]] = {
    Kind.NUMBER: sa.BigInteger,
    Kind.REAL: sa.Double,
    Kind.FLAG: sa.Boolean,
    Kind.WORDS: sa.Text,
    Kind.MOMENT: UtcTime,
    Kind.DAY: sa.Date,
    Kind.DATA: sa.Text,
    Kind.BYTES: sa.LargeBinary,
}


@dataclass(frozen=True)
class Shape:
    """A table. key: its one primary column. links: columns that name rows of the table itself."""

    name: str
    columns: dict[str, Kind]
    key: str
    links: tuple[str, ...] = ()

    @cached_property
    def table(self) -> sa.TableClause:
        return sa.table(self.name, *(sa.column(name, TYPES[kind]()) for name, kind in self.columns.items()))

    @cached_property
    def key_at(self) -> int:
        return list(self.columns).index(self.key)

    def told(self, values: Sequence[Any]) -> Row:
        return [
            None if value is None else _told(kind, value)
            for kind, value in zip(self.columns.values(), values, strict=True)
        ]

    def read(self, row: Row) -> list[Any]:
        """The opposite of `told`: what a database takes."""
        return [
            None if value is None else read(kind, value) for kind, value in zip(self.columns.values(), row, strict=True)
        ]


def _told(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.WORDS:
            return safe(value)
        case Kind.MOMENT:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        case Kind.DAY:
            return value.isoformat()
        case Kind.BYTES:
            return base64.b64encode(value).decode()
        case Kind.DATA:
            return value if isinstance(value, str) else json.dumps(value)  # SQLite makes a number of a bare one
        case Kind.FLAG:
            return bool(value)
        case Kind.REAL:
            return float(value)
        case Kind.NUMBER:
            return value


def read(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.MOMENT:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        case Kind.DAY:
            return date.fromisoformat(value)
        case Kind.BYTES:
            return base64.b64decode(value)
        case _:
            return value


def line(row: Row) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


@dataclass
class Sum:
    """How many rows, and one number for all of them in whatever order they come."""

    rows: int = 0
    total: int = field(default=0, repr=False)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows += 1
            self.total = (self.total + int.from_bytes(sha256(line(row)).digest(), "big")) % 2**256

    @property
    def hash(self) -> str:
        return f"{self.total:064x}"


def shapes_of(connection: Connection) -> list[Shape]:
    """Every table of the town that is there, those that others name first. Read from the database itself, so that a
    town of an older revision is read as it is."""
    known = MetaData()
    known.reflect(connection, only=lambda name, _: name not in (PROGRESS, REVISION))
    return [_shape(table) for table in known.sorted_tables]


def _shape(table: Table) -> Shape:
    (key,) = table.primary_key.columns.keys()
    own = (column.name for column in table.columns for one in column.foreign_keys if one.column.table is table)
    return Shape(table.name, {one.name: _kind(table.name, one) for one in table.columns}, key, tuple(own))


def _kind(table: str, column: sa.Column[Any]) -> Kind:
    for made, kind in KINDS:
        if isinstance(column.type, made):
            return kind
    raise TypeError(f"{table}.{column.name} is of no kind that can be carried: {column.type!r}")
