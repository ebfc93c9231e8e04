"""Draw the simulator's sample pictures: simulator/samples/*.jpg and samples.json.

Every picture is an illustration of an invented street; the same seed draws a pair's two pictures over the same scene.
python scripts/draw_samples.py [NAME …]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

from sample_scenes import chatter, dusk, kerbside, openings, weather
from sample_scenes.canvas import Canvas
from sample_scenes.street import Scene

SAMPLES = Path(__file__).parent.parent / "simulator" / "samples"


class Sample(NamedTuple):
    name: str
    title: str
    scene: Scene
    seed: int


SHELF = (
    Sample("hole", "路面塌陷", openings.road_hole, 1),
    Sample("mended", "路面修好", openings.road_mended, 1),
    Sample("manhole_before", "井盖缺失", openings.manhole_missing, 2),
    Sample("manhole_after", "井盖装回", openings.manhole_back, 2),
    Sample("bins_before", "垃圾满溢", kerbside.bins_overflowing, 3),
    Sample("bins_after", "垃圾清走", kerbside.bins_clean, 3),
    Sample("ebikes_before", "电动车占道", kerbside.ebikes_blocking, 4),
    Sample("ebikes_after", "电动车摆齐", kerbside.ebikes_tidy, 4),
    Sample("lamp_before", "路灯不亮", dusk.lamp_out, 5),
    Sample("lamp_after", "路灯亮了", dusk.lamp_lit, 5),
    Sample("flood_before", "道路积水", dusk.flooded, 6),
    Sample("flood_after", "积水排干", dusk.dry, 6),
    Sample("tree_before", "树木倒伏", weather.tree_fallen, 7),
    Sample("tree_after", "倒树清走", weather.tree_cleared, 7),
    Sample("firelane", "消防通道被占", kerbside.fire_lane_blocked, 8),
    Sample("lunch", "午饭", chatter.lunch, 9),
    Sample("cat", "小猫", chatter.cat, 10),
)


def main(wanted: list[str]) -> None:
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for sample in SHELF:
        if not wanted or sample.name in wanted:
            canvas = Canvas(sample.seed)
            sample.scene(canvas)
            canvas.develop().save(SAMPLES / f"{sample.name}.jpg", quality=78, optimize=True)
    listed = [{"name": sample.name, "title": sample.title} for sample in SHELF]
    (SAMPLES / "samples.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
