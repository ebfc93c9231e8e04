"""Coordinates of three datums, and map links."""

from typing import get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import datum
from reading.atlas import distance_m
from reading.datum import (
    Datum,
    Provider,
    bd09_to_gcj02,
    gcj02_to_bd09,
    is_shifted,
    map_link,
    to_datum,
    to_gcj02,
    to_wgs84,
)

# field.md f: WGS-84, GCJ-02 and its distance, BD-09 and its distance
TOWNS = {
    "西安 莲湖": ((34.2700, 108.9200), (34.268387, 108.924607), 460, (34.274294, 108.931128), 1129),
    "兰州 城关": ((36.0560, 103.8500), (36.055643, 103.852371), 217, (36.061358, 103.858975), 1003),
    "青岛 市南": ((36.0660, 120.3800), (36.066274, 120.385132), 462, (36.072363, 120.391598), 1260),
    "苏州 姑苏": ((31.3400, 120.5600), (31.337859, 120.564221), 466, (31.343755, 120.570765), 1104),
    "晋江 西园": ((24.8000, 118.5700), (24.797001, 118.574459), 560, (24.803256, 118.580890), 1157),
    "乌鲁木齐": ((43.8250, 87.6160), (43.826205, 87.618849), 265, (43.832359, 87.625294), 1107),
}
inland = st.tuples(st.floats(31, 38), st.floats(104, 117))
anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize("town", TOWNS)
def test_the_measured_values_hold(town: str) -> None:
    wgs84, gcj02, gcj_shift, bd09, bd_shift = TOWNS[town]
    assert to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-6)
    assert to_datum(*wgs84, "wgs84", "bd09") == pytest.approx(bd09, abs=1e-6)
    assert distance_m(*wgs84, *to_gcj02(*wgs84)) == pytest.approx(gcj_shift, abs=0.6)
    assert distance_m(*wgs84, *to_datum(*wgs84, "wgs84", "bd09")) == pytest.approx(bd_shift, abs=0.6)


@given(inland)
def test_there_and_back_is_within_a_millimetre(point: tuple[float, float]) -> None:
    assert distance_m(*point, *to_wgs84(*to_gcj02(*point))) < 0.001
    assert distance_m(*point, *bd09_to_gcj02(*gcj02_to_bd09(*point))) < 0.001
    assert distance_m(*point, *to_datum(*to_datum(*point, "wgs84", "bd09"), "bd09", "wgs84")) < 0.001


@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [
        ("香港 中环", 22.2820, 114.1580),
        ("香港 上水", 22.5050, 114.1280),
        ("香港 机场", 22.3090, 113.9150),
        ("澳门", 22.1900, 113.5450),
        ("氹仔", 22.1560, 113.5580),
        ("台北", 25.0330, 121.5650),
        ("金门", 24.4400, 118.3500),
        ("London", 51.5, -0.12),
        ("서울", 37.56, 126.98),
        ("東京", 35.68, 139.76),
        ("Hà Nội", 21.03, 105.85),
        ("Kathmandu", 27.71, 85.32),
    ],
)
def test_outside_the_mainland_nothing_moves(place: str, lat: float, lon: float) -> None:
    assert not is_shifted(lat, lon)
    assert to_gcj02(lat, lon) == (lat, lon) == to_wgs84(lat, lon)


@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [
        ("深圳 福田", 22.5430, 114.0600),
        ("深圳 蛇口", 22.4800, 113.9150),
        ("珠海 拱北", 22.2210, 113.5500),
        ("厦门", 24.4800, 118.1500),
        ("喀什", 39.4700, 75.9900),
        ("拉萨", 29.6500, 91.1000),
        ("三亚", 18.2500, 109.5000),
        ("漠河", 52.9700, 122.5000),
    ],
)
def test_towns_near_the_border_are_shifted(place: str, lat: float, lon: float) -> None:
    assert is_shifted(lat, lon)
    assert 100 < distance_m(lat, lon, *to_gcj02(lat, lon)) < 900


@given(anywhere, st.sampled_from(get_args(Datum)), st.sampled_from(get_args(Datum)))
def test_any_point_converts_to_a_point_not_far_away(point: tuple[float, float], source: Datum, target: Datum) -> None:
    lat, lon = to_datum(*point, source, target)
    assert distance_m(*point, lat, lon) < 3000


@pytest.mark.parametrize("bad", [(float("nan"), 0.0), (0.0, float("nan")), (91.0, 0.0), (0.0, float("inf"))])
def test_no_such_point_is_refused(bad: tuple[float, float]) -> None:
    for convert in (to_gcj02, to_wgs84, gcj02_to_bd09, bd09_to_gcj02):
        with pytest.raises(ValueError, match="no such point"):
            convert(*bad)


