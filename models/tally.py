"""What has been counted so far, a row for each day, month and year (of the report) and area or department
(field.md e): a month is one row, however many cases it holds."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, Date, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key

A_DAY = timedelta(days=1)


class Scope(StrEnum):
    DISTRICT = "district"  # its scope_id is 0
    GRID = "grid"  # with all below it
    DEPARTMENT = "department"


class Span(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Slot(NamedTuple):
    """What one row is about. day: the first of its span."""

    scope: str
    scope_id: int
    day: date
    span: str


class Tally(Base):
    """figures: name -> how many (models/figures.py)."""

    __tablename__ = "tallies"
    __table_args__ = (UniqueConstraint("scope", "scope_id", "day", "span"),)

    id: Mapped[Key]
    scope: Mapped[str]
    scope_id: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    span: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def slot(self) -> Slot:
        return Slot(self.scope, self.scope_id, self.day, self.span)

    @classmethod
    def of(cls, scope: Scope, ids: Iterable[int], days: Iterable[date]) -> Select["Tally"]:
        """Rows of every span that begin on one of these days."""
        return select(cls).where(cls.scope == scope.value, cls.scope_id.in_(ids), cls.day.in_(days))


def spans_of(day: date) -> tuple[tuple[date, Span], ...]:
    """The rows a day is counted in."""
    return (day, Span.DAY), (day.replace(day=1), Span.MONTH), (day.replace(month=1, day=1), Span.YEAR)


def cover(first: date, last: date) -> Iterator[tuple[date, Span]]:
    """The fewest rows that hold the days from first to last, both included: whole years, whole months, single days."""
    day = first
    while day <= last:
        span, after = Span.DAY, day + A_DAY
        if day.day == 1:
            month = (day + 31 * A_DAY).replace(day=1)
            year = day.replace(year=day.year + 1, day=1) if day.month == 1 else None
            if year is not None and year - A_DAY <= last:
                span, after = Span.YEAR, year
            elif month - A_DAY <= last:
                span, after = Span.MONTH, month
        yield day, span
        day = after
