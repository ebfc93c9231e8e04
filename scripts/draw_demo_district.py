"""Draw the demo district: `python scripts/draw_demo_district.py` writes grids.geojson and the map of town.json.

Neighbours are drawn through the same corners, so there is neither gap nor overlap between them. Corners are metres east
and north of the printing school in Tuanjie West Road. All of it is invented.
"""

import json
import math
from pathlib import Path
from typing import Any

from shapely.geometry import Polygon, mapping
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

FOLDER = Path(__file__).parent.parent / "districts" / "demo"
ORIGIN_LAT, ORIGIN_LON = 34.2700, 108.9200  # degrees, WGS-84
METRES_PER_DEGREE = math.pi * 6_371_000 / 180

CORNERS = {
    # Hongguang Road, in the north
    "a0": (-430, 610), "a1": (235, 640), "a2": (705, 630), "a3": (1260, 600),
    # half-way down
    "w": (-440, 240), "m1": (232, 250), "m2": (708, 240), "e": (1268, 230),
    # the river
    "r0": (-460, -140), "r1": (-120, -172), "rb": (120, -160), "r2": (228, -150), "r3": (712, -172), "r4": (760, -168),
    "r5": (1270, -130),
    # south of the river
    "wb": (-452, -420), "k1": (762, -400), "k2": (1276, -405),
    # Fengle Road, in the south
    "s0": (-440, -700), "s1": (130, -720), "s2": (765, -730), "s3": (1280, -690),
}  # fmt: skip

STREET, NORTH, SOUTH = "610199001", "610199001001", "610199001002"
YARDS = f"{NORTH}002"
GROUP = -1002610199000  # invented ids of groups

# code, name, level, parent, kind, households, residents, elders, chat, corners
LOWEST: list[tuple[str, str, int, str, str, int, int, int, int | None, str]] = [
    (f"{NORTH}001", "团结西路网格", 3, NORTH, "basic", 256, 673, 98, GROUP - 1, "a0 a1 m1 r2 rb r1 r0 w"),
    (YARDS, "柳荫网格", 3, NORTH, "basic", 172, 789, 121, GROUP - 2, "a1 a2 m2 r3 r2 m1"),
    (f"{NORTH}003", "小白杨网格", 3, NORTH, "basic", 388, 1037, 163, GROUP - 3, "a2 a3 e r5 r4 r3 m2"),
    (f"{SOUTH}001", "桥南网格", 3, SOUTH, "basic", 431, 1079, 156, GROUP - 4, "r0 r1 rb s1 s0 wb"),
    (f"{SOUTH}002", "永嘉路网格", 3, SOUTH, "basic", 500, 1000, 142, GROUP - 5, "rb r2 r3 r4 r5 k2 k1 s2 s1"),
    (f"{SOUTH}003", "机电五金城网格", 3, SOUTH, "special", 68, 212, 9, GROUP - 6, "k1 k2 s3 s2"),
    (f"{YARDS}01", "纺织家属院微网格", 4, YARDS, "micro", 88, 402, 64, None, "a1 a2 m2 m1"),
    (f"{YARDS}02", "柳荫家园微网格", 4, YARDS, "micro", 84, 387, 57, None, "m1 m2 r3 r2"),
]
ABOVE = [
    (STREET, "柳桥街道", 1, None),
    (NORTH, "红柳社区", 2, STREET),
    (SOUTH, "桥南社区", 2, STREET),
]


def degrees(east: float, north: float) -> tuple[float, float]:
    """Metres from the origin as (lon, lat), to about a decimetre."""
    lat = ORIGIN_LAT + north / METRES_PER_DEGREE
    lon = ORIGIN_LON + east / (METRES_PER_DEGREE * math.cos(math.radians(ORIGIN_LAT)))
    return round(lon, 6), round(lat, 6)


def features() -> list[dict[str, Any]]:
    """From the top down; what lies above is the sum of what lies below."""
    drawn = []
    for code, name, level, parent, kind, households, residents, elders, chat, corners in LOWEST:
        outline = Polygon([degrees(*CORNERS[corner]) for corner in corners.split()])
        counts = {"households": households, "residents": residents, "elders": elders, "chat_id": chat}
        drawn.append(feature(outline, code=code, name=name, level=level, parent=parent, kind=kind, **counts))
    for code, name, level, above in reversed(ABOVE):
        below = [item for item in drawn if item["properties"]["parent"] == code]
        outline = unary_union([Polygon(item["geometry"]["coordinates"][0]) for item in below])
        counts = {key: sum(item["properties"][key] for item in below) for key in ("households", "residents", "elders")}
        top = feature(outline, code=code, name=name, level=level, parent=above, kind="basic", **counts, chat_id=None)
        drawn.insert(0, top)
    return drawn


def feature(outline: Polygon, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(orient(outline.normalize()))}


def town_map(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    """What the simulator draws behind its pin: the grids people speak of, rings as [lat, lon]."""
    shapes = [
        {
            "name": item["properties"]["name"].removesuffix("网格"),
            "ring": [[lat, lon] for lon, lat in item["geometry"]["coordinates"][0]],
        }
        for item in drawn
        if item["properties"]["level"] == 3
    ]
    lats, lons = zip(*(point for item in shapes for point in item["ring"]), strict=True)
    return {"bounds": [min(lats), min(lons), max(lats), max(lons)], "shapes": shapes}


def one_a_line(items: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in items) + "\n ]"


def main() -> None:
    drawn = features()
    collection = f'{{"type": "FeatureCollection",\n "features": {one_a_line(drawn)}}}\n'
    (FOLDER / "grids.geojson").write_text(collection, encoding="utf-8")

    town = json.loads((FOLDER / "town.json").read_text(encoding="utf-8"))
    around = town_map(drawn)
    parts = {
        "people": one_a_line(town["people"]),
        "chats": one_a_line(town["chats"]),
        "map": f'{{"bounds": {json.dumps(around["bounds"])},\n "shapes": {one_a_line(around["shapes"])}}}',
    }
    text = "{" + ",\n".join(f'"{key}": {part}' for key, part in parts.items()) + "}\n"
    (FOLDER / "town.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
