"""WGS-84, GCJ-02 and BD-09, and links that open a map. All angles are degrees; formulas and test values: field.md f."""

import math
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

Datum = Literal["wgs84", "gcj02", "bd09"]
Provider = Literal["amap", "tencent", "baidu"]
Point = tuple[float, float]

A = 6378245.0  # semi-major axis in metres, of Krassowsky's ellipsoid
EE = 0.00669342162296594323
K = 3000 * math.pi / 180
ROUNDS = 4  # of correction in an inverse: error below 0.001 m

# South, west, north, east. Where mainland maps are shifted: the rectangles most map libraries use, cut out of a wider
# box; near a land border they can be some tens of kilometres off (only places abroad are concerned).
MAINLAND = (
    (42.8899, 79.4462, 49.2204, 96.3300),
    (39.3742, 109.6872, 54.1415, 135.0002),
    (29.5297, 73.1246, 42.8899, 124.143255),
    (26.7186, 82.9684, 29.5297, 97.0352),
    (20.414096, 97.0253, 29.5297, 124.367395),
    (17.871542, 107.975793, 20.414096, 111.744104),
)
NOT_MAINLAND = (
    (21.785, 119.95, 25.35, 122.497559),  # Taiwan
    (23.10, 119.25, 23.85, 119.80),  # Penghu
    (24.385, 118.205, 24.53, 118.50),  # Kinmen
    (26.13, 119.89, 26.25, 120.05),  # Matsu: Nangan, Beigan
    (25.93, 119.93, 25.99, 120.00),  # Matsu: Juguang
    (20.0988, 101.8652, 22.2840, 106.6650),  # Vietnam, Laos
    (20.4878, 106.4525, 21.5422, 108.0510),
    (26.7186, 82.9684, 27.90, 88.00),  # Nepal
    (26.7186, 88.00, 27.20, 92.00),  # Bhutan
    (41.20, 73.1246, 42.8899, 78.00),  # Kyrgyzstan
    (50.3257, 109.0323, 55.8175, 119.1270),  # Russia
    (49.5574, 127.4568, 55.8175, 137.0227),
    (42.5692, 131.2662, 44.8922, 137.0227),
)
# Corners (lat, lon), drawn by hand along the border: within about 300 m on land.
HONG_KONG = (
    (22.130, 113.830), (22.395, 113.860), (22.440, 113.905), (22.468, 113.955), (22.492, 114.000), (22.512, 114.040),
    (22.5155, 114.067), (22.529, 114.112), (22.538, 114.132), (22.5475, 114.160), (22.549, 114.224), (22.562, 114.240),
    (22.562, 114.455), (22.130, 114.455),
)  # fmt: skip
MACAU = ((22.217, 113.538), (22.217, 113.562), (22.200, 113.605), (22.105, 113.605), (22.105, 113.549),
         (22.160, 113.5465), (22.190, 113.530))  # fmt: skip


def is_shifted(lat: float, lon: float) -> bool:
    """Whether public maps shift this WGS-84 point: the mainland, not Hong Kong, Macau, Taiwan or abroad."""
    if not any(_in_box(lat, lon, box) for box in MAINLAND):
        return False
    if any(_in_box(lat, lon, box) for box in NOT_MAINLAND):
        return False
    return not (_in_polygon(lat, lon, HONG_KONG) or _in_polygon(lat, lon, MACAU))


def to_gcj02(lat: float, lon: float) -> Point:
    """WGS-84 to GCJ-02; unchanged where maps are not shifted. ValueError for NaN or out of range."""
    _check(lat, lon)
    return _shifted(lat, lon) if is_shifted(lat, lon) else (lat, lon)


def to_wgs84(lat: float, lon: float) -> Point:
    """GCJ-02 to WGS-84, within 0.001 m; near a border outside the mainland (a shift, 700 m) perhaps the wrong side.

    Converting this way is legally sensitive in China (field.md f): prefer the other where both will do.
    """
    _check(lat, lon)
    return _undone(_shifted, lat, lon) if is_shifted(lat, lon) else (lat, lon)


def gcj02_to_bd09(lat: float, lon: float) -> Point:
    """GCJ-02 to BD-09; Baidu adds its offset everywhere."""
    _check(lat, lon)
    z = math.hypot(lon, lat) + 0.00002 * math.sin(K * lat)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(K * lon)
    return _on_the_map(z * math.sin(theta) + 0.006, z * math.cos(theta) + 0.0065)


def bd09_to_gcj02(lat: float, lon: float) -> Point:
    """BD-09 to GCJ-02, within 0.001 m."""
    _check(lat, lon)
    return _undone(gcj02_to_bd09, lat, lon)


