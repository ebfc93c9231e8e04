"""What must hold between the outlines of a folder: nested, near one another, not one upon the other."""

from collections.abc import Sequence
from statistics import median

from shapely import STRtree
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from bot.district.faults import Fault
from bot.district.grids import EAST, FILE, NORTH, SOUTH, WEST
from bot.district.rows import GridRow, PlaceRow
from reading.atlas import distance_m

PLACES = "places.csv"
FAR_M = 300_000  # no district is so wide
PLACE_SLACK_M = 50  # a gate or a crossroads may lie just over the line; a wrong datum moves it by hundreds of metres
NESTED = 0.5  # the part of a grid that must lie in its parent: neighbours' drawings differ at the rim
OVERLAP = 0.02  # of the smaller one; less is the drawing's own thickness

Outlines = dict[str, BaseGeometry]


def outlines(grids: Sequence[GridRow]) -> Outlines:
    return {grid.code: shape(grid.shape) for grid in grids if grid.shape and grid.code}


def check_outlines(grids: Sequence[GridRow], drawn: Outlines, faults: list[Fault], warnings: list[Fault]) -> None:
    sound = [grid for grid in grids if grid.code in drawn]
    faults += _far_away(sound, drawn)
    faults += _outside_parent(sound, drawn)
    warnings += _overlapping(sound, drawn)


def _far_away(grids: Sequence[GridRow], drawn: Outlines) -> list[Fault]:
    middles = {grid.code: drawn[grid.code].centroid for grid in grids}
    if len(middles) < 2:
        return []
    lat, lon = median(point.y for point in middles.values()), median(point.x for point in middles.values())
    return [
        Fault(FILE, grid.line, "geometry", f"lies {metres / 1000:.0f} km from the others; compare its coordinates")
        for grid in grids
        if (metres := distance_m(lat, lon, middles[grid.code].y, middles[grid.code].x)) > FAR_M
    ]


def _outside_parent(grids: Sequence[GridRow], drawn: Outlines) -> list[Fault]:
    return [
        Fault(
            FILE,
            grid.line,
            "geometry",
            f'lies mostly outside its parent "{grid.parent}"; another parent, or another datum (wgs84, gcj02)?',
        )
        for grid in grids
        if grid.parent in drawn and grid.parent != grid.code
        if drawn[grid.code].intersection(drawn[grid.parent]).area < NESTED * drawn[grid.code].area
    ]


def _overlapping(grids: Sequence[GridRow], drawn: Outlines) -> list[Fault]:
    """Grids of one level and kind. A special grid may lie upon the basic ones: the atlas prefers it."""
    tree = STRtree([drawn[grid.code] for grid in grids])
    found = []
    for number, grid in enumerate(grids):
        surface = drawn[grid.code]
        for other_number in sorted(int(index) for index in tree.query(surface, predicate="intersects")):
            other = grids[other_number]
            if other_number >= number or (other.level, other.kind) != (grid.level, grid.kind):
                continue
            shared = surface.intersection(drawn[other.code]).area
            if shared > OVERLAP * min(surface.area, drawn[other.code].area):
                found.append(Fault(FILE, grid.line, "geometry", f'overlaps grid "{other.code}" of the same level'))
    return found


def check_places(places: Sequence[PlaceRow], drawn: Outlines, faults: list[Fault], warnings: list[Fault]) -> None:
    tree = STRtree(list(drawn.values()))
    for place in places:
        if place.lat != place.lat or place.lon != place.lon:  # could not be read: a fault already
            continue
        if not (SOUTH <= place.lat <= NORTH and WEST <= place.lon <= EAST):
            swapped = SOUTH <= place.lon <= NORTH and WEST <= place.lat <= EAST
            reason = "lat and lon are exchanged" if swapped else f"{place.lat}, {place.lon} is not in China"
            faults.append(Fault(PLACES, place.line, "lat", reason))
        elif place.grid in drawn:
            metres = _metres_outside(place, drawn[place.grid])
            if metres > PLACE_SLACK_M:
                reason = (
                    f'lies {metres:.0f} m outside grid "{place.grid}"; another grid, or another datum (wgs84, gcj02)?'
                )
                faults.append(Fault(PLACES, place.line, "grid", reason))
        elif place.grid is None and drawn and not tree.query(Point(place.lon, place.lat), predicate="intersects").size:
            warnings.append(Fault(PLACES, place.line, "grid", "is empty, and no grid holds the point"))


def _metres_outside(place: PlaceRow, surface: BaseGeometry) -> float:
    here = Point(place.lon, place.lat)
    there, _ = nearest_points(surface, here)
    return distance_m(place.lat, place.lon, there.y, there.x)
