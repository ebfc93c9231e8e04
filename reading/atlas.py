"""Which grid a point lies in. The only file that knows shapely; coordinates are WGS-84 degrees, distances metres."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_M = 6_371_000  # field.md f
METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180
# Which of two grids of the same depth is meant: the market's own grid stands for the ground it was cut out of.
KINDS = {"special": 0, "basic": 1}
OTHER_KIND = 2
BORDER_M = 30
"""Nearer to a border than this, a telephone's point may lie on the other side."""
SEAM_M = 10
"""Neighbours are drawn one by one: a gap this wide between them is a slip of the pen, no land."""
HERE = Point(0, 0)


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
        # Best first: of all that hold a point, the one with the lowest index is meant.
        self._areas = tuple(sorted(areas, key=_rank))
        self._surfaces = tuple(_surface(area) for area in self._areas)
        self._tree = STRtree(self._surfaces)
        self._indexes = {area.code: index for index, area in enumerate(self._areas)}
        self._touching: dict[str, tuple[Area, ...]] = {}

    def at(self, lat: float, lon: float) -> Area | None:
        """The deepest grid that holds the point, its outline included; special before basic before others."""
        found = self._tree.query(Point(lon, lat), predicate="intersects").tolist()
        return self._areas[min(found)] if found else None

    def near(self, lat: float, lon: float, metres: float = BORDER_M) -> tuple[Area, ...]:
        """Every grid within `metres` of the point, those that hold it among them, best first as in `at`."""
        return tuple(self._areas[index] for index in sorted(self._distances(lat, lon, metres)))

    def nearest(self, lat: float, lon: float, metres: float) -> Area | None:
        """The grid the point lies in, else the nearest one within `metres`: the deepest where several end alike."""
        held = self.at(lat, lon)
        if held is not None:
            return held
        distances = self._distances(lat, lon, metres)
        if not distances:
            return None
        # A street's outline is seldom drawn through the very same points as that of its last grid.
        closest = min(distances.values()) + SEAM_M
        return self._areas[min(index for index, distance in distances.items() if distance <= closest)]

    def across(self, code: str, lat: float, lon: float, metres: float = BORDER_M) -> tuple[Area, ...]:
        """Grids of the same level that begin within `metres` of a point of this grid, the nearest first.

        Where grids lie upon each other, as a market's own upon the street's, the ground of the better one (as in `at`)
        is no part of the other. None for an unknown code, or where another grid holds the point and this one does not.
        """
        own = self._indexes.get(code)
        if own is None:
            return ()
        distances = self._distances(lat, lon, metres)
        strays = self._metres_to(self._surfaces[own], lat, lon) > 0
        found = []
        for index, distance in distances.items():
            if index == own or self._areas[index].level != self._areas[own].level:
                continue
            if strays and distance == 0:
                return ()
            ground = self._surfaces[index]
            if own < index and ground.intersects(self._surfaces[own]):
                ground = ground.difference(self._surfaces[own])
                distance = self._metres_to(ground, lat, lon)
            if distance <= metres:
                found.append((distance, index))
        return tuple(self._areas[index] for _, index in sorted(found))

    def touching(self, code: str) -> tuple[Area, ...]:
        """The neighbours of a grid: those of its level that touch it or lie upon it, best first. None if unknown."""
        if code in self._indexes and code not in self._touching:
            own = self._areas[self._indexes[code]]
            found = self._tree.query(self._surfaces[self._indexes[code]], "dwithin", SEAM_M / METRES_PER_DEGREE)
            others = (self._areas[index] for index in sorted(found.tolist()))
            self._touching[code] = tuple(other for other in others if other.level == own.level and other is not own)
        return self._touching.get(code, ())

    def bounds(self) -> tuple[float, float, float, float] | None:
        """South, west, north, east of all grids together; None when there are none."""
        if not self._surfaces:
            return None
        west, south, east, north = shapely.total_bounds(self._surfaces).tolist()
        return south, west, north, east

    def _distances(self, lat: float, lon: float, metres: float) -> dict[int, float]:
        """Metres to each grid within reach, by index; 0 for those that hold the point."""
        reach_lat = metres / METRES_PER_DEGREE
        reach_lon = reach_lat / max(math.cos(math.radians(lat)), 0.01)
        window = shapely.box(lon - reach_lon, lat - reach_lat, lon + reach_lon, lat + reach_lat)
        reached = self._tree.query(window, predicate="intersects").tolist()
        measured = {index: self._metres_to(self._surfaces[index], lat, lon) for index in reached}
        return {index: distance for index, distance in measured.items() if distance <= metres}

    def _metres_to(self, surface: BaseGeometry, lat: float, lon: float) -> float:
        """On a plane that touches the earth at the point: right to a millimetre within some hundred metres of it."""
        scale = METRES_PER_DEGREE * math.cos(math.radians(lat)), METRES_PER_DEGREE
        local = shapely.transform(surface, lambda corners: (corners - (lon, lat)) * scale)
        return float(shapely.distance(local, HERE))


def distance_m(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Metres between two points on a sphere of 6 371 km (haversine)."""
    half_lat = math.radians(b_lat - a_lat) / 2
    half_lon = math.radians(b_lon - a_lon) / 2
    across = math.cos(math.radians(a_lat)) * math.cos(math.radians(b_lat)) * math.sin(half_lon) ** 2
    h = math.sin(half_lat) ** 2 + across
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def _rank(area: Area) -> tuple[int, int, str]:
    return -area.level, KINDS.get(area.kind, OTHER_KIND), area.code


def _surface(area: Area) -> BaseGeometry:
    outline = area.polygon if isinstance(area.polygon, BaseGeometry) else shape(area.polygon)
    if not outline.is_valid:
        outline = shapely.make_valid(outline, method="structure", keep_collapsed=False)
    if outline.is_empty or outline.area == 0:
        raise ValueError(f"grid {area.code} covers no ground")
    return outline
