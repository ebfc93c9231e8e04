"""The tree of grids: streets, communities, grids and micro grids, however deep a district draws it."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key

NORM_HOUSEHOLDS, NORM_RESIDENTS = 500, 1000
"""Of a basic grid; field.md a, 27."""


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

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its largest part as (lat, lon), WGS-84: of the area, which may lie beside a crooked one."""
        polygons = [self.shape["coordinates"]] if self.shape["type"] == "Polygon" else self.shape["coordinates"]
        _, east, north = max((_middle(rings[0]) for rings in polygons), key=lambda middle: abs(middle[0]))
        return north, east

    def is_within(self, other: "Grid") -> bool:
        return self.path.startswith(other.path)


def _middle(ring: list[list[float]]) -> tuple[float, float, float]:
    """Area (signed, in square degrees) and centre of a closed ring of [lon, lat]. Measured from its first corner: the
    formula multiplies coordinates, and far from nought the digits of a small ring would be lost."""
    lon, lat = ring[0][0], ring[0][1]
    corners = [(corner[0] - lon, corner[1] - lat) for corner in ring]
    area = east = north = 0.0
    for (x, y), (next_x, next_y) in pairwise(corners):
        cross = x * next_y - next_x * y
        area += cross / 2
        east += (x + next_x) * cross / 6
        north += (y + next_y) * cross / 6
    return (area, lon + east / area, lat + north / area) if area else (0.0, lon, lat)
