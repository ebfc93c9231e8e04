"""Draw a district of any size: `python scripts/draw_district.py DIR --grids 573` (`--street`: 15 + 55 + 25 grids).

Streets, communities, grids and some micro grids, as a map of cells around seeded points: neighbours share their
corners, so that there is neither gap nor overlap between them. Markets have special grids of their own: a cell, or (in
every second community) a piece of ground within a basic grid. In each community the last grid is cut into micro grids.
Every name, number and group is invented.
"""

import argparse
import csv
import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.affinity import scale
from shapely.geometry import MultiPoint, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

DEMO = Path(__file__).parent.parent / "districts" / "demo"
ADCODE = "610198"
LAT, LON = 34.2000, 108.8000  # degrees, WGS-84; the south-west corner
METRES_PER_DEGREE = math.pi * 6_371_000 / 180
CELL_M = 350  # breadth of a usual grid: some 500 households in a town of blocks
GROUP = -1003000000000
LEADER = 700_000
NAMES = "柳桥红光小白杨永嘉丰乐翠华团结新庄东岭西河南湖北苑龙潭凤栖金沙银杏长安太平建设和平文艺友谊"
TOML = """# 画出来的区，一切都是虚构的。A drawn district; all of it is invented.
name = "{name}"
adcode = "{adcode}"
prefix = "HD"
timezone = "Asia/Shanghai"
datum = "wgs84"
levels = ["街道", "社区", "网格", "微网格"]
triage = "auto"
hotline = "12345"

[hours]
work = ["08:00-12:00", "14:00-18:00"]
days = [1, 2, 3, 4, 5]

[limits] # 分钟 minutes
accept = 15
dispatch = 15
verify = 30
"""


@dataclass(frozen=True)
class Plot:
    """A community to draw: its code, its name, how many grids, and whether its markets lie within basic ones."""

    code: str
    name: str
    basic: int
    special: int
    within: bool = False

    @property
    def cells(self) -> int:
        return self.basic + (0 if self.within else self.special)


