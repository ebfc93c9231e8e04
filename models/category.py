"""The catalogue: what can be wrong in a town, whose it is, and by when it must be safe."""

import re
from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from models.limit import Limit, Limits, Tells, limits_for
from models.types import Base, Key

UNPLACED = "X9099"
"""What nobody could place; the grid leader sorts it by hand."""

IN_BRACKETS = re.compile(r"[(（][^)）]*[)）]")
RADII_M = {"井盖": 15, "占道": 50, "积水": 150}
DUPLICATE_RADIUS_M = 50
"""So near each other two reports of one kind are one problem, by what the kind is called; else the second
(field.md b, duplicates). A folder may say otherwise in `radius_m`."""

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
    """Two reports of this kind so near each other are one problem; None: as `radius` says."""
    retired_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_restricted(self) -> bool:
        return self.code in RESTRICTED

    @property
    def radius(self) -> float:
        """In metres. What a name adds in brackets is not what it is: 路灯(含路灯井盖) is a lamp."""
        if self.radius_m is not None:
            return self.radius_m
        name = IN_BRACKETS.sub("", self.name_zh)
        return next((metres for word, metres in RADII_M.items() if word in name), DUPLICATE_RADIUS_M)

    def limits(self, tells: Tells = lambda condition: False) -> Limits:
        """By when a report of this kind is to be made safe and mended. tells: which conditions it tells of."""
        first = Limit(Decimal(self.deadline_value), self.deadline_unit)
        others = [limit for text in self.other_deadlines or () for limit in Limit.read(text)]
        return limits_for(first, others, is_urgent=self.is_urgent, tells=tells)

    def name(self, locale: str) -> str:
        return self.name_en if locale == "en" else self.name_zh
