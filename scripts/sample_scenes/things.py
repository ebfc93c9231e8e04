"""Things that stand or lie in a street: bins, bags, litter."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .canvas import Array, Canvas, Point, ink, lettering, oval


def shadow(c: Canvas, x: float, z: float, rx: float, rz: float, opacity: float = 0.5) -> None:
    metre = c.focal / z
    c.shape([c.at(px, 0, pz) for px, pz in oval((x, z), rx, rz)], "#15120f", opacity, 0.05 * metre)


def bin_(c: Canvas, x: float, z: float, colour: str, word: str, open_: bool) -> None:
    """A wheeled bin of 240 litres; `open_` throws its lid back."""
    shadow(c, x + 0.12, z + 0.25, 0.5, 0.4)
    low, high, tall, deep = 0.23, 0.29, 0.95, 0.5
    dark, light = ink(colour) * 0.55, np.clip(ink(colour) * 1.15, 0, 1)
    side = -1 if x > 0 else 1
    flank = [
        c.at(x + side * low, 0.05, z),
        c.at(x + side * high, tall, z),
        c.at(x + side * high, tall, z + deep),
        c.at(x + side * low, 0.05, z + deep),
    ]
    c.shape(flank, dark)
    for wheel in (-1, 1):
        c.disc(c.at(x + wheel * 0.2, 0.09, z + 0.02), 0.09 * c.focal / z, 0.09 * c.focal / z, "#1c1c1d")
    front = [c.at(x - low, 0.05, z), c.at(x - high, tall, z), c.at(x + high, tall, z), c.at(x + low, 0.05, z)]
    c.shaded(front, light, ink(colour) * 0.72)
    for rib in (-0.14, 0.14):
        c.stroke([c.at(x + rib, 0.15, z), c.at(x + rib * 1.15, 0.85, z)], [7, 7], ink(colour) * 0.62, 0.6)
    plate = [c.at(x - 0.16, 0.36, z), c.at(x - 0.17, 0.7, z), c.at(x + 0.17, 0.7, z), c.at(x + 0.16, 0.36, z)]
    c.shape(plate, "#f4f2ea", 0.92)
    stamp(c, word, c.at(x - 0.14, 0.6, z), c.at(x + 0.14, 0.46, z), ink(colour) * 0.8)
    if open_:
        c.shape(
            [
                c.at(x - high, tall, z),
                c.at(x + high, tall, z),
                c.at(x + high, tall, z + deep),
                c.at(x - high, tall, z + deep),
            ],
            "#131313",
        )
        lid = [
            c.at(x - high, tall, z + deep),
            c.at(x - high, tall + 0.52, z + deep + 0.16),
            c.at(x + high, tall + 0.52, z + deep + 0.16),
            c.at(x + high, tall, z + deep),
        ]
        c.shaded(lid, ink(colour) * 0.8, ink(colour) * 0.5)
    else:
        top = [
            c.at(x - high - 0.02, tall, z - 0.03),
            c.at(x + high + 0.02, tall, z - 0.03),
            c.at(x + high, tall + 0.06, z + deep),
            c.at(x - high, tall + 0.06, z + deep),
        ]
        c.shaded(top, ink(colour) * 0.85, np.clip(ink(colour) * 1.3, 0, 1))
        c.stroke([top[0], top[1]], [12, 12], ink(colour) * 0.6)


def stamp(c: Canvas, word: str, upper: Point, lower: Point, colour: Array) -> None:
    """A word fitted between two corners of the canvas."""
    letters = Image.fromarray((lettering(word, 80) * 255).astype(np.uint8))
    box = (slice(int(upper[1]), int(lower[1])), slice(int(upper[0]), int(lower[0])))
    size = (box[1].stop - box[1].start, box[0].stop - box[0].start)
    c.blend(box, np.asarray(letters.resize(size), np.float32) / 255, colour)


def bag(c: Canvas, x: float, z: float, size: float, colour: str, y: float = 0.0) -> None:
    """A tied rubbish bag, soft and shining."""
    metre, rng = c.focal / z, c.rng
    px, py = c.at(x, y, z)
    wide, tall = size * metre, size * 0.85 * metre
    if y == 0:
        shadow(c, x + 0.05, z, size * 0.65, size * 0.4, 0.55)
    turn = np.linspace(0, 2 * np.pi, 26, endpoint=False)
    bumps = 1 + rng.normal(0, 0.05, 26)
    outline = [
        (px + float(np.cos(a)) * wide * 0.5 * b, py - tall * 0.45 + float(np.sin(a)) * tall * 0.5 * b)
        for a, b in zip(turn, bumps, strict=True)
    ]
    c.shaded(outline, np.clip(ink(colour) * 1.35 + 0.05, 0, 1), ink(colour) * 0.6)
    knot = (px + rng.normal(0, 0.06) * wide, py - tall * 0.95)
    c.shape(
        [
            (knot[0] - wide * 0.16, knot[1] - tall * 0.14),
            (knot[0] + wide * 0.14, knot[1] - tall * 0.18),
            (knot[0] + wide * 0.07, knot[1] + tall * 0.1),
            (knot[0] - wide * 0.07, knot[1] + tall * 0.1),
        ],
        ink(colour) * 0.9,
    )
    for _ in range(9):
        a = rng.uniform(0.15, 0.85) * np.pi
        end = (px - np.cos(a) * wide * 0.42, py - tall * 0.4 + rng.uniform(-0.2, 0.35) * tall)
        c.stroke(
            [knot, ((knot[0] + end[0]) / 2 + rng.normal(0, wide * 0.05), (knot[1] + end[1]) / 2), end],
            [wide * 0.03, wide * 0.01],
            np.clip(ink(colour) * rng.choice([0.5, 1.9]) + 0.04, 0, 1),
            0.5,
            1.5,
        )


def litter(c: Canvas, x: tuple[float, float], z: tuple[float, float], pieces: int) -> None:
    for _ in range(pieces):
        px, pz, s = c.rng.uniform(*x), c.rng.uniform(*z), c.rng.uniform(0.03, 0.1)
        turn = c.rng.uniform(0, 6.3)
        piece = [
            (px + s * np.cos(turn + a) * c.rng.uniform(0.6, 1.2), pz + s * np.sin(turn + a)) for a in (0, 1.4, 3.0, 4.5)
        ]
        c.ground([(u + 0.015, v - 0.01) for u, v in piece], "#1d1a16", 0.5, 3)
        c.ground(
            piece,
            str(c.rng.choice(["#f0ede4", "#c9b48a", "#d8684f", "#7fa7bd", "#e8e4d8", "#8f8a6f"])),
            0.96,
            level=0.01,
        )
