"""What must hold between the outlines of a folder: near one another, nested, no ground twice and none forgotten."""

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from bot.district.faults import Fault, quoted
from bot.district.grids import FILE
from bot.district.plan import Plan, square_metres, width
from bot.district.provinces import PROVINCES
from bot.district.rows import DistrictRow, GridRow
from models.grid import NORM_HOUSEHOLDS, NORM_RESIDENTS

FAR_M = 300_000  # no district is so wide
SLIVER_M = 2.0  # neighbours drawn one by one; narrower than a pavement, no report is told from it
SLIVER_SHARE = 0.01
NOISE_M = 0.3  # what six decimals of a degree leave of a corner that both sides share
NESTED = 0.5  # the part of a grid that must lie in its parent for it to be its parent at all
WIDE_M2, NARROW_M2 = 5_000_000, 100
MANY, FEW = 3, 10  # times the norm, and the part of it, that make a grid worth a second look


def check_outlines(plan: Plan, strays: frozenset[int], faults: list[Fault], warnings: list[Fault]) -> None:
    """strays: levels whose grids lie beside their parents as a whole; that has been told, and not of each grid."""
    if not plan.grids:
        return
    _far_away(plan, faults)
    _nested(plan, strays, faults, warnings)
    _overlapping(plan, faults, warnings)
    _gaping(plan, warnings)
    _absurd(plan, warnings)


def check_province(plan: Plan, district: DistrictRow, faults: list[Fault]) -> None:
    """Most outlines beyond the province of the district's number: one of the two is wrong."""
    province = PROVINCES.get(district.adcode[:2])
    if province is None or not plan.grids or province.holds(plan.lat, plan.lon, 0.5):
        return
    reason = (
        f"{quoted(district.adcode)} is in {province.name}, the map around lat {plan.lat:.4f}, lon {plan.lon:.4f} "
        f"is not; correct the number, or the coordinates of {FILE}"
    )
    faults.append(Fault("district.toml", None, "adcode", reason))


def _far_away(plan: Plan, faults: list[Fault]) -> None:
    distances = shapely.length(shapely.linestrings(_spokes(plan)))
    for index in np.flatnonzero(distances > FAR_M):
        reason = f"lies {distances[index] / 1000:.0f} km from the others; compare its coordinates"
        faults.append(_fault(plan.grids[index], reason))


def _spokes(plan: Plan) -> np.ndarray:
    """From the middle of the plane to the middle of each outline: shape (n, 2, 2), metres."""
    middles = shapely.get_coordinates(shapely.centroid(plan.surfaces))
    return np.stack([np.zeros_like(middles), middles], axis=1)


def _nested(plan: Plan, strays: frozenset[int], faults: list[Fault], warnings: list[Fault]) -> None:
    children, parents = plan.families
    for child, parent, piece in zip(children.tolist(), parents.tolist(), plan.beyond, strict=True):
        grid, share = plan.grids[child], piece.area / plan.areas[child]
        above = quoted(plan.grids[parent].code)
        if share > 1 - NESTED and grid.level not in strays:
            reason = f"lies mostly outside its parent {above}; another parent, or another datum (wgs84, gcj02)?"
            faults.append(_fault(grid, reason))
        elif width(piece) >= SLIVER_M and share >= SLIVER_SHARE:
            reason = (
                f"lies with {square_metres(piece.area)} ({share:.0%}) outside its parent {above}, at "
                f"{plan.where(piece)}; let the parent's border follow those of its grids"
            )
            warnings.append(_fault(grid, reason))


def _overlapping(plan: Plan, faults: list[Fault], warnings: list[Fault]) -> None:
    """Grids of one level and kind. A special grid may lie upon the basic ones: the atlas prefers it."""
    layers: dict[tuple[int, str], list[int]] = {}
    for index, grid in enumerate(plan.grids):
        layers.setdefault((grid.level, grid.kind), []).append(index)
    for layer in map(np.array, layers.values()):
        later, earlier = STRtree(plan.surfaces[layer]).query(plan.surfaces[layer], predicate="intersects")
        once = earlier < later
        later, earlier = layer[later[once]], layer[earlier[once]]
        shared = shapely.intersection(plan.surfaces[later], plan.surfaces[earlier])
        # Most pairs only touch, and share a line.
        for pair in np.flatnonzero(shapely.area(shared)):
            _told(plan, int(later[pair]), int(earlier[pair]), shared[pair], faults, warnings)


def _told(
    plan: Plan, later: int, earlier: int, shared: BaseGeometry, faults: list[Fault], warnings: list[Fault]
) -> None:
    if width(shared) < NOISE_M:
        return
    grid, other = plan.grids[later], plan.grids[earlier]
    share = shared.area / min(plan.areas[later], plan.areas[earlier])
    told = f"overlaps grid {quoted(other.code)} of the same level and kind by"
    ground, spot = square_metres(shared.area), plan.where(shared)
    advice = "let both borders run through the same corners"
    if width(shared) < SLIVER_M or share < SLIVER_SHARE:
        warnings.append(_fault(grid, f"{told} a sliver of {ground} at {spot}; {advice}"))
    else:
        faults.append(_fault(grid, f"{told} {ground} ({share:.0%}) at {spot}; whose is it? {advice}"))


def _gaping(plan: Plan, warnings: list[Fault]) -> None:
    """Ground of a grid that none of those below it covers. Micro and special grids may be islands: no gap is theirs."""
    for parent, children in sorted(plan.children.items()):
        if all(plan.grids[child].kind != "basic" for child in children):
            continue
        rest = shapely.difference(plan.surfaces[parent], shapely.union_all(plan.surfaces[children]))
        gaps = [piece for piece in shapely.get_parts(rest) if width(piece) >= SLIVER_M]
        if gaps:
            largest = max(gaps, key=lambda piece: piece.area)
            reason = (
                f"its grids leave {square_metres(sum(piece.area for piece in gaps))} of it to nobody, most of it "
                f"({square_metres(largest.area)}) at {plan.where(largest)}; move their borders, or draw a grid there"
            )
            warnings.append(_fault(plan.grids[parent], reason))


def _absurd(plan: Plan, warnings: list[Fault]) -> None:
    has_basic = {parent for parent, below in plan.children.items() if any(plan.grids[i].kind == "basic" for i in below)}
    for index, grid in enumerate(plan.grids):
        area = plan.areas[index]
        if area < NARROW_M2:
            warnings.append(_fault(grid, f"covers only {square_metres(area)}; compare its corners"))
        if grid.kind != "basic" or grid.level == 1 or index in has_basic:
            continue
        if area > WIDE_M2:
            reason = f"covers {square_metres(area)}, much for one grid; is it a community, or are grids missing in it?"
            warnings.append(_fault(grid, reason))
        for column, norm in (("households", NORM_HOUSEHOLDS), ("residents", NORM_RESIDENTS)):
            heads = getattr(grid, column)
            if heads is not None and not norm / FEW <= heads <= norm * MANY:
                reason = f"{heads} is far from the {norm} of a usual grid; compare the number, or divide the grid"
                warnings.append(Fault(FILE, grid.line, column, reason))


def _fault(grid: GridRow, reason: str) -> Fault:
    return Fault(FILE, grid.line, "geometry", reason)