def test_an_unknown_datum_or_map_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown datum"):
        to_datum(34.0, 108.0, "wgs84", "mars")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown datum"):
        map_link(34.0, 108.0, "mars")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown map"):
        map_link(34.0, 108.0, provider="globe")  # type: ignore[arg-type]


@pytest.mark.parametrize("provider", get_args(Provider))
@pytest.mark.parametrize("datum", get_args(Datum))
def test_a_link_carries_any_name_safely(provider: Provider, datum: Datum) -> None:
    name = "A&B=路 门口;x:1#?<b>\ud800"
    link = map_link(34.27, 108.92, datum, name, provider)
    assert link.isascii()
    assert " " not in link
    assert urlsplit(link).fragment == ""
    values = [value for found in parse_qs(urlsplit(link).query).values() for value in found]
    assert any("A&B=路 门口;x:1#?<b>?" in value for value in values)


def test_each_map_has_its_own_order_and_datum() -> None:
    assert "position=108.920000,34.270000" in map_link(34.27, 108.92)
    assert "coordinate=wgs84" in map_link(34.27, 108.92)
    assert "coordinate=gaode" in map_link(34.27, 108.92, "gcj02")
    assert "coord:34.270000,108.920000" in map_link(34.27, 108.92, provider="tencent")
    assert "coord_type=1" in map_link(34.27, 108.92, provider="tencent")
    assert "coord_type=2" in map_link(34.27, 108.92, "gcj02", provider="tencent")
    assert "location=34.270000,108.920000" in map_link(34.27, 108.92, provider="baidu")
    assert "coord_type=gcj02" in map_link(34.27, 108.92, "gcj02", provider="baidu")
    assert "coord_type=bd09ll" in map_link(34.27, 108.92, "bd09", provider="baidu")


@pytest.mark.parametrize("town", TOWNS)
def test_the_measured_values_hold_backwards(town: str) -> None:
    wgs84, gcj02, _, bd09, _ = TOWNS[town]
    assert to_wgs84(*gcj02) == pytest.approx(wgs84, abs=2e-6)
    assert to_datum(*bd09, "bd09", "wgs84") == pytest.approx(wgs84, abs=2e-6)
    assert to_datum(*bd09, "bd09", "gcj02") == pytest.approx(gcj02, abs=2e-6)
    assert to_datum(*gcj02, "gcj02", "bd09") == pytest.approx(bd09, abs=2e-6)


@pytest.mark.parametrize("town", TOWNS)
def test_one_subtraction_alone_would_err_by_more(town: str) -> None:
    wgs84 = TOWNS[town][0]
    there = to_gcj02(*wgs84)
    again = to_gcj02(*there)
    once = 2 * there[0] - again[0], 2 * there[1] - again[1]
    assert distance_m(*wgs84, *to_wgs84(*there)) < 0.001
    assert 0.25 < distance_m(*wgs84, *once) < 1.25  # field.md f: 0.3 to 1.2 m


def test_the_guard_is_what_keeps_hong_kong_in_its_place() -> None:
    bare = datum._shifted(22.30, 114.17)
    assert distance_m(22.30, 114.17, *bare) == pytest.approx(595, abs=1)
    assert to_gcj02(22.30, 114.17) == (22.30, 114.17)
    assert "position=114.170000,22.300000" in map_link(22.30, 114.17, "gcj02")


def test_links_are_built_as_their_maps_ask() -> None:
    assert map_link(34.27, 108.92, "gcj02", "ab") == (
        "https://uri.amap.com/marker?position=108.920000,34.270000&name=ab"
        "&src=roving-grid&coordinate=gaode&callnative=0"
    )
    assert map_link(34.27, 108.92, "wgs84", "ab", "tencent") == (
        "https://apis.map.qq.com/uri/v1/marker?marker=coord:34.270000,108.920000;title:ab;addr:ab"
        "&coord_type=1&referer=roving-grid"
    )
    assert map_link(34.27, 108.92, "bd09", "ab", "baidu") == (
        "http://api.map.baidu.com/marker?location=34.270000,108.920000&title=ab&content=ab"
        "&output=html&coord_type=bd09ll&src=webapp.roving.grid"
    )


def test_maps_that_know_no_bd09_get_gcj02() -> None:
    lat, lon = bd09_to_gcj02(34.27, 108.92)
    assert f"position={lon:.6f},{lat:.6f}" in map_link(34.27, 108.92, "bd09")
    assert f"coord:{lat:.6f},{lon:.6f}" in map_link(34.27, 108.92, "bd09", provider="tencent")
