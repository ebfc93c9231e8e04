"""The catalogue: what can be wrong in a town, whose it is, and by when it must be safe."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from models.limit import Limit, Limits, Tells, limits_for
from models.types import Base, Key

UNPLACED = "X9099"
"""What nobody could place; the grid leader sorts it by hand."""

RESTRICTED = frozenset({"X9005", "X9010", "X9016"})
"""Disputes, vulnerable people, crime (contract 7): the group reads only that it was taken up."""


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    class_name: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    std_code: Mapped[str]
    cjt214_code: Mapped[str]
    dept: Mapped[list[str]] = mapped_column(JSON, default=list)
    joint_depts: Mapped[list[str]] = mapped_column(JSON, default=list)
    deadline_value: Mapped[str]
    """A decimal number as text: binary fractions have no place in a deadline."""
    deadline_unit: Mapped[str]
    deadline_text: Mapped[str]
    other_deadlines: Mapped[list[str]] = mapped_column(JSON, default=list)
    deadline_basis: Mapped[str]
    is_urgent: Mapped[bool]
    hotline: Mapped[str | None] = mapped_column(default=None)
    close_condition: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    notes: Mapped[str]
    radius_m: Mapped[float | None] = mapped_column(default=None)
    """Two reports of this kind so near each other are one problem; None: as `DUPLICATE_RADIUS_M`."""
    retired_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_restricted(self) -> bool:
        return self.code in RESTRICTED

    def limits(self, tells: Tells = lambda condition: False) -> Limits:
        """By when a report of this kind is to be made safe and mended. tells: which conditions it tells of."""
        first = Limit(Decimal(self.deadline_value), self.deadline_unit)
        others = [limit for text in self.other_deadlines or () for limit in Limit.read(text)]
        return limits_for(first, others, is_urgent=self.is_urgent, tells=tells)

    def name(self, locale: str) -> str:
        return self.name_en if locale == "en" else self.name_zh
