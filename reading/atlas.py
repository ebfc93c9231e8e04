"""Which grid a point lies in. The only file that knows shapely; coordinates are WGS-84 degrees."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shapely import STRtree
from shapely.geometry import Point, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points
from shapely.validation import make_valid

EARTH_RADIUS_M = 6_371_000  # field.md f
METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180
# Which of two grids of the same depth is meant: the market's own grid stands for the ground it was cut out of.
KINDS = {"special": 0, "basic": 1}
OTHER_KIND = 2


@dataclass(frozen=True, eq=False)
class Area:
    """A grid on the map: `polygon` is a shapely (Multi)Polygon or a GeoJSON geometry, `level` 1 at the top."""

    code: str
    polygon: BaseGeometry | Mapping[str, Any]
    level: int
    kind: str


class Atlas:
    """Finds the grid of a point. Broken outlines (a bow tie) are mended; ValueError for one that is no surface."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = tuple(areas)
        self._surfaces = tuple(_surface(area) for area in self._areas)
        self._tree = STRtree(self._surfaces)

    def at(self, lat: float, lon: float) -> Area | None:
        """The deepest grid that holds the point, its outline included; special before basic before others."""
        point = Point(lon, lat)
        found = self._sorted(self._tree.query(point, predicate="intersects"))
        return found[0] if found else None

    def near(self, lat: float, lon: float, metres: float = 30) -> tuple[Area, ...]:
        """Every grid within `metres` of the point, those that hold it among them, best first as in `at`."""
        reach_lat = metres / METRES_PER_DEGREE
        reach_lon = reach_lat / max(math.cos(math.radians(lat)), 0.01)
        window = box(lon - reach_lon, lat - reach_lat, lon + reach_lon, lat + reach_lat)
        from_box = self._tree.query(window, predicate="intersects")
        return self._sorted(index for index in from_box if self._metres_to(int(index), lat, lon) <= metres)

    def bounds(self) -> tuple[float, float, float, float] | None:
        """South, west, north, east of all grids together; None when there are none."""
        if not self._surfaces:
            return None
        boxes = [surface.bounds for surface in self._surfaces]
        west, south, east, north = zip(*boxes, strict=True)
        return min(south), min(west), max(north), max(east)

    def _metres_to(self, index: int, lat: float, lon: float) -> float:
        here = Point(lon, lat)
        there, _ = nearest_points(self._surfaces[index], here)
        return distance_m(lat, lon, there.y, there.x)

    def _sorted(self, indexes: Iterable[Any]) -> tuple[Area, ...]:
        areas = [self._areas[int(index)] for index in indexes]
        return tuple(sorted(areas, key=lambda area: (-area.level, KINDS.get(area.kind, OTHER_KIND), area.code)))


def distance_m(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Metres between two points on a sphere of 6 371 km (haversine)."""
    half_lat = math.radians(b_lat - a_lat) / 2
    half_lon = math.radians(b_lon - a_lon) / 2
    across = math.cos(math.radians(a_lat)) * math.cos(math.radians(b_lat)) * math.sin(half_lon) ** 2
    h = math.sin(half_lat) ** 2 + across
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def _surface(area: Area) -> BaseGeometry:
    outline = area.polygon if isinstance(area.polygon, BaseGeometry) else shape(area.polygon)
    if not outline.is_valid:
        outline = make_valid(outline)
    if outline.is_empty or outline.area == 0:
        raise ValueError(f"grid {area.code} covers no ground")
    return outline