def plots(basic: int, special: int, communities: int, streets: int) -> list[list[Plot]]:
    """Streets of communities that share the grids as evenly as they can."""
    found: list[list[Plot]] = [[] for _ in range(streets)]
    for number in range(communities):
        street = number * streets // communities
        code = f"{ADCODE}{street + 1:03}{len(found[street]) + 1:03}"
        shares = (count * (number + 1) // communities - count * number // communities for count in (basic, special))
        found[street].append(Plot(code, f"{name(number)}社区", *shares, within=number % 2 == 1))
    return found


def name(number: int) -> str:
    around, at = divmod(number, len(NAMES) - 1)
    return NAMES[at : at + 2] + ("" if around == 0 else f"{around + 1}")


def features(streets: list[list[Plot]], *, micro: int = 3, seed: int = 20261122) -> list[dict[str, Any]]:
    """From the top down. Whatever lies above is the sum of what lies below. micro: cut out of the last grid of each
    community; 0 for none."""
    chance = random.Random(seed)  # noqa: S311 - a drawing
    flat = [plot for street in streets for plot in street]
    cells = _cells(sum(plot.cells for plot in flat), chance)
    drawn: list[dict[str, Any]] = []
    for street in streets:
        communities: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
        code = street[0].code[:9]
        for plot in street:
            mine = [next(cells) for _ in range(plot.cells)]
            mine += [_within(mine[at]) for at in range(plot.basic + plot.special - plot.cells)]
            below = list(_grids(plot, mine, micro, chance))
            communities.append((_sum(plot.code, plot.name, 2, code, below, 3), below))
        tops = [community for community, _ in communities]
        drawn.append(_sum(code, f"{tops[0]['properties']['name'][:-2]}街道", 1, None, tops, 2))
        for community, below in communities:
            drawn += [community, *below]
    return [_feature(item) for item in drawn]


def _cells(count: int, chance: random.Random) -> Iterator[Polygon]:
    """Cells around shaken points, column by column, so that those drawn one after the other are neighbours."""
    columns = max(1, round(math.sqrt(count)))
    spots = []
    for number in range(count):
        column, row = divmod(number, math.ceil(count / columns))
        step = row if column % 2 == 0 else math.ceil(count / columns) - 1 - row
        spots.append(((column + chance.uniform(0.15, 0.85)) * CELL_M, (step + chance.uniform(0.15, 0.85)) * CELL_M))
    frame = box(0, 0, columns * CELL_M, math.ceil(count / columns) * CELL_M)
    around = shapely.voronoi_polygons(MultiPoint(spots), extend_to=frame, ordered=True)
    for cell in around.geoms:
        yield _degrees(cell.intersection(frame))


def _degrees(cell: BaseGeometry) -> BaseGeometry:
    """To six decimals: what two cells share is rounded to the same."""

    def turned(corners: Any) -> Any:
        east, north = corners.T
        lat = LAT + north / METRES_PER_DEGREE
        lon = LON + east / (METRES_PER_DEGREE * math.cos(math.radians(LAT)))
        return shapely.get_coordinates(shapely.points(lon.round(6), lat.round(6)))

    return shapely.transform(cell, turned)


def _within(cell: Polygon) -> Polygon:
    """A market's ground in the middle of a basic grid."""
    smaller = scale(cell, 0.4, 0.4, origin="centroid")
    return Polygon([(round(lon, 6), round(lat, 6)) for lon, lat in smaller.exterior.coords])


def _grids(plot: Plot, cells: list[Polygon], micro: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number, cell in enumerate(cells, start=1):
        code, is_special = f"{plot.code}{number:03}", number > plot.basic
        kind, called = ("special", "市场") if is_special else ("basic", f"第{number}")
        households = chance.randint(60, 200) if is_special else chance.randint(180, 620)
        community = plot.name.removesuffix("社区")
        about = {"code": code, "name": f"{community}{called}网格", "level": 3, "parent": plot.code, "kind": kind}
        if is_special and plot.special > 1:
            about["name"] = f"{community}{called}{number - plot.basic}网格"
        residents = round(households * chance.uniform(1.8, 3.2))
        counts = {"households": households, "residents": residents, "elders": residents * chance.randint(9, 22) // 100}
        yield {**about, **counts, "outline": cell}
        if number == plot.basic and micro:
            yield from _micro_grids({**about, **counts, "outline": cell}, micro)


def _micro_grids(grid: dict[str, Any], count: int) -> Iterator[dict[str, Any]]:
    """Slices of a cell from its middle outwards, through its own corners: those they share with neighbours stay."""
    corners = list(grid["outline"].exterior.coords)[:-1]
    middle = tuple(round(part, 6) for part in grid["outline"].centroid.coords[0])
    cuts = [len(corners) * number // count for number in range(count)] + [len(corners)]
    for number, (start, end) in enumerate(pairwise(cuts), start=1):
        ring = [middle, *(corners[at % len(corners)] for at in range(start, end + 1))]
        counts = {key: grid[key] // count for key in ("households", "residents", "elders")}
        code, called = f"{grid['code']}{number:02}", f"{grid['name'].removesuffix('网格')}{number}号院微网格"
        yield {
            "code": code, "name": called, "level": 4, "parent": grid["code"], "kind": "micro", **counts,
            "outline": Polygon(ring),
        }  # fmt: skip


def _sum(
    code: str, called: str, level: int, parent: str | None, below: list[dict[str, Any]], of: int
) -> dict[str, Any]:
    parts = [item.get("properties", item) for item in below]
    parts = [part for part in parts if part["level"] == of]
    counts = {key: sum(part[key] for part in parts) for key in ("households", "residents", "elders")}
    outline = shapely.union_all([part["outline"] for part in parts])
    about = {"code": code, "name": called, "level": level, "parent": parent, "kind": "basic", **counts}
    return {"properties": {**about, "outline": outline}}


def _feature(item: dict[str, Any]) -> dict[str, Any]:
    about = dict(item.get("properties", item))
    outline = about.pop("outline")
    surface = orient(outline) if isinstance(outline, Polygon) else outline
    return {"type": "Feature", "properties": {**about, "chat_id": None}, "geometry": mapping(surface)}


def write(folder: Path, drawn: list[dict[str, Any]], called: str) -> None:
    """A whole district folder: the map, a leader and a group to each grid, a place in each, the demo's catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "district.toml").write_text(TOML.format(name=called, adcode=ADCODE), "utf-8")
    lowest = [item["properties"] for item in drawn if item["properties"]["level"] == 3]
    for number, about in enumerate(lowest, start=1):
        about["chat_id"] = GROUP - number
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in drawn)
    (folder / "grids.geojson").write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', "utf-8")
    for table in ("categories.csv", "departments.csv", "routes.csv"):
        words = (DEMO / table).read_text("utf-8")
        (folder / table).write_text(words if table != "routes.csv" else words.splitlines(keepends=True)[0], "utf-8")
    people = [(LEADER + n, f"网格长{n}", "leader", about["code"]) for n, about in enumerate(lowest, start=1)]
    _table(folder / "people.csv", ("telegram_id", "name", "role", "scope"), people)
    spots = [(item, shapely.geometry.shape(item["geometry"]).representative_point()) for item in drawn]
    places = [
        (item["properties"]["name"].removesuffix("网格") + "菜市场", "", "market", f"{at.y:.6f}", f"{at.x:.6f}",
         item["properties"]["code"])
        for item, at in spots
        if item["properties"]["level"] == 3
    ]  # fmt: skip
    _table(folder / "places.csv", ("name", "aliases", "kind", "lat", "lon", "grid"), places)


def _table(path: Path, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def whole(grids: int, special: int | None = None) -> list[list[Plot]]:
    """A district of so many grids of the lowest level, about nine to a community, ten communities to a street.

    573 of them are 505 basic and 68 special ones, as in 市南区 (field.md a, 27)."""
    special = grids * 68 // 573 if special is None else special
    communities = max(1, (grids - special) // 9)
    return plots(grids - special, special, communities, max(1, communities // 10))


def street() -> list[list[Plot]]:
    """西园街道 (field.md a, 26): three communities of 15, 55 and 25 grids."""
    called = (("王厝社区", 15), ("官前社区", 55), ("苏塘社区", 25))
    return [[Plot(f"{ADCODE}001{n:03}", words, count, 0) for n, (words, count) in enumerate(called, start=1)]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grids", type=int, default=573, help="how many, special ones among them; default 573")
    parser.add_argument("--special", type=int, help="how many of them are special; default 68 of 573")
    parser.add_argument("--street", action="store_true", help="one street of 15 + 55 + 25 grids instead")
    parser.add_argument("--micro", type=int, default=3, help="micro grids in one grid of each community; default 3")
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    drawn = features(
        street() if asked.street else whole(asked.grids, asked.special), micro=asked.micro, seed=asked.seed
    )
    write(asked.folder, drawn, "西园区" if asked.street else "画区")
    print(f"{asked.folder}: {len(drawn)} outlines")


if __name__ == "__main__":
    main()
