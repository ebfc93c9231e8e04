"""Column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    DateTime,
    Integer,
    MetaData,
    String,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in and out. A naive time is a bug and is refused: SQLite would store it without a word."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone was to be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SafeText(TypeDecorator[str]):
    """Text that PostgreSQL can take: no NUL, no lone surrogates. What a person typed is otherwise kept as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else safe(value)


def safe(value: str) -> str:
    if "\x00" in value:
        value = value.replace("\x00", "")
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def where(condition: str) -> dict[str, Any]:
    """Keywords of a partial index, which each database names with its own."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def spelled(*values: str) -> BindParameter[Any]:
    """Values that stand in the statement itself: only for those does a database see that a partial index will do."""
    one: Any = values[0] if len(values) == 1 else values
    return bindparam(None, one, String, unique=True, expanding=len(values) > 1, literal_execute=True)


def inserting(table: Any, dialect: str) -> Any:
    """An INSERT that may say ON CONFLICT. The two databases spell that alike; SQLAlchemy keeps it with each dialect."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


# SQLite counts up by itself only for INTEGER PRIMARY KEY, which is 64 bit there.
BigId = BigInteger().with_variant(Integer(), "sqlite")

Key = Annotated[int, mapped_column(BigId, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcTime)]
Words = Annotated[str, mapped_column(SafeText)]
Data = Annotated[dict[str, Any], mapped_column(JSON)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcTime,
        str: SafeText,
        int: BigId,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
    }
