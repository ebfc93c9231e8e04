"""Which grid a point lies in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from reading.atlas import Area, Atlas, distance_m


def square(code: str, west: float, south: float, size: float, level: int, kind: str = "basic") -> Area:
    return Area(code, box(west, south, west + size, south + size), level, kind)


STREET = square("LH", 108.90, 34.26, 0.02, 1)
WEST = Area("LH01", box(108.90, 34.26, 108.91, 34.28), 2, "basic")
EAST = Area("LH02", box(108.91, 34.26, 108.92, 34.28), 2, "basic")
MARKET = square("LH90", 108.912, 34.262, 0.002, 2, "special")
YARD = square("LH0201", 108.915, 34.270, 0.001, 3, "micro")
atlas = Atlas([STREET, WEST, EAST, MARKET, YARD])


@pytest.mark.parametrize(
    ("lat", "lon", "area"),
    [
        (34.265, 108.905, WEST),
        (34.265, 108.919, EAST),
        (34.263, 108.913, MARKET),
        (34.2705, 108.9155, YARD),
        (34.30, 108.905, None),
    ],
)
def test_the_deepest_grid_wins_and_special_ground_before_basic(lat: float, lon: float, area: Area | None) -> None:
    assert atlas.at(lat, lon) is area


def test_a_point_on_the_outline_belongs_to_the_grid() -> None:
    assert atlas.at(34.26, 108.90) is WEST


def test_near_a_border_both_sides_are_named() -> None:
    assert {area.code for area in atlas.near(34.265, 108.9101)} == {"LH", "LH01", "LH02"}
    assert {area.code for area in atlas.near(34.265, 108.9110)} == {"LH", "LH02"}
    assert atlas.near(34.265, 108.9101)[0].level == 2


def test_near_counts_metres_from_outside_too() -> None:
    twenty_metres_south = 34.26 - 20 / 111_195
    assert atlas.at(twenty_metres_south, 108.905) is None
    assert [area.code for area in atlas.near(twenty_metres_south, 108.905)] == ["LH01", "LH"]
    assert atlas.near(twenty_metres_south, 108.905, metres=10) == ()


def test_geojson_and_several_surfaces_are_read() -> None:
    geometry: dict[str, Any] = {
        "type": "MultiPolygon",
        "coordinates": [[[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]], [[[5, 5], [6, 5], [6, 6], [5, 6], [5, 5]]]],
    }
    islands = Atlas([Area("A", geometry, 1, "basic")])
    assert islands.at(5.5, 5.5) is not None
    assert islands.at(3.5, 3.5) is None


def test_a_bow_tie_is_mended_and_a_line_refused() -> None:
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}
    assert Atlas([Area("A", bow_tie, 1, "basic")]).at(1.0, 0.5) is not None
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    with pytest.raises(ValueError, match="grid B covers no ground"):
        Atlas([Area("B", line, 1, "basic")])


def test_an_empty_atlas_knows_nothing() -> None:
    empty = Atlas([])
    assert empty.at(34.0, 108.0) is None
    assert empty.near(34.0, 108.0) == ()
    assert empty.bounds() is None


def test_bounds_are_south_west_north_east() -> None:
    assert atlas.bounds() == pytest.approx((34.26, 108.90, 34.28, 108.92))


def test_distance_is_the_haversine() -> None:
    assert distance_m(34.27, 108.92, 34.27, 108.92) == 0
    assert distance_m(0, 0, 0, 1) == pytest.approx(111_194.93, abs=0.01)
    assert distance_m(0, 0, 0, 180) == pytest.approx(20_015_086.8, abs=0.1)


@given(st.floats(34.25, 34.29), st.floats(108.89, 108.93))
def test_who_holds_the_point_is_near_it(lat: float, lon: float) -> None:
    area = atlas.at(lat, lon)
    assert area is None or area in atlas.near(lat, lon)
