"""`python -m tests.benchmarks.districts`: the checks of a whole map, against the bare pairs of a shapely STRtree.

Bare: which outlines of one level meet, and how much ground each pair shares. Ours: that, and who lies outside its
parent, where a parent has a gap, what is too large, which layer was drawn in another datum.
"""

import asyncio
import time
from collections.abc import Sequence
from statistics import median

import numpy as np
import shapely
from shapely import STRtree

from bot.district.faults import Fault
from bot.district.map_checks import check_outlines
from bot.district.place_checks import strayed_levels
from bot.district.plan import Plan
from bot.district.rows import GridRow
from scripts import draw_district
from tests.benchmarks.figures import Line, machine, table

SIZES = (573, 10_000)
AIM = 4.0
SECONDS = 10.0


async def measured(rounds: int, seed: int, sizes: Sequence[int] = SIZES) -> list[Line]:
    return [_of(size, rounds, seed) for size in sizes]


def _of(size: int, rounds: int, seed: int) -> Line:
    grids = _rows(size, seed)
    levels = np.array([grid.level for grid in grids])
    ours, bare = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        outlines = np.array([shapely.geometry.shape(grid.shape) for grid in grids], dtype=object)
        one, other = STRtree(outlines).query(outlines, predicate="intersects")
        alike = (other < one) & (levels[one] == levels[other])
        shapely.area(shapely.intersection(outlines[one[alike]], outlines[other[alike]]))
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        faults: list[Fault] = []
        plan = Plan(grids)
        check_outlines(plan, strayed_levels(plan, faults), faults, faults)
        ours.append(time.perf_counter() - begun)
        assert not faults, "the drawn district is sound"
    figure = median(our / their for our, their in zip(ours, bare, strict=True))
    met = figure <= AIM and median(ours) <= SECONDS
    aim = f"≤ {AIM:g}, {SECONDS:g} s"
    return Line(f"the map checked, {size}", "s", median(ours), median(bare), figure, aim, met, f"{len(grids)} outlines")


def _rows(size: int, seed: int) -> list[GridRow]:
    return [
        GridRow(
            line=f"feature {number}", code=about["code"], name=about["name"], level=about["level"],
            parent=about["parent"], kind=about["kind"], households=None, residents=None, elders=None, chat_id=None,
            shape=item["geometry"],
        )
        for number, item in enumerate(draw_district.features(draw_district.whole(size), seed=seed), start=1)
        for about in [item["properties"]]
    ]  # fmt: skip


def main() -> None:
    print(machine(), flush=True)
    print(table(asyncio.run(measured(rounds=3, seed=20261122))))


if __name__ == "__main__":
    main()
