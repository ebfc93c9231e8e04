"""What every street has: sky, house fronts, road, pavement, trees and lamps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .canvas import Array, Canvas, Point, ink, lettering, mix, step

SIGNS = ("#c8453a", "#2f6f9f", "#e0a030", "#3c8a5a", "#8a4a7a", "#d8d2c4")


def sky(c: Canvas, top: str = "#8fb7d8", low: str = "#e9e6dc", clouds: float = 0.5) -> None:
    share = np.clip(c.rows / c.horizon, 0, 1)
    c.rgb[:] = mix(top, low, share**1.3)
    cloud = step(0.2, c.noise(c.columns / 700, c.rows / 260 + 3, 110), 1.6) * (1 - share * 0.6) * clouds
    c.blend((slice(None), slice(None)), cloud, "#fbfaf6")


def facade(c: Canvas, along: Array, up: Array, colour: str, seed: int, lit: float) -> tuple[Array, Array]:
    """A six-storey house of flats with shops below: the colour of each pixel, and the light its windows give."""
    luck = np.random.default_rng(seed).random((64, 64)).astype(np.float32)
    bay, storey = np.floor(along / 3.2), np.floor((up - 3.4) / 3.0)
    u, v = along / 3.2 - bay, (up - 3.4) / 3.0 - storey
    chance = luck[bay.astype(int) % 64, storey.astype(int) % 64]
    dirt = c.noise(along, up, 18)
    rgb = ink(colour) * (1 + 0.035 * dirt + 0.03 * c.noise(along, up, 90, fine=True))[..., None]
    rgb = mix(rgb, "#6b655c", np.clip(step(0.93, v, 0.02) * 0.35, 0, 1))
    frame = (np.abs(u - 0.5) < 0.31) & (v > 0.26) & (v < 0.80)
    glass = (np.abs(u - 0.5) < 0.28) & (v > 0.29) & (v < 0.77) & (np.abs(u - 0.5) > 0.012)
    rgb = mix(rgb, "#efece4", frame * 0.8)
    pane = mix(mix("#33424d", "#7f97a6", v * 0.9 + chance * 0.3 - 0.2), "#d9cfb8", (chance > 0.72) * 0.45)
    rgb = np.where(glass[..., None], pane, rgb)
    unit = (np.abs(u - 0.84) < 0.11) & (np.abs(v - 0.2) < 0.11) & (chance < 0.6)
    rgb = np.where(unit[..., None], mix("#d6d5cf", "#8d8c86", np.sin(v * 160) * 0.3 + 0.4), rgb)
    shop = np.floor(along / 4.2)
    part, tint = along / 4.2 - shop, (shop.astype(int) * 7 + seed) % len(SIGNS)
    board = np.array([ink(s) for s in SIGNS])[tint] * (0.9 + 0.1 * dirt[..., None] * 0.3)
    inside = mix("#2b2724", "#8a7a5c", np.clip((1 - up / 2.5) * 0.2 + luck[shop.astype(int) % 64, 3] * 0.5, 0, 1))
    inside = np.where(((part < 0.04) | (part > 0.96))[..., None], ink("#b8b0a2"), inside)
    writing = (
        (np.abs(up - 2.95) < 0.2) & (np.abs(part - 0.5) < 0.3) & (np.sin(part * 62) > -0.45) & (np.sin(up * 60) > -0.8)
    )
    board = np.where(writing[..., None], ink("#f7f1e2"), board)
    ground = np.where((up > 2.5)[..., None], board, inside)
    rgb = np.where((up < 3.4)[..., None], ground, rgb).astype(np.float32)
    light = (glass & (chance < lit) & (up > 3.4))[..., None] * ink("#f2c46a")
    return rgb, light.astype(np.float32)


def row_of_houses(
    c: Canvas, x: float, start: float = 5, end: float = 90, seed: int = 1, lit: float = 0.3, shade: float = 1.0
) -> None:
    """Houses along one side of the street, the far ones first."""
    rng = np.random.default_rng(seed)
    houses, z = [], start
    while z < end:
        houses.append(
            (
                z,
                z + rng.uniform(14, 22),
                rng.uniform(13, 22),
                str(rng.choice(["#d7c4a3", "#c9b8a8", "#cfcabd", "#bfa58c", "#d9d0bd"])),
            )
        )
        z = houses[-1][1] + rng.uniform(0.0, 2.0)
    for index, (near, far, height, colour) in reversed(list(enumerate(houses))):
        # The gable that faces us, then the long front.
        inner = x + np.sign(x) * 9
        if gable := c.front_wall(near, (min(x, inner), max(x, inner)), (0, height)):
            box, mask, u, v = gable
            c.blend(box, mask, ink(colour) * (0.72 * shade + 0.02 * c.noise(u, v, 20))[..., None])
        if wall := c.side_wall(x, (near, far), (0, height)):
            box, mask, along, up = wall
            rgb, light = facade(c, along, up, colour, seed + index, lit)
            haze = np.clip((along - 15) / 130, 0, 0.5)
            c.blend(box, mask, mix(rgb * shade, "#d9dad6", haze))
            c.glow[box] = c.glow[box] * (1 - mask[..., None]) + light * mask[..., None]


def asphalt(c: Canvas, width: float = 3.6, tone: str = "#67676a", dapple: float = 0.25, centre: bool = True) -> None:
    """Road to |x| = width, kerb, then paved walks."""
    band, x, z = c.floor()
    near = np.clip(6 / z, 0, 1)
    grit = c.noise(x, z, 170, fine=True) * 0.05 * near + c.noise(x, z, 22) * 0.035 + c.noise(x, z, 3) * 0.03
    road = ink(tone) * (1 + grit)[..., None]
    tracks = np.exp(-(((np.abs(x) - width * 0.52) / 0.55) ** 2))
    road = mix(road, "#86868a", tracks * 0.22)
    walk = paving(c, x, z)
    kerb = step(width, np.abs(x), 0.03) - step(width + 0.28, np.abs(x), 0.03)
    rgb = mix(road, walk, step(width + 0.2, np.abs(x), 0.02))
    rgb = mix(rgb, "#b9b4aa", kerb * (0.86 + 0.1 * np.sign(np.sin(z * 6.3))))
    if centre:
        line = (np.abs(x) < 0.07) & (np.mod(z, 6) < 3.4)
        rgb = mix(rgb, "#e6e2d6", line * np.clip(0.82 + 0.25 * c.noise(x, z, 130, fine=True), 0.2, 0.95))
    edge = np.abs(np.abs(x) - (width - 0.35)) < 0.06
    rgb = mix(rgb, "#d9a93a", edge * np.clip(0.75 + 0.25 * c.noise(x, z, 130, fine=True), 0.1, 0.9))
    shadow = step(0.35, c.noise(x, z, 16) + 0.35 * c.noise(x, z, 60), 0.9) * dapple
    rgb = mix(rgb, "#2c3036", shadow)
    c.rgb[band] = mix(rgb, "#cfcfca", np.clip((z - 14) / 120, 0, 0.55))


def paving(c: Canvas, x: Array, z: Array, tile: float = 0.4, tone: str = "#b7aa9a") -> Array:
    """Square slabs, each a little different, with joints that fade in the distance."""
    luck = np.random.default_rng(5).normal(0, 0.05, (64, 64)).astype(np.float32)
    i, j = np.floor(x / tile).astype(int), np.floor(z / tile).astype(int)
    u, v = x / tile - i, z / tile - j
    gap = np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v)) * tile
    rgb = (
        ink(tone)
        * (1 + luck[i % 64, j % 64] + 0.04 * c.noise(x, z, 120, fine=True) + 0.03 * c.noise(x, z, 10))[..., None]
    )
    return mix(rgb, "#6f665c", (1 - step(0.012, gap, 0.012)) * np.clip(5 / z, 0, 0.9))


def tactile(c: Canvas, x0: float, width: float = 0.6) -> None:
    """The yellow guiding strip for the blind, along the walk."""
    band, x, z = c.floor()
    inside = np.abs(x - x0) < width / 2
    bars = 0.82 + 0.18 * np.sign(np.sin((x - x0) * 2 * np.pi / 0.12)) * np.clip(5 / z, 0, 1)
    joint = np.mod(z, 0.3) < 0.015
    rgb = ink("#d8a92c") * (bars * (1 + 0.05 * c.noise(x, z, 60, fine=True)))[..., None]
    c.blend((band, slice(None)), inside * np.where(joint, 0.55, 0.95), rgb.astype(np.float32))


def foliage(
    c: Canvas,
    centre: Point,
    radius: float,
    tones: tuple[str, str, str] = ("#35532f", "#5a7d3e", "#93ad5c"),
    leaves: int = 520,
) -> None:
    """A crown of leaves: dark ones first and low, light ones last and high."""
    rng = c.rng
    for k in range(leaves):
        share = k / leaves
        a, r = rng.uniform(0, 2 * np.pi), radius * np.sqrt(rng.random())
        x, y = centre[0] + r * np.cos(a) * 1.15, centre[1] + r * np.sin(a) * 0.82 - share * radius * 0.22
        size = radius * rng.uniform(0.05, 0.13) * (1.25 - 0.5 * share)
        tone = mix(tones[0], tones[1], min(1, share * 2)) if share < 0.5 else mix(tones[1], tones[2], share * 2 - 1)
        c.disc((float(x), float(y)), size * 1.2, size * 0.85, tone * rng.uniform(0.85, 1.12), 0.9)


def tree(c: Canvas, x: float, z: float, height: float = 7, seed: int = 0) -> None:
    foot, top = c.at(x, 0, z), c.at(x + 0.2, height * 0.62, z)
    metre = c.focal / z
    c.disc((foot[0], foot[1]), 0.5 * metre, 0.13 * metre, "#221d18", 0.45, 0.06 * metre)
    bend = [foot, (foot[0] - 0.06 * metre, (foot[1] + top[1]) / 2), top]
    c.stroke(bend, [0.34 * metre, 0.2 * metre], "#4f4235")
    c.stroke([(p[0] - 0.06 * metre, p[1]) for p in bend], [0.1 * metre, 0.06 * metre], "#83735f", 0.6, 2)
    c.stroke([bend[1], (bend[1][0] + 0.9 * metre, top[1])], [0.12 * metre, 0.06 * metre], "#4f4235")
    foliage(c, c.at(x + 0.1, height * 0.8, z), 1.9 * metre, leaves=420)


def lamp(c: Canvas, x: float, z: float, height: float = 6.5, reach: float = 1.5) -> Point:
    """A street lamp leaning over the road; the answer is the pixel of its bulb."""
    metre, side = c.focal / z, -np.sign(x)
    foot, knee, head = c.at(x, 0, z), c.at(x, height - 0.4, z), c.at(x + side * reach, height, z)
    c.stroke([foot, knee], [0.17 * metre, 0.1 * metre], "#5c6166")
    c.stroke([(p[0] - 0.025 * metre, p[1]) for p in (foot, knee)], [0.05 * metre, 0.03 * metre], "#a9aeb2", 0.7)
    c.stroke([knee, head], [0.08 * metre, 0.06 * metre], "#5c6166")
    c.stroke([head, (head[0] + side * 0.55 * metre, head[1] + 0.02 * metre)], [0.2 * metre, 0.14 * metre], "#4a4e53")
    return head[0] + float(side) * 0.3 * metre, head[1] + 0.1 * metre


def painted(
    c: Canvas, text: str, x: tuple[float, float], z: tuple[float, float], colour: str, wear: float = 0.25
) -> None:
    """Letters painted on the ground, to be read from where we stand."""
    letters = lettering(text)
    band, gx, gz = c.floor()
    u, v = (gx - x[0]) / (x[1] - x[0]), (z[1] - gz) / (z[1] - z[0])
    inside = (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    rows = np.clip(v * letters.shape[0], 0, letters.shape[0] - 1).astype(int)
    columns = np.clip(u * letters.shape[1], 0, letters.shape[1] - 1).astype(int)
    worn = np.clip(1 - wear - wear * c.noise(gx, gz, 50, fine=True), 0, 1)
    c.blend((band, slice(None)), letters[rows, columns] * inside * worn, colour)


def street(
    c: Canvas,
    lit: float = 0.3,
    trees: tuple[tuple[float, float], ...] = ((-5.2, 15), (-5.2, 24), (5.4, 20)),
    **road: object,
) -> None:
    """A street of the old town: sky, two rows of houses, the road and its trees."""
    sky(c)
    asphalt(c, **road)  # type: ignore[arg-type]
    row_of_houses(c, -8.5, seed=3, lit=lit)
    row_of_houses(c, 8.5, seed=11, lit=lit, shade=0.8)
    bare = c.rgb.copy()
    for x, z in sorted(trees, key=lambda t: -t[1]):
        tree(c, x, z)
    c.glow *= np.all(c.rgb == bare, axis=-1, keepdims=True)  # a crown hides the lit windows behind it


Scene = Callable[[Canvas], None]
