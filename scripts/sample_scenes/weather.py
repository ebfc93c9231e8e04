"""Night, water and wind: a dead street lamp, a flooded road, a fallen tree; and the morning after."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .canvas import Canvas, ink, mix, step
from .street import foliage, lamp, street
from .things import car, place_bike

LAMPS = ((-4.2, 34.0), (4.2, 26.0), (-4.2, 17.0))
NEAR_LAMP = (4.0, 9.5)


def night_street(c: Canvas, lit: bool) -> None:
    """The same street after dark; the nearest lamp on the right is the one that matters."""
    street(c, lit=0.34, trees=((-5.4, 19), (5.6, 27)), dapple=0)
    day = c.rgb.copy()
    bulbs = [(lamp(c, x, z), x, z) for x, z in LAMPS]
    near = lamp(c, *NEAR_LAMP, 5.4, 1.7)
    band, x, z = c.floor()
    lights = [(6.0, lx * 0.55, lz, 0.5) for _, lx, lz in bulbs] + ([(4.2, 1.9, 8.4, 1.6)] if lit else [])
    pool = sum((p * np.exp(-((x - lx) ** 2 + ((z - lz) * 0.8) ** 2) / (2 * w)) for w, lx, lz, p in lights), np.zeros_like(x))
    share = np.clip(c.rows / c.horizon, 0, 1)[..., None]
    dark = c.rgb * np.array([0.22, 0.245, 0.33], np.float32) + 0.015
    above = c.rows < c.horizon
    sky = (np.abs(day - mix("#8fb7d8", "#e9e6dc", np.clip(c.rows / c.horizon, 0, 1) ** 1.3)).sum(-1) < 0.4) & above & (day[..., 2] > 0.72)
    dark = np.where(sky[..., None], mix("#10162a", "#39354a", share[..., 0] ** 2), dark)
    dark[band] += c.rgb[band] * pool[..., None] * ink("#ffc978")
    halo = np.zeros_like(c.rows)
    for (bx, by), strength, size in [(b[0], 0.5, 1500 / b[2]) for b in bulbs] + ([(near, 1.0, 300.0)] if lit else []):
        far = np.hypot(c.columns - bx, c.rows - by)
        halo += strength * (1.5 * np.exp(-((far / (size * 0.12)) ** 2)) + 0.5 * np.exp(-far / (size * 0.55)))
    if lit:
        down = np.clip((c.rows - near[1]) / (c.at(0, 0, NEAR_LAMP[1])[1] - near[1]), 0, 1)
        cone = np.exp(-(((c.columns - near[0]) / (40 + 560 * down)) ** 2) * 2) * (c.rows > near[1]) * (1 - down * 0.75) * (down < 1)
        halo += cone * 0.25
        dark += c.rgb * (np.exp(-(np.hypot(c.columns - near[0], (c.rows - near[1]) * 0.8) / 620) ** 2) * 0.5)[..., None] * ink("#ffcf8a")
    c.rgb = dark + c.glow * 0.75 + halo[..., None] * ink("#ffd998")
    if not lit:
        c.disc(near, 26, 14, "#20242a")
        c.stroke([(near[0] - 30, near[1] - 4), (near[0] + 34, near[1] - 2)], [3, 3], "#6a7078", 0.7)


def lamp_out(c: Canvas) -> None:
    night_street(c, False)


def lamp_lit(c: Canvas) -> None:
    night_street(c, True)


def low_street(c: Canvas) -> None:
    street(c, trees=((-5.2, 13), (5.4, 18), (-5.2, 24)), width=4.2, dapple=0.15)


def flood(c: Canvas) -> None:
    """Brown water from kerb to kerb: what stands above the waterline is seen again below it, broken by ripples."""
    low_street(c)
    c.rgb = mix(c.rgb, "#7f878c", np.full(c.rows.shape, 0.22)) * 0.9
    level = 0.26
    waterline, x, z = c.floor(level)
    edge = np.abs(x) + 0.35 * c.noise(x, z, 7) + np.clip(3.1 - z, 0, 3) * 2.6
    water = (1 - step(5.1, edge, 0.5)) * (z < 46)
    ripple = c.noise(x * 0.5, z * 2.2, 26) * 0.6 + c.noise(x, z * 2.5, 90, fine=True) * 0.4
    mirror = np.clip(2 * c.horizon - c.rows[waterline] + ripple * (10 + 130 / z), 0, c.horizon - 1).astype(int)
    across = np.clip(c.columns[waterline] + ripple * (4 + 40 / z), 0, c.w - 1).astype(int)
    seen = c.rgb[mirror, across]
    glance = np.clip(0.25 + z / 22, 0.3, 0.72)
    glance *= np.clip(mirror / 500, 0.25, 1)
    brown = ink("#7d6b4e") * (1 + 0.07 * ripple)[..., None]
    surface = brown * (1 - glance[..., None]) + seen * glance[..., None]
    surface += (np.clip(ripple - 1.1, 0, 1) * 0.16)[..., None]
    c.blend((waterline, slice(None)), water * 0.96, surface.astype(np.float32))
    wade(c, 9.5, level, lambda: car(c, 1.8, 9.5, "#c6c8c6", "柳A·3T952"))
    wade(c, 6.4, level, lambda: place_bike(c, -1.7, 6.4, "#e0a21f", "#e8b020", 0.95))
    for gx, gz, wide in ((1.8, 9.5, 1.0), (-1.7, 6.4, 0.8)):
        for k in range(4):
            ring = [c.at(gx + wide * (1 + 0.22 * k) * np.cos(a), level, gz + 0.1 + 0.5 * (1 + 0.3 * k) * np.sin(a)) for a in np.linspace(3.3, 6.1, 24)]
            c.stroke(ring, [3, 3], "#e8e4d6", 0.35 - 0.07 * k, 1.5)
    for _ in range(40):
        px, pz = c.rng.uniform(-3.5, 3.5), c.rng.uniform(3.2, 12)
        size = c.rng.uniform(0.02, 0.06)
        c.ground([(px - size, pz), (px, pz + size), (px + size * 1.4, pz), (px, pz - size)], str(c.rng.choice(["#6b7a35", "#a98b3a", "#d9d3c2", "#4d5a2a"])), 0.9, level=level)
    for _ in range(260):
        rx, ry, length = c.rng.uniform(0, c.w), c.rng.uniform(0, c.h), c.rng.uniform(40, 120)
        c.stroke([(rx, ry), (rx - length * 0.14, ry + length)], [2.5, 1], "#f2f4f4", 0.2)


def wade(c: Canvas, z: float, level: float, draw: Callable[[], None]) -> None:
    """Draw a thing that stands in the water: below the waterline there is only its broken reflection."""
    before = c.rgb.copy()
    draw()
    line = int(c.at(0, level, z)[1])
    there = (np.abs(c.rgb - before).sum(-1) > 0.06).astype(np.float32)[:line]
    thing = c.rgb[:line].copy()
    c.rgb[line:] = before[line:]
    depth = min(c.h - line, line)
    sway = (6 * np.sin(np.arange(depth) / 7.0)).astype(int)
    fade = np.linspace(0.5, 0.1, depth)
    for row in range(depth):
        seen, mask = np.roll(thing[line - 1 - row], sway[row], 0), np.roll(there[line - 1 - row], sway[row])
        c.blend((slice(line + row, line + row + 1), slice(None)), mask[None] * fade[row], seen[None])


def flood_dry(c: Canvas) -> None:
    low_street(c)
    band, x, z = c.floor()
    damp = step(0.5, c.noise(x, z, 12) + 0.25 * c.noise(x, z, 50) - np.abs(x) * 0.1, 0.5) * (np.abs(x) < 4.2) * np.clip(1.3 - z / 14, 0, 1)
    c.blend((band, slice(None)), damp * 0.5, "#3d4046")
    silt = np.exp(-(((np.abs(x) - 4.0) / 0.16) ** 2)) * np.clip(0.5 + 0.4 * c.noise(x, z, 40), 0, 1)
    c.blend((band, slice(None)), silt * 0.6, "#8d7a58")


def wind_street(c: Canvas) -> None:
    street(c, trees=((-5.4, 27), (5.4, 25), (5.6, 34)), dapple=0.12)


def tree_fallen(c: Canvas) -> None:
    wind_street(c)
    z = 8.6
    metre = c.focal / z
    c.shape([c.at(x, 0, z + dz) for x, dz in ((-4.6, -0.5), (-2, -0.55), (3.0, -1.6), (4.4, -0.6), (4.2, 0.9), (0, 0.5), (-4.6, 0.4))], "#14110d", 0.55, 26)
    c.ground([(-4.6, 8.0), (-3.6, 7.8), (-3.3, 8.6), (-3.8, 9.3), (-4.7, 9.1)], "#54402a", 0.95, 5)
    root = c.at(-3.9, 0.55, z)
    for a in np.linspace(0, 2 * np.pi, 26, endpoint=False):
        far = c.rng.uniform(0.5, 0.95) * metre
        tip = (root[0] - 0.15 * metre + np.cos(a) * far * 0.55, root[1] + np.sin(a) * far)
        c.stroke([root, ((root[0] + tip[0]) / 2 + c.rng.normal(0, 18), (root[1] + tip[1]) / 2 + c.rng.normal(0, 18)), tip], [0.14 * metre, 0.02 * metre], "#4a3520")
    c.disc((root[0] - 10, root[1]), 0.4 * metre, 0.58 * metre, "#5d4528", 0.95, 6)
    trunk = [c.at(-3.9, 0.55, z), c.at(-2.4, 0.42, z - 0.1), c.at(-0.4, 0.42, z - 0.25), c.at(1.4, 0.6, z - 0.4)]
    c.stroke(trunk, [0.5 * metre, 0.3 * metre], "#42352a")
    c.stroke([(x, y - 0.07 * metre) for x, y in trunk], [0.26 * metre, 0.14 * metre], "#655442", 0.9, 5)
    c.stroke([(x, y - 0.14 * metre) for x, y in trunk], [0.08 * metre, 0.04 * metre], "#96836a", 0.8, 4)
    for dx, dy in ((1.5, 1.3), (2.4, 0.7), (2.3, 0.1), (1.0, 1.5), (-0.2, 1.2)):
        start = trunk[2] if dx < 1 else trunk[3]
        c.stroke([start, (start[0] + dx * 0.5 * metre, start[1] - dy * 0.6 * metre), (start[0] + dx * metre, start[1] - dy * 0.8 * metre)], [0.16 * metre, 0.03 * metre], "#42352a")
    for x, y, r in ((3.2, 1.2, 1.15), (1.7, 1.35, 1.0), (2.5, 0.65, 1.15), (1.0, 0.75, 0.75), (3.3, 0.45, 0.8)):
        foliage(c, c.at(x, y, z - 0.5), r * metre, leaves=300)
    scatter(c, (-3.2, 3.4), (4.6, 8.2), 120)


def scatter(c: Canvas, x: tuple[float, float], z: tuple[float, float], leaves: int) -> None:
    for _ in range(leaves):
        px, pz, s, a = c.rng.uniform(*x), c.rng.uniform(*z), c.rng.uniform(0.02, 0.055), c.rng.uniform(0, 6.3)
        leaf = [(px + s * k * np.cos(a + t), pz + s * k * np.sin(a + t)) for t, k in ((0, 1.5), (1.57, 0.6), (3.14, 1.5), (4.71, 0.6))]
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
