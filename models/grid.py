"""The tree of grids: streets, communities, grids and micro grids, however deep a district draws it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key


class Grid(Base):
    """One area. `path`: the ids from the top down to itself (`/1/4/9/`); "all below" is one comparison."""

    __tablename__ = "grids"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[int]
    kind: Mapped[str] = mapped_column(default="basic")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"), default=None)
    path: Mapped[str] = mapped_column(default="")
    households: Mapped[int | None] = mapped_column(default=None)
    residents: Mapped[int | None] = mapped_column(default=None)
    elders: Mapped[int | None] = mapped_column(default=None)
    shape: Mapped[dict[str, Any]] = mapped_column(JSON)
    """GeoJSON geometry in WGS-84."""
    retired_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def line(self) -> list[int]:
        """Ids from the top down to this grid."""
        return [int(part) for part in self.path.split("/") if part]

    def is_within(self, other: "Grid") -> bool:
        return self.path.startswith(other.path)
