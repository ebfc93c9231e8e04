"""Order beside the road: bins, parked e-bikes and the fire lane, each before and after."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas, ink, mix, step
from .street import facade, painted, paving, sky, street, tactile, tree
from .things import bag, bin_, litter, stamp
from .vehicles import car, place_bike

BINS = (("#3f8f4f", "厨余垃圾"), ("#2f6db0", "可回收物"), ("#b5382f", "有害垃圾"), ("#6f7377", "其他垃圾"))


def bin_corner(c: Canvas) -> None:
    """A paved corner with a painted wall and a board behind the bins."""
    sky(c)
    band, x, z = c.floor()
    c.rgb[band] = paving(c, x, z, 0.5, "#a9a196")
    if wall := c.front_wall(4.7, (-9, 9), (0, 3.1)):
        box, mask, u, v = wall
        stain = np.clip(0.25 * c.noise(u, v * 0.25, 26) - (v - 0.9) * 0.1, 0, 0.4)
        rgb = mix(np.where((v > 1.0)[..., None], ink("#e5dfd0"), ink("#7f9f86")), "#6e6656", stain)
        c.blend(box, mask, (rgb * (1 + 0.02 * c.noise(u, v, 120, fine=True))[..., None]).astype(np.float32))
        c.blend(box, mask * (np.abs(v - 1.0) < 0.025), "#5d7a64")
    c.shape([c.at(-9, 3.1, 4.7), c.at(9, 3.1, 4.7), c.at(9, 3.25, 4.6), c.at(-9, 3.25, 4.6)], "#8b8477")
    c.shape([c.at(-9, 0, 4.7), c.at(9, 0, 4.7), c.at(9, 0, 4.2), c.at(-9, 0, 4.2)], "#1c1813", 0.35, 40)
    c.shape(
        [c.at(-1.2, 1.75, 4.66), c.at(1.2, 1.75, 4.66), c.at(1.2, 2.5, 4.66), c.at(-1.2, 2.5, 4.66)],
        "#1c1813",
        0.35,
        18,
    )
    c.shaded(
        [c.at(-1.2, 1.8, 4.65), c.at(1.2, 1.8, 4.65), c.at(1.2, 2.5, 4.65), c.at(-1.2, 2.5, 4.65)], "#2f8a55", "#256e45"
    )
    stamp(c, "垃圾分类投放点", c.at(-1.05, 2.32, 4.65), c.at(1.05, 2.0, 4.65), ink("#f6f4ea"))


def bins_overflowing(c: Canvas) -> None:
    bin_corner(c)
    c.ground([(-1.4, 2.4), (-0.2, 2.05), (0.9, 2.3), (1.5, 2.8), (0.5, 3.2), (-1.1, 3.1)], "#4b3a22", 0.45, 26)
    for k, (colour, word) in enumerate(BINS):
        x = -1.14 + 0.76 * k
        bin_(c, x, 3.55, colour, word, True)
        for dx, y, size, tone in (
            (-0.1, 0.9, 0.4, "#2b2b2e"),
            (0.12, 0.93, 0.36, "#d9d5c8"),
            (0.0, 1.16, 0.38, ("#3b3b40", "#b9574a", "#4f6f8a", "#2b2b2e")[k]),
        ):
            bag(c, x + dx, 3.5, size, tone, y)
    for x, z, size, tone in (
        (-1.6, 3.3, 0.55, "#2b2b2e"),
        (1.7, 3.2, 0.6, "#303034"),
        (1.25, 3.0, 0.5, "#c9c4b4"),
        (-1.0, 2.95, 0.5, "#36363b"),
        (-0.3, 2.85, 0.46, "#c0564a"),
        (0.45, 2.8, 0.55, "#2b2b2e"),
        (-0.65, 2.5, 0.36, "#dedaca"),
        (0.95, 2.45, 0.34, "#5a7f9c"),
    ):
        bag(c, x, z, size, tone)
    litter(c, (-1.5, 1.5), (1.7, 2.9), 70)


def bins_clean(c: Canvas) -> None:
    bin_corner(c)
    band, x, z = c.floor()
    wet = np.clip(step(0.1, c.noise(x, z, 14), 1.2) * np.exp(-((x / 1.8) ** 2) - ((z - 2.7) / 0.9) ** 2), 0, 1)
    c.blend((band, slice(None)), wet * 0.3, "#5f6266")
    for k, (colour, word) in enumerate(BINS):
        bin_(c, -1.14 + 0.76 * k, 3.55, colour, word, False)


def bike_walk(c: Canvas) -> None:
    """A wide walk along shop fronts with the guiding strip in its middle."""
    sky(c)
    band, x, z = c.floor()
    c.rgb[band] = mix(paving(c, x, z, 0.4), "#d2cfc6", np.clip((z - 12) / 80, 0, 0.6))
    tactile(c, 0.25)
    c.ground([(2.6, 1), (2.6, 80), (40, 80), (40, 1)], "#66666a")
    c.ground([(2.4, 1), (2.4, 80), (2.6, 80), (2.6, 1)], "#bdb8ad")
    for x0, span, seed in ((-3.4, (3.0, 60.0), 23),):
        if wall := c.side_wall(x0, span, (0, 16)):
            box, mask, along, up = wall
            rgb, _ = facade(c, along, up, "#cdb79a", seed, 0.2)
            c.blend(box, mask, mix(rgb, "#d9dad6", np.clip((along - 12) / 90, 0, 0.5)))
    c.ground([(-3.4, 2), (-3.4, 60), (-2.7, 60), (-2.7, 2)], "#1c1813", 0.3, 24)
    tree(c, 2.0, 14, 6.5)
    tree(c, 2.05, 9, 6)


def ebikes_blocking(c: Canvas) -> None:
    bike_walk(c)
    for x, z, colour, box, squeeze, flip, fallen in (
        (-1.6, 8.2, "#4a7da8", None, 0.8, False, 0),
        (0.7, 7.4, "#a53a34", None, 0.95, True, 0),
        (-0.5, 6.4, "#e0a21f", "#e8b020", 1.0, False, 0),
        (1.2, 5.6, "#50545a", None, 0.7, False, 0),
        (-1.3, 5.2, "#3f7d58", None, 1.0, True, 0),
        (0.35, 4.4, "#2f74b5", "#2f86d0", 1.0, True, 0),
        (-0.9, 3.7, "#c9c4b8", None, 0.9, False, 0),
        (1.15, 3.2, "#b33d36", None, 0.9, True, -7),
    ):
        place_bike(c, x, z, colour, box, squeeze, flip, fallen)


def ebikes_tidy(c: Canvas) -> None:
    bike_walk(c)
    for a in (
        [(-2.75, 2.2), (-2.75, 12), (-2.69, 12), (-2.69, 2.2)],
        [(-0.75, 2.2), (-0.75, 12), (-0.69, 12), (-0.69, 2.2)],
    ):
        c.ground(a, "#f1eee4", 0.9)
    for z in np.arange(2.6, 12, 0.9):
        c.ground([(-2.7, z), (-0.72, z + 0.5), (-0.72, z + 0.56), (-2.7, z + 0.06)], "#f1eee4", 0.8)
    tones = ("#4a7da8", "#a53a34", "#e0a21f", "#50545a", "#3f7d58", "#2f74b5", "#c9c4b8", "#b33d36", "#4a7da8")
    for k, z in reversed(list(enumerate(np.arange(3.4, 11.4, 0.9)))):
        place_bike(c, -1.72, float(z), tones[k], "#e8b020" if k == 2 else "#2f86d0" if k == 5 else None, 0.92)


def fire_lane(c: Canvas) -> None:
    """A lane between blocks of flats, hatched in yellow, with the words that keep it free."""
    street(c, trees=((-5.0, 13), (-5.0, 20), (5.2, 15)), width=3.0, centre=False, dapple=0.2)
    band, x, z = c.floor()
    inside = (np.abs(x) < 2.45) & (z > 2.4) & (z < 26)
    frame = inside & (np.abs(x) > 2.3)
    hatch = inside & (np.mod(x + z, 1.5) < 0.16) & ((z < 3.4) | (z > 6.6))
    worn = np.clip(0.9 + 0.2 * c.noise(x, z, 130, fine=True), 0.2, 1) * np.clip(1.1 - z / 60, 0, 1)
    c.blend((band, slice(None)), (frame | hatch) * worn, "#e3b52a")
    painted(c, "消防通道\n禁止占用", (-1.55, 1.55), (3.45, 6.55), "#eec23a", 0.1)


def fire_lane_blocked(c: Canvas) -> None:
    fire_lane(c)
    car(c, -1.3, 13, "#8f9498")
    car(c, 1.2, 9.4, "#b8b4a8", "柳A·6K217")
    car(c, -1.1, 6.0, "#9d2f2a", "柳A·D0583")
