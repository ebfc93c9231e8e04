"""What has been counted so far: one row a day (of the report) and area or department (field.md e)."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key


class Tally(Base):
    """scope: grid or department; a grid's row holds all below it too. figures: name -> how many."""

    __tablename__ = "tallies"
    __table_args__ = (UniqueConstraint("scope", "scope_id", "day"),)

    id: Mapped[Key]
    scope: Mapped[str]
    scope_id: Mapped[int]
    day: Mapped[date] = mapped_column(Date)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @classmethod
    def between(cls, scope: str, scope_id: int, first: date, last: date) -> Select["Tally"]:
        return select(cls).where(cls.scope == scope, cls.scope_id == scope_id, cls.day.between(first, last))
