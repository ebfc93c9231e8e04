"""`python -m tests.benchmarks.atlas`: point → grid, against a bare shapely STRtree over the same polygons, in one run.

Bare: the tree alone, which gives the numbers of all polygons that hold the point. Ours: the one grid that is meant.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from statistics import median

from shapely import Point, STRtree, union_all
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from reading.atlas import Area, Atlas
from tests.benchmarks.figures import Line, machine, table

SIZES = (573, 10_000, 100_000)
AIM = 1.5
POINTS = 2_000
CORNERS = 6  # of each side of a grid, so that an outline has 24
CELL = 0.002  # degrees, about 200 m
BLOCK = 4  # grids along the side of a community
SOUTH, WEST = 34.0, 108.0
Place = tuple[float, float]


async def measured(rounds: int, seed: int, sizes: Sequence[int] = SIZES) -> list[Line]:
    return [_of(size, rounds, seed) for size in sizes]


def _of(size: int, rounds: int, seed: int) -> Line:
    chance = random.Random(seed)
    areas = district(size, seed)
    begun = time.perf_counter()
    atlas = Atlas(areas)
    built = time.perf_counter() - begun
    tree = STRtree([area.polygon for area in areas])
    side = CELL * int(size**0.5)
    points = [(SOUTH + chance.random() * side, WEST + chance.random() * side) for _ in range(POINTS)]
    ours, bare = [], []
    for _ in range(rounds):
        bare.append(_microseconds(lambda lat, lon: tree.query(Point(lon, lat), predicate="intersects"), points))
        ours.append(_microseconds(atlas.at, points))
    figure = median(one / other for one, other in zip(ours, bare, strict=True))
    note = f"{size} polygons, built in {built:.2f} s"
    return Line(
        f"point → grid, {size}", "µs", median(ours), median(bare), figure, f"≤ {AIM:g}", figure <= AIM, note
    )  # fmt: skip


def _microseconds(look: Callable[[float, float], object], points: Sequence[Place]) -> float:
    begun = time.perf_counter()
    for lat, lon in points:
        look(lat, lon)
    return (time.perf_counter() - begun) / len(points) * 1e6


def district(size: int, seed: int) -> list[Area]:
    """So many grids side by side, crooked ones that share their borders, and the communities above them."""
    across = int(size**0.5)
    cells: list[tuple[int, int]] = [(row, column) for row in range(across + 1) for column in range(across)]
    blocks: dict[tuple[int, int], list[BaseGeometry]] = {}
    areas = []
    for row, column in cells:
        if len(areas) + len(blocks) >= size:
            break
        surface = _cell(row, column, seed)
        areas.append(Area(f"{row}-{column}", surface, 2, "basic"))
        blocks.setdefault((row // BLOCK, column // BLOCK), []).append(surface)
    return [Area(f"b{row}-{column}", union_all(inside), 1, "basic") for (row, column), inside in blocks.items()] + areas


def _cell(row: int, column: int, seed: int) -> BaseGeometry:
    corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    outline: list[Place] = []
    for begin, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        # A border is drawn once, from its lower end: both neighbours share its points.
        border = _border(min(begin, end), max(begin, end), seed)
        outline += border[:-1] if begin < end else border[:0:-1]
    return Polygon([(WEST + x * CELL, SOUTH + y * CELL) for y, x in outline])


def _border(begin: tuple[int, int], end: tuple[int, int], seed: int) -> list[Place]:
    chance = random.Random(hash((begin, end, seed)))
    between = [
        (
            begin[0] + (end[0] - begin[0]) * step / CORNERS + chance.uniform(-0.05, 0.05),
            begin[1] + (end[1] - begin[1]) * step / CORNERS + chance.uniform(-0.05, 0.05),
        )
        for step in range(1, CORNERS)
    ]
    return [(float(begin[0]), float(begin[1])), *between, (float(end[0]), float(end[1]))]


def main() -> None:
    print(machine(), flush=True)
    print(table(asyncio.run(measured(rounds=3, seed=20261122))))


if __name__ == "__main__":
    main()
