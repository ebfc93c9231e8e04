"""Outlines of grids as the records keep them: GeoJSON in WGS-84."""

from typing import Any

from reading.datum import Datum, to_datum


def to_wgs84_shape(shape: dict[str, Any], datum: Datum) -> dict[str, Any]:
    """The same outline with each [lon, lat] shifted from `datum`; unchanged where it is WGS-84 already."""
    return shape if datum == "wgs84" else {**shape, "coordinates": _shifted(shape["coordinates"], datum)}


def _shifted(part: Any, datum: Datum) -> Any:
    if part and isinstance(part[0], int | float):
        latitude, longitude = to_datum(part[1], part[0], datum, "wgs84")
        return [longitude, latitude]
    return [_shifted(inner, datum) for inner in part]
