"""Openings in the ground: a sunken road, a manhole without its cover; and the same spots put right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .canvas import Array, Canvas, ink, lettering, mix, step
from .street import street

Edge = Callable[[Array, Array], Array]


def shaft(
    c: Canvas,
    inside: Edge,
    depth: float,
    wall: Callable[[Array, Array], Array],
    bottom: Callable[[Array, Array], Array],
) -> None:
    """Look down into an opening, where `inside(x, z)` is below 1: each ray goes down to the wall or the bottom."""
    band, x, z = c.floor()
    rows, columns = np.nonzero(inside(x, z) < 1)
    rows_, columns_ = (
        slice(band.start + rows.min(), band.start + rows.max() + 1),
        slice(columns.min(), columns.max() + 1),
    )
    x, z = x[rows.min() : rows.max() + 1, columns_], z[rows.min() : rows.max() + 1, columns_]
    opening = 1 - step(1, inside(x, z), 0.02)
    rgb, free = bottom(x * (1 + depth / c.eye), z * (1 + depth / c.eye)), np.ones_like(x, dtype=bool)
    for level in np.linspace(0, depth, 60):
        reach = 1 + level / c.eye
        met = free & (inside(x * reach, z * reach) >= 1)
        rgb = np.where(met[..., None], wall(x * reach, np.full_like(x, level)), rgb)
        free &= ~met
    c.blend((rows_, columns_), opening, rgb.astype(np.float32))


def crack(c: Canvas, x: float, z: float, heading: float, length: float) -> None:
    points = [(x, z)]
    for _ in range(int(length / 0.09)):
        heading += c.rng.normal(0, 0.35)
        points.append((points[-1][0] + 0.09 * np.cos(heading), points[-1][1] + 0.09 * np.sin(heading)))
        if c.rng.random() < 0.06 and length > 0.6:
            crack(c, *points[-1], heading + c.rng.choice([-0.9, 0.9]), length * 0.5)
    pixels = [c.at(px, 0, pz) for px, pz in points]
    wide = c.focal / z * 0.03
    c.stroke(pixels, [wide, wide * 0.25], "#1d1b1a", 0.85)
    c.stroke([(px + wide * 0.5, py + wide * 0.3) for px, py in pixels], [wide * 0.5, 1], "#a3a09a", 0.5)


def road_hole(c: Canvas) -> None:
    street(c)
    cx, cz, radius = 0.25, 3.9, 1.0
    waves = [(n, c.rng.normal(0, 0.24 / n), c.rng.uniform(0, 6.3)) for n in range(2, 14)]

    def inside(x: Array, z: Array) -> Array:
        angle = np.arctan2(z - cz, x - cx)
        return np.hypot(x - cx, (z - cz) * 0.82) / (radius * (1 + sum(a * np.sin(n * angle + p) for n, a, p in waves)))

    def wall(x: Array, level: Array) -> Array:
        rough = 1 + 0.16 * c.noise(x, level * 3, 90, fine=True) + 0.10 * c.noise(x, level, 40)
        tone = mix("#3a3a3c", "#a2978a", step(0.14, level, 0.03))
        tone = mix(tone, "#85643f", step(0.34, level + 0.03 * c.noise(x, level, 30), 0.05))
        return tone * (rough * np.clip(1.05 - level * 0.85, 0.25, 1))[..., None]

    def bottom(x: Array, z: Array) -> Array:
        soil = ink("#46341f") * (0.75 + 0.16 * c.noise(x, z, 50, fine=True) + 0.14 * c.noise(x, z, 14))[..., None]
        water = np.clip(1 - np.hypot(x - cx * 1.4, z - cz * 1.42) * 1.6, 0, 1)
        return mix(soil, "#59605f", step(0.3, water, 0.06) * 0.8)

    band, x, z = c.floor()
    rim = np.clip(1.42 - inside(x, z), 0, 0.42) / 0.42
    c.blend((band, slice(None)), rim * 0.55 * np.clip(0.8 + 0.3 * c.noise(x, z, 40), 0, 1), "#4b4640")
    for k in range(11):
        a = k / 11 * 2 * np.pi + c.rng.normal(0, 0.15)
        crack(c, cx + np.cos(a) * radius, cz + np.sin(a) * radius * 1.2, a, c.rng.uniform(0.5, 1.3))
    shaft(c, inside, 0.85, wall, bottom)
    for _ in range(70):
        a, r = c.rng.uniform(0, 6.3), radius * c.rng.uniform(1.08, 1.7)
        px, pz, size = cx + np.cos(a) * r, cz + np.sin(a) * r * 1.2, c.rng.uniform(0.015, 0.075)
        lump = [
            (px + size * c.rng.uniform(0.6, 1.2) * np.cos(t), pz + size * c.rng.uniform(0.6, 1.2) * np.sin(t))
            for t in np.linspace(0, 5.4, 6)
        ]
        c.ground([(u + size * 0.4, v - size * 0.3) for u, v in lump], "#1c1b1b", 0.6, 3)
        c.ground(lump, ink("#6d6a66") * c.rng.uniform(0.6, 1.2), level=size * 0.6)


def road_mended(c: Canvas) -> None:
    street(c)
    band, x, z = c.floor()
    wobble = 0.02 * c.noise(x, z, 12)
    edge = np.maximum(np.abs(x - 0.25 + wobble) / 1.55, np.abs(z - 4.25 + wobble) / 1.75)
    fresh = (
        ink("#37383b")
        * (1 + 0.13 * c.noise(x, z, 200, fine=True) * np.clip(5 / z, 0, 1) + 0.05 * c.noise(x, z, 12))[..., None]
    )
    rolled = 0.05 * np.sin(x * 9) * np.clip(1 - np.abs(x), 0, 1)
    whole = (band, slice(None))
    c.blend(whole, 1 - step(1, edge, 0.012), (fresh * (1 + rolled)[..., None]).astype(np.float32))
    c.blend(whole, np.exp(-(((edge - 1) / 0.022) ** 2)) * 0.9, "#141416")
    c.blend(whole, np.exp(-(((edge - 1.07) / 0.05) ** 2)) * 0.25 * (c.noise(x, z, 120, fine=True) > 0.4), "#1d1d1f")
    line = (np.abs(x) < 0.07) & (np.mod(z, 6) < 3.4) & (edge < 0.99)
    c.blend(whole, line * 0.93, "#f3f1ea")


def manhole_spot(c: Canvas) -> Edge:
    """Road beside the kerb with a concrete collar; the circle itself is left to the picture."""
    street(c, trees=((-5.2, 11), (5.4, 17)), width=2.2, centre=False)
    cx, cz = 0.05, 2.75
    band, x, z = c.floor()
    square = np.maximum(np.abs(x - cx), np.abs(z - cz))
    concrete = ink("#a5a29a") * (1 + 0.06 * c.noise(x, z, 120, fine=True) + 0.05 * c.noise(x, z, 14))[..., None]
    c.blend((band, slice(None)), 1 - step(0.72, square + 0.01 * c.noise(x, z, 20), 0.02), concrete.astype(np.float32))
    c.blend((band, slice(None)), np.exp(-(((square - 0.72) / 0.014) ** 2)) * 0.7, "#3c3a37")
    round_ = np.hypot(x - cx, z - cz)
    iron = ink("#4f4a45") * (1 + 0.14 * c.noise(x, z, 150, fine=True))[..., None]
    c.blend((band, slice(None)), step(0.43, round_, 0.01) * (1 - step(0.50, round_, 0.01)), iron.astype(np.float32))
    return lambda x, z: np.hypot(x - cx, z - cz) / 0.435


def manhole_missing(c: Canvas) -> None:
    inside = manhole_spot(c)

    def wall(x: Array, level: Array) -> Array:
        brick = ink("#8d8074") * (1 + 0.12 * c.noise(x, level, 90, fine=True))[..., None]
        joints = (np.mod(level, 0.11) < 0.015) | (np.mod(x + 0.12 * np.floor(level / 0.11), 0.24) < 0.014)
        brick = mix(brick, "#4a443d", joints * 0.6)
        return brick * np.clip(0.9 - level * 1.5, 0.02, 1)[..., None]

    shaft(c, inside, 1.5, wall, lambda x, z: ink("#07090a") * np.ones((*x.shape, 1), np.float32))
    for k in range(26):
        a, r = c.rng.uniform(0, 6.3), c.rng.uniform(0.5, 1.5)
        size = c.rng.uniform(0.02, 0.05)
        px, pz = 0.05 + np.cos(a) * r, 2.75 + np.sin(a) * r
        c.ground(
            [(px - size, pz), (px, pz + size * 0.6), (px + size, pz), (px, pz - size * 0.6)],
            ("#8a6a2c", "#a8892f", "#5d6b2e")[k % 3],
            0.9,
        )


def manhole_back(c: Canvas) -> None:
    inside = manhole_spot(c)
    band, x, z = c.floor()
    r, angle = inside(x, z), np.arctan2(z - 2.75, x - 0.05)
    studs = ((np.mod((x + z) * 14, 1) < 0.5) ^ (np.mod((x - z) * 14, 1) < 0.5)) & (r < 0.78) & (r > 0.36)
    rings = (
        np.exp(-(((r - 0.84) / 0.02) ** 2))
        + np.exp(-(((r - 0.33) / 0.02) ** 2))
        + 0.6 * (np.mod(angle * 24 / 6.283, 1) < 0.4) * (r > 0.86)
    )
    raised = np.clip(studs * 0.8 + rings, 0, 1)
    iron = (
        mix("#37393b", "#7d7f80", raised * 0.75)
        * (1 + 0.1 * c.noise(x, z, 170, fine=True) + 0.05 * (x + 1 - z + 2.7))[..., None]
    )
    c.blend((band, slice(None)), 1 - step(0.985, r, 0.015), iron.astype(np.float32))
    letters = lettering("雨水")
    u, v = (x - 0.05 + 0.125) / 0.25, (2.75 + 0.068 - z) / 0.136
    on = (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    row = np.clip(v * letters.shape[0], 0, letters.shape[0] - 1).astype(int)
    column = np.clip(u * letters.shape[1], 0, letters.shape[1] - 1).astype(int)
    c.blend((band, slice(None)), letters[row, column] * on * 0.9, "#b5b7b6")
    c.blend((band, slice(None)), np.exp(-(((r - 1) / 0.02) ** 2)) * 0.85, "#161616")
