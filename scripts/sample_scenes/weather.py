"""After the storm: a tree across the road, and the road when it is gone."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas
from .street import foliage, street


def wind_street(c: Canvas) -> None:
    street(c, trees=((-5.4, 27), (5.4, 25), (5.6, 34)), dapple=0.12)


def tree_fallen(c: Canvas) -> None:
    wind_street(c)
    z = 8.6
    metre = c.focal / z
    c.shape(
        [
            c.at(x, 0, z + dz)
            for x, dz in ((-4.6, -0.5), (-2, -0.55), (3.0, -1.6), (4.4, -0.6), (4.2, 0.9), (0, 0.5), (-4.6, 0.4))
        ],
        "#14110d",
        0.55,
        26,
    )
    c.ground([(-4.6, 8.0), (-3.6, 7.8), (-3.3, 8.6), (-3.8, 9.3), (-4.7, 9.1)], "#54402a", 0.95, 5)
    root = c.at(-3.9, 0.55, z)
    for a in np.linspace(0, 2 * np.pi, 26, endpoint=False):
        far = c.rng.uniform(0.5, 0.95) * metre
        tip = (root[0] - 0.15 * metre + np.cos(a) * far * 0.55, root[1] + np.sin(a) * far)
        c.stroke(
            [root, ((root[0] + tip[0]) / 2 + c.rng.normal(0, 18), (root[1] + tip[1]) / 2 + c.rng.normal(0, 18)), tip],
            [0.14 * metre, 0.02 * metre],
            "#4a3520",
        )
    c.disc((root[0] - 10, root[1]), 0.4 * metre, 0.58 * metre, "#5d4528", 0.95, 6)
    trunk = [c.at(-3.9, 0.55, z), c.at(-2.4, 0.42, z - 0.1), c.at(-0.4, 0.42, z - 0.25), c.at(1.4, 0.6, z - 0.4)]
    c.stroke(trunk, [0.5 * metre, 0.3 * metre], "#42352a")
    c.stroke([(x, y - 0.07 * metre) for x, y in trunk], [0.26 * metre, 0.14 * metre], "#655442", 0.9, 5)
    c.stroke([(x, y - 0.14 * metre) for x, y in trunk], [0.08 * metre, 0.04 * metre], "#96836a", 0.8, 4)
    for dx, dy in ((1.5, 1.3), (2.4, 0.7), (2.3, 0.1), (1.0, 1.5), (-0.2, 1.2)):
        start = trunk[2] if dx < 1 else trunk[3]
        c.stroke(
            [
                start,
                (start[0] + dx * 0.5 * metre, start[1] - dy * 0.6 * metre),
                (start[0] + dx * metre, start[1] - dy * 0.8 * metre),
            ],
            [0.16 * metre, 0.03 * metre],
            "#42352a",
        )
    for x, y, r in ((3.2, 1.2, 1.15), (1.7, 1.35, 1.0), (2.5, 0.65, 1.15), (1.0, 0.75, 0.75), (3.3, 0.45, 0.8)):
        foliage(c, c.at(x, y, z - 0.5), r * metre, leaves=300)
    scatter(c, (-3.2, 3.4), (4.6, 8.2), 120)


def scatter(c: Canvas, x: tuple[float, float], z: tuple[float, float], leaves: int) -> None:
    for _ in range(leaves):
        px, pz, s, a = c.rng.uniform(*x), c.rng.uniform(*z), c.rng.uniform(0.02, 0.055), c.rng.uniform(0, 6.3)
        leaf = [
            (px + s * k * np.cos(a + t), pz + s * k * np.sin(a + t))
            for t, k in ((0, 1.5), (1.57, 0.6), (3.14, 1.5), (4.71, 0.6))
        ]
        c.ground([(u + 0.012, v - 0.012) for u, v in leaf], "#1d1a16", 0.4, 2)
        c.ground(leaf, str(c.rng.choice(["#55753a", "#7c9a4c", "#93ad5c", "#8a7a38"])), 0.95)


def tree_cleared(c: Canvas) -> None:
    wind_street(c)
    c.ground([(-4.6, 8.1), (-3.7, 7.9), (-3.4, 8.6), (-3.8, 9.2), (-4.7, 9.0)], "#6a5337", 0.9, 6)
    z, metre = 8.6, c.focal / 8.6
    c.shaded([c.at(-4.32, 0, z), c.at(-4.26, 0.3, z), c.at(-3.7, 0.3, z), c.at(-3.62, 0, z)], "#5b4a38", "#3b2f24")
    c.disc(c.at(-3.98, 0.3, z), 0.28 * metre, 0.085 * metre, "#d8b98a")
    for r in (0.75, 0.5, 0.25):
        c.disc(c.at(-3.98, 0.3, z), 0.28 * metre * r, 0.085 * metre * r, "#b08a5a" if r != 0.5 else "#e0c59a", 0.6)
    band, gx, gz = c.floor()
    dust = np.exp(-(((gx + 3.2) / 1.3) ** 2) - ((gz - 8.2) / 0.6) ** 2) * (c.noise(gx, gz, 170, fine=True) > 0.3)
    c.blend((band, slice(None)), dust * 0.5, "#d9c39a")
    scatter(c, (-3.4, 3.2), (5.0, 8.6), 14)