def to_datum(lat: float, lon: float, source: Datum, target: Datum) -> Point:
    """Convert between any two datums. ValueError for an unknown datum, NaN or out of range."""
    if source not in TO_GCJ02 or target not in FROM_GCJ02:
        raise ValueError(f"unknown datum: {source} or {target}")
    _check(lat, lon)
    if source == target:
        return lat, lon
    return FROM_GCJ02[target](*TO_GCJ02[source](lat, lon))


def map_link(lat: float, lon: float, datum: Datum = "wgs84", name: str = "", provider: Provider = "amap") -> str:
    """A link that opens a map at the point, which is given in `datum`.

    The provider converts by itself where it can. `name` may be any text. ValueError for an unknown provider or datum.
    """
    if provider not in LINKS:
        raise ValueError(f"unknown map: {provider}")
    if datum not in TO_GCJ02:
        raise ValueError(f"unknown datum: {datum}")
    return LINKS[provider](lat, lon, datum, quote(name.encode("utf-8", "replace"), safe=""))


def _amap(lat: float, lon: float, datum: Datum, name: str) -> str:
    if datum == "bd09":
        (lat, lon), datum = bd09_to_gcj02(lat, lon), "gcj02"
    coordinate = {"wgs84": "wgs84", "gcj02": "gaode"}[datum]
    return (
        f"https://uri.amap.com/marker?position={lon:.6f},{lat:.6f}&name={name}"
        f"&src=roving-grid&coordinate={coordinate}&callnative=0"
    )


def _tencent(lat: float, lon: float, datum: Datum, name: str) -> str:
    if datum == "bd09":
        (lat, lon), datum = bd09_to_gcj02(lat, lon), "gcj02"
    kind = {"wgs84": 1, "gcj02": 2}[datum]
    # Its marker is a little language of its own, "key:value;key:value": inside a value those signs are encoded, too.
    return (
        f"https://apis.map.qq.com/uri/v1/marker?marker=coord:{lat:.6f},{lon:.6f};title:{name};addr:{name}"
        f"&coord_type={kind}&referer=roving-grid"
    )


def _baidu(lat: float, lon: float, datum: Datum, name: str) -> str:
    kind = {"wgs84": "wgs84", "gcj02": "gcj02", "bd09": "bd09ll"}[datum]
    return (
        f"http://api.map.baidu.com/marker?location={lat:.6f},{lon:.6f}&title={name}&content={name}"
        f"&output=html&coord_type={kind}&src=webapp.roving.grid"
    )


def _shifted(lat: float, lon: float) -> Point:
    x, y = lon - 105, lat - 35
    pi = math.pi
    waves = 20 * math.sin(6 * pi * x) + 20 * math.sin(2 * pi * x)
    dlat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    dlat += 2 / 3 * (waves + 20 * math.sin(pi * y) + 40 * math.sin(pi * y / 3))
    dlat += 2 / 3 * (160 * math.sin(pi * y / 12) + 320 * math.sin(pi * y / 30))
    dlon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    dlon += 2 / 3 * (waves + 20 * math.sin(pi * x) + 40 * math.sin(pi * x / 3))
    dlon += 2 / 3 * (150 * math.sin(pi * x / 12) + 300 * math.sin(pi * x / 30))
    m = 1 - EE * math.sin(math.radians(lat)) ** 2
    return (
        lat + math.degrees(dlat * m**1.5 / (A * (1 - EE))),
        lon + math.degrees(dlon * math.sqrt(m) / (A * math.cos(math.radians(lat)))),
    )


def _undone(shift: Callable[[float, float], Point], lat: float, lon: float) -> Point:
    guess_lat, guess_lon = lat, lon
    for _ in range(ROUNDS):
        there_lat, there_lon = shift(guess_lat, guess_lon)
        guess_lat, guess_lon = _on_the_map(guess_lat + lat - there_lat, guess_lon + lon - there_lon)
    return guess_lat, guess_lon


def _on_the_map(lat: float, lon: float) -> Point:
    """A shift may step over the edge of the world; no map has anything there."""
    return max(-90.0, min(90.0, lat)), max(-180.0, min(180.0, lon))


def _check(lat: float, lon: float) -> None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no such point: {lat}, {lon}")


def _in_box(lat: float, lon: float, box: tuple[float, float, float, float]) -> bool:
    south, west, north, east = box
    return south <= lat <= north and west <= lon <= east


def _in_polygon(lat: float, lon: float, corners: tuple[Point, ...]) -> bool:
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
            inside = not inside
    return inside


def _same(lat: float, lon: float) -> Point:
    return lat, lon


TO_GCJ02: dict[str, Callable[[float, float], Point]] = {"wgs84": to_gcj02, "gcj02": _same, "bd09": bd09_to_gcj02}
FROM_GCJ02: dict[str, Callable[[float, float], Point]] = {"wgs84": to_wgs84, "gcj02": _same, "bd09": gcj02_to_bd09}
LINKS: dict[str, Callable[[float, float, Datum, str], str]] = {"amap": _amap, "tencent": _tencent, "baidu": _baidu}
