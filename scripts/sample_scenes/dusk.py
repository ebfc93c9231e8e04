"""Night and rain: a street lamp that is out or lit, a road under water or dry."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas, ink, mix, step
from .street import lamp, street
from .vehicles import place_bike

LAMP_AT = (4.3, 8.2)
OTHERS = ((-4.3, 15.0), (4.3, 23.0), (-4.3, 32.0))


def night(c: Canvas, bright: float) -> None:
    """Turns the day just drawn into night; `bright` is what is left of the daylight."""
    grey = c.rgb.mean(axis=2, keepdims=True)
    c.rgb[:] = (c.rgb * 0.45 + grey * 0.55) * bright * ink("#8ea3cf") + c.glow * 0.75
    dark_sky = mix("#0c1426", "#263250", np.clip(c.rows / c.horizon, 0, 1) ** 1.5)
    above = np.clip(
        (c.rows < c.horizon)
        * (grey[..., 0] > 0.68)
        * (c.glow.max(axis=2) < 0.05)
        * (np.abs(c.columns - c.middle) < c.w * 0.42),
        0,
        1,
    )
    c.rgb[:] = mix_by(c, above, dark_sky)


def mix_by(c: Canvas, share: np.ndarray, other: np.ndarray) -> np.ndarray:
    mixed: np.ndarray = (c.rgb * (1 - share[..., None]) + other * share[..., None]).astype(np.float32)
    return mixed


def shine(c: Canvas, x: float, z: float, bulb: tuple[float, float], strength: float) -> None:
    """A lit lamp: the pool on the ground, the halo in the air, the bulb."""
    band, gx, gz = c.floor()
    pool = np.exp(-(((gx - x) / 3.2) ** 2 + ((gz - z) / 3.6) ** 2)) * strength
    c.rgb[band] += c.rgb[band] * pool[..., None] * ink("#ffcf86") * 6.5 + pool[..., None] * ink("#ffb65c") * 0.06
    size = c.focal / z
    far = np.hypot(c.columns - bulb[0], c.rows - bulb[1]) / size
    c.rgb += (
        np.exp(-far / 0.55)[..., None] * ink("#ffc777") * 0.75 * strength
        + np.exp(-far / 2.2)[..., None] * ink("#ffb45e") * 0.22 * strength
    )
    c.disc(bulb, 0.3 * size, 0.085 * size, "#fff3d2", min(1.0, strength), 3)


def after_dark(c: Canvas, lit: bool) -> None:
    street(c, lit=0.42, trees=())
    night(c, 0.30 if lit else 0.22)
    for x, z in reversed(OTHERS):
        bulb = lamp(c, x, z)
        if lit or z > 20:
            shine(c, x * 0.55, z, bulb, 0.8)
    x, z = LAMP_AT
    before = c.rgb.copy()
    bulb = lamp(c, x, z)
    c.rgb[:] = np.where(c.rgb != before, c.rgb * (0.55 if lit else 0.24), c.rgb)
    if lit:
        shine(c, x * 0.6, z, bulb, 1.0)
    else:
        c.disc(bulb, 0.26 * c.focal / z, 0.07 * c.focal / z, "#3a3d44")
        c.disc((bulb[0] - 8, bulb[1] - 3), 30, 7, "#6f7683", 0.6, 3)


def lamp_out(c: Canvas) -> None:
    after_dark(c, lit=False)


def lamp_lit(c: Canvas) -> None:
    after_dark(c, lit=True)


def overcast(c: Canvas) -> None:
    grey = c.rgb.mean(axis=2, keepdims=True)
    c.rgb[:] = (c.rgb * 0.62 + grey * 0.38) * ink("#d3dae2") * 0.94


def flooded(c: Canvas) -> None:
    street(c)
    overcast(c)
    band, x, z = c.floor()
    depth = 0.30
    middle = int(c.horizon)
    ripple = 10 * np.sin(z * 9 + 1.5 * c.noise(x, z, 20)) * np.clip(3 / z, 0.1, 1) + 9 * c.noise(x, z, 26) * np.clip(
        3 / z, 0.1, 1
    )
    rows = np.clip(2 * middle - c.rows[band] + ripple, 0, middle).astype(int)
    columns = np.clip(c.columns[band] + 0.6 * ripple, 0, c.w - 1).astype(int)
    mirrored = c.rgb[rows, columns]
    share = np.clip(0.30 + z / 22, 0.34, 0.8)
    water = ink("#6b5d47") * (1 - share[..., None]) + mirrored * 0.86 * share[..., None]
    crests = np.clip(np.sin(z * 9 + x * 1.4 + 1.4 * c.noise(x, z, 20)) - 0.82, 0, 1) * np.clip(4 / z, 0.1, 1)
    water += crests[..., None] * 0.55
    shore = 4.6 + 0.12 * c.noise(x, z, 8)
    edge = 1 - step(0, np.abs(x) - shore, 0.12)
    near = step(1.9, z + 0.06 * c.noise(x, z, 12), 0.2)
    c.blend((band, slice(None)), np.maximum(edge * near, 0), water.astype(np.float32))
    c.blend((band, slice(None)), np.exp(-(((np.abs(x) - shore) / 0.05) ** 2)) * 0.4 * near, "#d9d6cc")
    dip(c, 1.7, 6.0, depth)
    cone(c, -0.9, 4.6, depth)
    cone(c, 0.5, 7.4, depth)
    rng = c.rng
    for _ in range(150):
        px, pz = rng.uniform(-3, 3), rng.uniform(2.2, 9)
        centre, size = c.at(px, 0, pz), rng.uniform(0.05, 0.13) * c.focal / pz
        c.disc(centre, size, size * 0.3, "#e9ecec", 0.22)
        c.disc(centre, size * 0.78, size * 0.22, "#84795f", 0.3)
    for _ in range(420):
        px, py, long = rng.uniform(0, c.w), rng.uniform(0, c.h), rng.uniform(40, 130)
        c.stroke([(px, py), (px - long * 0.12, py + long)], [2.2, 1.0], "#eef1f3", 0.28)


def dip(c: Canvas, x: float, z: float, depth: float) -> None:
    """An e-bike standing in the water: drawn whole, then its feet are given back to the water."""
    metre = c.focal / z
    foot, line = c.at(x, 0, z), c.at(x, depth, z)
    box = (
        slice(int(line[1]), int(foot[1] + 0.35 * metre)),
        slice(int(foot[0] - 1.1 * metre), int(foot[0] + 1.1 * metre)),
    )
    kept = c.rgb[box].copy()
    place_bike(c, x, z, "#b8bcc0", "#f2b01e", 0.9)
    c.rgb[box] = kept * 0.9 + c.rgb[box] * 0.1
    c.disc(line, 0.8 * metre, 0.07 * metre, "#e6e6df", 0.4, 5)


def cone(c: Canvas, x: float, z: float, depth: float) -> None:
    metre = c.focal / z
    for low, high, tone in ((depth, 0.44, "#e2582a"), (0.44, 0.56, "#f3f0ea"), (0.56, 0.72, "#ea6230")):
        wide, slim = 0.19 * (1 - low / 0.85), 0.19 * (1 - high / 0.85)
        c.shape(
            [c.at(x - wide, low, z), c.at(x + wide, low, z), c.at(x + slim, high, z), c.at(x - slim, high, z)], tone
        )
    c.disc(c.at(x, depth, z), 0.17 * metre, 0.03 * metre, "#e6e6df", 0.4, 4)


def dry(c: Canvas) -> None:
    street(c)
    band, x, z = c.floor()
    damp = step(0.9, c.noise(x, z, 9) + 0.3 * c.noise(x, z, 30) + 0.9 * np.exp(-((np.abs(x) - 3.1) ** 2) * 4), 0.7) * (
        np.abs(x) < 3.6
    )
    c.blend((band, slice(None)), damp * 0.42, "#2c2e31")
    silt = np.clip(np.exp(-((np.abs(x) - 3.4) ** 2) * 14) * (0.6 + 0.4 * c.noise(x, z, 30)), 0, 1)
    c.blend((band, slice(None)), silt * 0.4, "#8b7a5e")
