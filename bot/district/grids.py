"""`grids.geojson`: the grids and their outlines."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from shapely import force_2d
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from bot.district.cells import Cells, chat_id, code, is_empty, one_of, text, whole
from bot.district.faults import Fault, quoted
from bot.district.files import read_text
from bot.district.progress import Progress, silent
from bot.district.rows import GridRow

FILE = "grids.geojson"
KINDS = ("basic", "special", "micro")
SURFACES = ("Polygon", "MultiPolygon")
SOUTH, WEST, NORTH, EAST = 3.0, 73.0, 54.0, 136.0  # China with its seas, in degrees
CALLED = 24  # characters of a code, enough to find it by
HEADS = 10_000_000  # more people than any grid could hold
PROPERTIES = ("code", "name", "level", "parent", "kind", "households", "residents", "elders", "chat_id")


def read_grids(
    path: Path, levels: Sequence[str], faults: list[Fault], warnings: list[Fault], progress: Progress = silent
) -> Iterator[GridRow]:
    """levels: the names of `district.toml`, from the top; empty when they could not be read: any level passes then."""
    words = read_text(path, faults)
    if words is None:
        return
    try:
        content = json.loads(words, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        faults.append(Fault(FILE, error.lineno, None, f"is no JSON: {error.msg}, at character {error.colno}"))
        return
    except (ValueError, RecursionError) as error:
        faults.append(Fault(FILE, None, None, f"is no JSON: {quoted(error, 80)}"))
        return
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        faults.append(Fault(FILE, None, None, "is no GeoJSON FeatureCollection with a list of features"))
        return
    crs = json.dumps(content.get("crs", "CRS84"))
    if not re.search(r"CRS:?84|4326", crs):
        warnings.append(Fault(FILE, None, "crs", f"{quoted(crs, 80)} is left aside; coordinates are read as degrees"))
    for number, feature in enumerate(features, start=1):
        yield _grid(number, feature, levels, faults, warnings)
        progress("read", number, len(features))


def _grid(number: int, feature: object, levels: Sequence[str], faults: list[Fault], warnings: list[Fault]) -> GridRow:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    # Nobody counts to feature 471 of a map: what it is called stands with it.
    called = properties.get("code") if isinstance(properties, dict) else None
    line = f"feature {number}" + (f" ({str(called)[:CALLED]})" if isinstance(called, str | int) and called else "")
    cells = Cells(FILE, line, properties if isinstance(properties, dict) else {}, faults)
    warnings += [
        Fault(FILE, line, str(name), "this property is not known and is left aside")
        for name in cells.values
        if name not in PROPERTIES
    ]
    heads = whole(0, HEADS)
    return GridRow(
        line=line,
        code=cells.need("code", code, ""),
        name=cells.need("name", text, ""),
        level=_level(cells, levels),
        parent=cells.maybe("parent", code, None),
        kind=cells.maybe("kind", one_of(KINDS), KINDS[0]),
        households=cells.maybe("households", heads, None),
        residents=cells.maybe("residents", heads, None),
        elders=cells.maybe("elders", heads, None),
        chat_id=cells.maybe("chat_id", chat_id, None),
        shape=_surface(cells, geometry),
    )


def _level(cells: Cells, levels: Sequence[str]) -> int:
    """The level's number; 0 where it could not be read."""
    value = cells.values.get("level")
    if isinstance(value, str) and value.strip() in levels:
        return levels.index(value.strip()) + 1
    if isinstance(value, str) and not value.strip().isdecimal() and not is_empty(value):
        if levels:
            cells.wrong("level", f"{quoted(value)} is none of the levels {', '.join(levels)} of district.toml")
        return 0
    return cells.need("level", whole(1, len(levels) or 100), 0)


def _surface(cells: Cells, geometry: object) -> dict[str, Any]:
    """The outline in two dimensions; {} after a fault."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in SURFACES:
        cells.wrong("geometry", f"{quoted(kind)} is no outline; a grid is a Polygon or a MultiPolygon")
        return {}
    try:
        surface = force_2d(shape(geometry))
        reason = _unsound(surface)
    except (ShapelyError, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError):
        reason = "is no list of rings of [lon, lat] points"
    if reason:
        cells.wrong("geometry", reason)
        return {}
    return dict(mapping(surface))


def _unsound(surface: BaseGeometry) -> str | None:
    if surface.is_empty:
        return "is empty; draw the outline, or leave the grid out"
    west, south, east, north = surface.bounds
    if not all(math.isfinite(degrees) for degrees in surface.bounds):
        return "holds no numbers; write degrees, [lon, lat]"
    if not _is_in_china(south, west, north, east):
        # Exchanged, the same numbers would do: the most frequent slip of all.
        if _is_in_china(west, south, east, north):
            return "has latitude first; GeoJSON writes [lon, lat]"
        reach = f"{west:.6g} to {east:.6g} east, {south:.6g} to {north:.6g} north"
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            reach += " (degrees end at 180 and 90)"
        return f"reaches {reach}, and that is not in China; write degrees, [lon, lat]"
    if not surface.is_valid:
        return _crossing(explain_validity(surface))
    if surface.area == 0:
        return "covers no ground; draw the outline again, or leave the grid out"
    return None


def _crossing(explained: str) -> str:
    """From GEOS's own words, such as `Self-intersection[108.9175 34.27]`."""
    match = re.fullmatch(r"(.*?)\s*\[(-?[0-9.e+-]+) (-?[0-9.e+-]+)\]", explained)
    if match is None:
        return f"crosses or touches itself: {explained}; draw the outline again"
    lat, lon = float(match[3]), float(match[2])
    return f"crosses or touches itself: {match[1]} at lat {lat:.6f}, lon {lon:.6f}; put its corners there in order"


def _is_in_china(south: float, west: float, north: float, east: float) -> bool:
    return SOUTH <= south <= north <= NORTH and WEST <= west <= east <= EAST


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
