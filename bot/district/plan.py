"""The outlines of a folder on one plane, in metres: areas, widths and distances as one would measure them outside."""

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from statistics import median

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from bot.district.rows import GridRow
from reading.atlas import METRES_PER_DEGREE


class Plan:
    """`grids` are those whose outline and code could be read, `surfaces` their outlines in the same order.

    The plane touches the earth in the middle of the district; 100 km from there it is 1 % wrong. x is east, y north.
    """

    def __init__(self, grids: Sequence[GridRow]) -> None:
        self.grids = tuple(grid for grid in grids if grid.shape and grid.code)
        drawn = np.array([shape(grid.shape) for grid in self.grids], dtype=object)
        west, south, east, north = shapely.bounds(drawn).T if self.grids else np.zeros((4, 1))
        self.lat, self.lon = median((south + north) / 2), median((west + east) / 2)
        self._scale = METRES_PER_DEGREE * math.cos(math.radians(self.lat)), METRES_PER_DEGREE
        self.surfaces = shapely.transform(drawn, lambda corners: (corners - (self.lon, self.lat)) * self._scale)
        # What holds in degrees may break by the last digit in metres, and the library refuses to reckon with it.
        broken = ~shapely.is_valid(self.surfaces)
        self.surfaces[broken] = shapely.make_valid(self.surfaces[broken], method="structure", keep_collapsed=False)
        self.areas = shapely.area(self.surfaces)
        # Of two with one code the first counts; the second is a fault already.
        self.indexes = {grid.code: index for index, grid in reversed(list(enumerate(self.grids)))}

    @cached_property
    def tree(self) -> STRtree:
        return STRtree(self.surfaces)

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """The indexes of the grids right below each grid that has some."""
        found: dict[int, list[int]] = {}
        for index, grid in enumerate(self.grids):
            above = self.indexes.get(grid.parent or "")
            if above is not None and above != index:
                found.setdefault(above, []).append(index)
        return found

    @cached_property
    def families(self) -> tuple[np.ndarray, np.ndarray]:
        """Two arrays of indexes: each grid that lies in another, and that other one."""
        pairs = [(child, parent) for parent, children in self.children.items() for child in children]
        children, parents = np.array(sorted(pairs), dtype=int).reshape(-1, 2).T
        return children, parents

    @cached_property
    def beyond(self) -> np.ndarray:
        """What of each of `families` lies outside its parent."""
        children, parents = self.families
        return np.asarray(shapely.difference(self.surfaces[children], self.surfaces[parents]))

    def points(self, degrees: Iterable[tuple[float, float]]) -> np.ndarray:
        """(lat, lon) pairs as shapely points of the plane."""
        pairs = np.array(list(degrees), dtype=float).reshape(-1, 2)[:, ::-1]
        return np.asarray(shapely.points((pairs - (self.lon, self.lat)) * self._scale))

    def where(self, piece: BaseGeometry) -> str:
        """A spot inside a piece of the plane, as one looks it up on a map."""
        spot = piece.representative_point()
        return f"lat {spot.y / self._scale[1] + self.lat:.6f}, lon {spot.x / self._scale[0] + self.lon:.6f}"


def width(piece: BaseGeometry) -> float:
    """Of its widest part, in metres. Of a strip: twice its area over its outline; of a square that is half its side."""
    # What two outlines share may also hold the lines they share, and those have no width.
    parts = (part for part in shapely.get_parts(piece) if part.area)
    return max((2 * part.area / part.length for part in parts), default=0.0)


def square_metres(area: float) -> str:
    return f"{area:,.0f} m²" if area < 1e6 else f"{area / 1e6:.2f} km²"
