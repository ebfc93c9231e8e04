"""The district itself: its name, numbers, hours, and holidays."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key


class District(Base):
    """One row. hours: {"work": ["08:00-12:00", …], "days": [1, …], "calendar": "CN"}; limits: minutes.

    hotline: whom to call about what is not ours.

    edition: grows with every loading, so that each process knows when what it remembers is old.
    """

    __tablename__ = "district"

    id: Mapped[Key]
    name: Mapped[str]
    adcode: Mapped[str]
    prefix: Mapped[str]
    timezone: Mapped[str]
    datum: Mapped[str]
    levels: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    limits: Mapped[dict[str, Any]] = mapped_column(JSON)
    triage: Mapped[str]
    hotline: Mapped[str | None] = mapped_column(default=None)
    edition: Mapped[int] = mapped_column(default=1)


class Holiday(Base):
    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str]
