"""What must hold between places and outlines, and whether a layer of the folder was drawn in another datum."""

import math
from collections.abc import Sequence

import numpy as np
import shapely

from bot.district.faults import Fault, quoted
from bot.district.grids import EAST, FILE, NORTH, SOUTH, WEST
from bot.district.plan import Plan
from bot.district.rows import PlaceRow
from reading.atlas import METRES_PER_DEGREE
from reading.datum import to_gcj02

PLACES = "places.csv"
PLACE_SLACK_M = 50  # a gate or a crossroads may lie just over the line; a wrong datum moves it by hundreds of metres
FAR_M = 5_000  # from every grid: no gate, no street of the neighbouring district, but a slip of the pen
ASTRAY = 0.05  # of the ground of a level that lies outside the parents, if it is more than drawing
PLACES_ASTRAY, FEWEST = 0.3, 3
BETTER = 5  # times better a layer must fit when it is shifted, if the shift is to explain it


def strayed_levels(plan: Plan, faults: list[Fault]) -> frozenset[int]:
    """Levels whose outlines fit their parents only once they are moved as far as one datum is from the other."""
    found = set()
    levels = np.array([plan.grids[child].level for child in plan.families[0]])
    for level in np.unique(levels).tolist():
        pairs = levels == level
        children, parents = (side[pairs] for side in plan.families)
        ground = float(plan.areas[children].sum())
        astray = float(shapely.area(plan.beyond[pairs]).sum()) / ground
        if astray < ASTRAY:
            continue
        for datum, east, north in _shifts(plan):
            moved = _moved(plan.surfaces[children], east, north)
            if float(shapely.area(shapely.difference(moved, plan.surfaces[parents])).sum()) / ground * BETTER < astray:
                reason = (
                    f"the {len(children)} grids of level {level} lie {_length(east, north)} beside their "
                    f"parents, as {datum} does; convert them, or the level above, to the datum of district.toml"
                )
                faults.append(Fault(FILE, None, "geometry", reason))
                found.add(level)
                break
    return frozenset(found)


def check_places(places: Sequence[PlaceRow], plan: Plan, faults: list[Fault], warnings: list[Fault]) -> None:
    sound = [place for place in places if _is_in_china(place, faults)]
    if not sound or not plan.grids:
        return
    points = plan.points((place.lat, place.lon) for place in sound)
    metres = _metres_outside(sound, points, plan)
    astray = metres > PLACE_SLACK_M
    for datum, east, north in _shifts(plan) if astray.sum() >= max(FEWEST, PLACES_ASTRAY * len(sound)) else ():
        moved = _metres_outside(sound, _moved(points, east, north), plan)
        explained = astray & (moved <= PLACE_SLACK_M)
        if (explained.sum() - (~astray & (moved > PLACE_SLACK_M)).sum()) * BETTER > astray.sum() * (BETTER - 1):
            away = f"{int(astray.sum())} of {len(sound)} places lie outside their grids and {_length(east, north)} away"
            advice = f"convert this file, or {FILE}, to the datum of district.toml"
            reason = f"{away} inside, as {datum} does; {advice}"
            faults.append(Fault(PLACES, None, "lat", reason))
            astray &= ~explained
            break
    for index in np.flatnonzero(astray):
        _told(sound[index], float(metres[index]), plan, faults, warnings)


def _told(place: PlaceRow, metres: float, plan: Plan, faults: list[Fault], warnings: list[Fault]) -> None:
    if place.grid in plan.indexes:
        astray = f"lies {metres:.0f} m outside grid {quoted(place.grid)}"
        reason = f"{astray}; another grid, or another datum (wgs84, gcj02)?"
        faults.append(Fault(PLACES, place.line, "grid", reason))
    elif metres > FAR_M:
        far = f"{place.lat}, {place.lon} is {metres / 1000:.0f} km from every grid"
        reason = f"{far}; correct it, or leave the place out"
        faults.append(Fault(PLACES, place.line, "lat", reason))
    else:
        warnings.append(Fault(PLACES, place.line, "grid", "is empty, and no grid holds the point"))


def _metres_outside(places: Sequence[PlaceRow], points: np.ndarray, plan: Plan) -> np.ndarray:
    """From the grid each place names; where it names none, from the nearest one."""
    named = [plan.indexes.get(place.grid or "") for place in places]
    nearest = plan.tree.nearest(points)
    grids = np.array([near if own is None else own for own, near in zip(named, nearest.tolist(), strict=True)])
    return np.asarray(shapely.distance(points, plan.surfaces[grids]))


def _is_in_china(place: PlaceRow, faults: list[Fault]) -> bool:
    if place.lat != place.lat or place.lon != place.lon:  # could not be read: a fault already
        return False
    if SOUTH <= place.lat <= NORTH and WEST <= place.lon <= EAST:
        return True
    if SOUTH <= place.lon <= NORTH and WEST <= place.lat <= EAST:
        reason = "lat and lon are exchanged"
    elif abs(place.lat) > 90:
        reason = f"{place.lat} is not between -90 and 90"
    else:
        reason = f"{place.lat}, {place.lon} is not in China"
    faults.append(Fault(PLACES, place.line, "lat", reason))
    return False


def _shifts(plan: Plan) -> list[tuple[str, float, float]]:
    """What moves a layer to where it belongs if it was drawn in the other datum: whose it is, metres east and north."""
    lat, lon = to_gcj02(plan.lat, plan.lon)
    north = (lat - plan.lat) * METRES_PER_DEGREE
    east = (lon - plan.lon) * METRES_PER_DEGREE * math.cos(math.radians(plan.lat))
    if not (east or north):
        return []
    return [("a layer in gcj02 on one in wgs84", -east, -north), ("a layer in wgs84 on one in gcj02", east, north)]


def _moved(layer: np.ndarray, east: float, north: float) -> np.ndarray:
    return np.asarray(shapely.transform(layer, lambda corners: np.add(corners, (east, north))))


def _length(east: float, north: float) -> str:
    return f"{math.hypot(east, north):.0f} m"
