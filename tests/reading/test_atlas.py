"""Which grid a point lies in, and what lies beside it."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from reading.atlas import METRES_PER_DEGREE, Area, Atlas, distance_m


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


# --- the edge of the district ---------------------------------------------------------------

METRE = 1 / METRES_PER_DEGREE
METRE_EAST = METRE / math.cos(math.radians(34.27))


def test_just_outside_the_nearest_grid_is_taken_and_the_deepest_where_several_end_alike() -> None:
    assert atlas.nearest(34.265, 108.905, 50) is WEST
    assert atlas.nearest(34.26 - 49 * METRE, 108.905, 50) is WEST
    assert atlas.nearest(34.26 - 51 * METRE, 108.905, 50) is None
    assert atlas.nearest(34.265, 108.92 + 40 * METRE_EAST, 50) is EAST
    assert Atlas([]).nearest(34.0, 108.0, 50) is None


def test_a_street_drawn_a_little_wider_than_its_last_grid_does_not_swallow_it() -> None:
    wide = Area("LH", box(108.90 - 5 * METRE_EAST, 34.26, 108.92, 34.28), 1, "basic")
    assert Atlas([wide, WEST]).nearest(34.265, 108.90 - 30 * METRE_EAST, 50) is WEST


# --- borders --------------------------------------------------------------------------------


def test_across_the_border_lies_the_other_grid_of_the_same_level() -> None:
    at_border = 34.265, 108.91 + 20 * METRE_EAST
    assert atlas.at(*at_border) is EAST
    assert atlas.across("LH02", *at_border) == (WEST,)
    assert atlas.across("LH02", *at_border, metres=10) == ()
    assert atlas.across("LH", *at_border) == ()
    assert atlas.across("LH02", 34.275, 108.915) == ()
    assert atlas.across("nowhere", *at_border) == ()


def test_ground_cut_out_for_a_market_has_a_border_all_around() -> None:
    within, outside = 20 * METRE_EAST, 108.914 + 20 * METRE_EAST
    assert atlas.at(34.263, 108.914 - within) is MARKET
    assert atlas.across("LH90", 34.263, 108.914 - within) == (EAST,)
    assert atlas.across("LH90", 34.263, 108.913) == ()
    assert atlas.at(34.263, outside) is EAST
    assert atlas.across("LH02", 34.263, outside) == (MARKET,)


def test_the_nearest_of_two_comes_first() -> None:
    south = Area("LH03", box(108.90, 34.25, 108.92, 34.26), 2, "basic")
    corner = Atlas([WEST, EAST, south])
    assert corner.across("LH01", 34.26 + 25 * METRE, 108.91 - 5 * METRE_EAST) == (EAST, south)
    assert corner.across("LH01", 34.26 + 5 * METRE, 108.91 - 25 * METRE_EAST) == (south, EAST)


def test_a_grid_that_does_not_hold_the_point_has_no_border_there() -> None:
    assert atlas.across("LH01", 34.265, 108.91 + 20 * METRE_EAST) == ()


def test_neighbours_touch_or_lie_upon_each_other_even_with_a_slip_of_the_pen() -> None:
    assert atlas.touching("LH01") == (EAST,)
    assert set(atlas.touching("LH02")) == {WEST, MARKET}
    assert atlas.touching("LH") == atlas.touching("nowhere") == ()
    apart = Area("LH04", box(108.92 + 3 * METRE_EAST, 34.26, 108.93, 34.28), 2, "basic")
    far = Area("LH05", box(108.92 + 30 * METRE_EAST, 34.26, 108.93, 34.28), 2, "basic")
    assert Atlas([EAST, apart]).touching("LH02") == (apart,)
    assert Atlas([EAST, far]).touching("LH02") == ()


# --- against a slow, obvious reference ---------------------------------------------------------

Corner = tuple[float, float]


def metres_to_ring(lat: float, lon: float, ring: list[Corner]) -> float:
    """0 inside; else to the nearest side, one after the other, on a plane that touches the point."""
    flat = [((x - lon) / METRE * math.cos(math.radians(lat)), (y - lat) / METRE) for x, y in ring]
    crossings = 0
    best = math.inf
    for (ax, ay), (bx, by) in pairwise([*flat, flat[0]]):
        if (ay > 0) != (by > 0) and ax + (0 - ay) / (by - ay) * (bx - ax) > 0:
            crossings += 1
        length = (bx - ax) ** 2 + (by - ay) ** 2
        along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
        best = min(best, math.hypot(ax + along * (bx - ax), ay + along * (by - ay)))
    return 0.0 if crossings % 2 else best


@st.composite
def rings(draw: st.DrawFn) -> list[Corner]:
    """A crooked outline around a middle, some hundred metres wide."""
    lat, lon = draw(st.floats(34.260, 34.266)), draw(st.floats(108.900, 108.906))
    reach = draw(st.lists(st.floats(0.0002, 0.004), min_size=3, max_size=8))
    turns = [2 * math.pi * step / len(reach) for step in range(len(reach))]
    return [(lon + r * math.cos(turn), lat + r * math.sin(turn)) for r, turn in zip(reach, turns, strict=True)]


surfaces = st.lists(
    st.tuples(rings(), st.integers(1, 3), st.sampled_from(["special", "basic", "micro"])), min_size=1, max_size=6
)
points = st.tuples(st.floats(34.258, 34.268), st.floats(108.898, 108.908))
RANKS = {"special": 0, "basic": 1, "micro": 2}
SLACK_M = 0.01


@given(surfaces, points, st.sampled_from([30, 50, 200]))
@settings(deadline=None)
def test_the_atlas_answers_as_one_who_measures_every_grid(
    drawn: list[tuple[list[Corner], int, str]], point: Corner, metres: float
) -> None:
    areas = [Area(f"G{at}", Polygon(ring), level, kind) for at, (ring, level, kind) in enumerate(drawn)]
    distances = {area: metres_to_ring(*point, ring) for area, (ring, _, _) in zip(areas, drawn, strict=True)}
    if any(abs(distance - bound) < SLACK_M for distance in distances.values() for bound in (0, metres) if distance):
        return  # on the very line: either answer is right
    best = sorted(areas, key=lambda area: (-area.level, RANKS[area.kind], area.code))
    held = [area for area in best if distances[area] == 0]
    reached = [area for area in best if distances[area] <= metres]
    drawn_atlas = Atlas(areas)
    assert drawn_atlas.at(*point) is (held[0] if held else None)
    assert list(drawn_atlas.near(*point, metres)) == reached
    nearest = drawn_atlas.nearest(*point, metres)
    assert (nearest is None) == (not reached)
    if nearest is not None:
        assert distances[nearest] <= min(distances.values()) + 10 + SLACK_M
        assert nearest is held[0] if held else nearest in reached


@given(surfaces, points)
@settings(deadline=None)
def test_what_lies_across_is_found_by_walking_there(drawn: list[tuple[list[Corner], int, str]], point: Corner) -> None:
    """Round the point in rings of steps: whoever else holds a step, of the same level, must have been named."""
    areas = [Area(f"G{at}", Polygon(ring), 2, kind) for at, (ring, _, kind) in enumerate(drawn)]
    drawn_atlas = Atlas(areas)
    own = drawn_atlas.at(*point)
    if own is None:
        return
    named = set(drawn_atlas.across(own.code, *point))
    assert own not in named
    for metres in (5, 15, 29):
        for turn in range(24):
            angle = 2 * math.pi * turn / 24
            there = drawn_atlas.at(
                point[0] + metres * METRE * math.sin(angle), point[1] + metres * METRE_EAST * math.cos(angle)
            )
            assert there is None or there is own or there in named
