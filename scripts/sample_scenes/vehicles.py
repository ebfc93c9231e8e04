"""Things on wheels: e-bikes and cars."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from .canvas import Canvas, ink, mix
from .things import shadow, stamp


def ebike(colour: str, box: str | None) -> Image.Image:
    """An e-bike from its side, 1.7 m long on 850 x 620 pixels; `box`: the colour of a rider's chest."""
    image = Image.new("RGBA", (850, 620))
    pen = ImageDraw.Draw(image)
    for x in (150, 690):
        pen.ellipse((x - 118, 376, x + 118, 612), fill="#1b1c1e")
        pen.ellipse((x - 80, 414, x + 80, 574), fill="#8d9093")
        pen.ellipse((x - 70, 424, x + 70, 564), fill="#33363a")
        for turn in np.linspace(0, np.pi, 6, endpoint=False):
            dx, dy = 74 * np.cos(turn), 74 * np.sin(turn)
            pen.line((x - dx, 494 - dy, x + dx, 494 + dy), fill="#a9adb0", width=5)
        pen.ellipse((x - 22, 472, x + 22, 516), fill="#b9bcbe")
    pen.line((690, 494, 600, 190), fill="#3b3e42", width=26)
    pen.polygon(
        [
            (110, 300),
            (330, 270),
            (360, 420),
            (560, 430),
            (590, 230),
            (650, 240),
            (640, 420),
            (580, 480),
            (300, 490),
            (230, 400),
            (90, 360),
        ],
        fill=colour,
    )
    pen.polygon(
        [(110, 300), (330, 270), (336, 300), (120, 330)],
        fill=tuple(int(v * 255) for v in np.clip(ink(colour) * 1.35 + 0.06, 0, 1)),
    )
    pen.polygon([(570, 90), (620, 110), (664, 300), (630, 420), (585, 330)], fill=colour)
    pen.polygon([(625, 140), (650, 150), (668, 260), (650, 300)], fill="#f5efd8")
    pen.polygon([(80, 395), (240, 370), (260, 420), (150, 400)], fill="#2a2c2f")
    pen.polygon([(600, 372), (770, 360), (800, 420), (690, 388)], fill=colour)
    pen.rounded_rectangle((130, 226, 400, 280), 26, fill="#232427")
    pen.line((590, 110, 520, 74), fill="#2a2c2f", width=20)
    pen.line((600, 100, 640, 20), fill="#55585c", width=9)
    pen.ellipse((610, 0, 670, 44), fill="#4a5057")
    pen.line((300, 480, 250, 606), fill="#55585c", width=12)
    pen.rounded_rectangle((60, 315, 96, 350), 8, fill="#c43a2e")
    if box:
        pen.rounded_rectangle((20, 40, 270, 238), 18, fill=box)
        pen.rounded_rectangle((20, 40, 270, 92), 18, fill=tuple(int(v * 200) for v in ink(box)))
        pen.rectangle((70, 130, 220, 150), fill="#f6f1e4")
    return image


def place_bike(
    c: Canvas,
    x: float,
    z: float,
    colour: str,
    box: str | None = None,
    squeeze: float = 1,
    flip: bool = False,
    fallen: float = 0,
) -> None:
    """An e-bike (leaning by `fallen` degrees) with its middle at x and its wheels on the ground at z."""
    sprite = ebike(colour, box)
    if flip:
        sprite = sprite.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    scale = c.focal / z * 1.7 / 850
    wide, tall = max(8, int(850 * scale * squeeze)), int(620 * scale)
    sprite = sprite.resize((wide, tall), Image.Resampling.LANCZOS)
    if fallen:
        sprite = sprite.rotate(fallen, Image.Resampling.BICUBIC, expand=True)
    foot = c.at(x, 0, z)
    shadow(c, x + 0.1, z + 0.05, 0.85 * squeeze + 0.1, 0.22, 0.5)
    left, top = int(foot[0] - sprite.width / 2), int(foot[1] - sprite.height)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(c.w, left + sprite.width), min(c.h, top + sprite.height)
    if x1 <= x0 or y1 <= y0:
        return
    pixels = np.asarray(sprite, np.float32)[y0 - top : y1 - top, x0 - left : x1 - left] / 255
    c.blend(
        (slice(y0, y1), slice(x0, x1)),
        pixels[..., 3],
        pixels[..., :3] * np.linspace(1.08, 0.86, y1 - y0)[:, None, None].astype(np.float32),
    )


PROFILE = [
    (0, 0.32),
    (0, 0.85),
    (0.12, 0.98),
    (0.55, 1.02),
    (1.0, 1.45),
    (2.5, 1.47),
    (3.2, 1.0),
    (4.2, 0.9),
    (4.4, 0.7),
    (4.4, 0.32),
]


def car(c: Canvas, x: float, z: float, colour: str, plate: str = "") -> None:
    """A parked car from behind, its tail at z: the profile, drawn out to a width of 1.8 m, painted far to near."""
    half, turned = 0.9, -1 if x > 0 else 1
    shadow(c, x, z + 2.2, 1.25, 2.5, 0.6)
    side = x + turned * half
    c.shaded([c.at(side, y, z + d) for d, y in PROFILE], ink(colour) * 0.86, ink(colour) * 0.45)
    for near, far in ((1.02, 1.8), (1.86, 2.95)):
        c.shaded(
            [
                c.at(side, 1.0, z + near - 0.18),
                c.at(side, 1.38, z + near + 0.08),
                c.at(side, 1.38, z + far - 0.3),
                c.at(side, 1.0, z + far),
            ],
            "#5d6c77",
            "#2d363c",
        )
    for wheel in (0.85, 3.5):
        hub = [c.at(side, 0.32 + 0.32 * np.sin(a), z + wheel + 0.32 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 28)]
        c.shape(hub, "#161617")
        c.shape(
            [c.at(side, 0.32 + 0.18 * np.sin(a), z + wheel + 0.18 * np.cos(a)) for a in np.linspace(0, 2 * np.pi, 28)],
            "#8c9094",
        )
    edges = list(enumerate(pairwise(PROFILE)))
    for number, ((d0, y0), (d1, y1)) in sorted(edges, key=lambda e: -(e[1][0][0] + e[1][1][0])):
        if y1 < y0 and d0 > 1 and number != 6:
            continue  # bonnet and nose: hidden behind the cabin
        quad = [
            c.at(x - half, y0, z + d0),
            c.at(x + half, y0, z + d0),
            c.at(x + half, y1, z + d1),
            c.at(x - half, y1, z + d1),
        ]
        flat = abs(d1 - d0) / (abs(d1 - d0) + abs(y1 - y0) + 1e-6)
        c.shaded(quad, np.clip(ink(colour) * (0.82 + 0.35 * flat), 0, 1), ink(colour) * (0.68 + 0.3 * flat))
        if number == 3:
            inner = [
                c.at(x - 0.74, y0 + 0.02, z + d0),
                c.at(x + 0.74, y0 + 0.02, z + d0),
                c.at(x + 0.66, y1 - 0.04, z + d1),
                c.at(x - 0.66, y1 - 0.04, z + d1),
            ]
            c.shaded(inner, "#7d909c", "#27313a")
    tail = c.focal / z
    for wheel in (-0.66, 0.66):
        c.shape(
            [
                c.at(x + wheel - 0.12, 0.0, z + 0.3),
                c.at(x + wheel + 0.12, 0.0, z + 0.3),
                c.at(x + wheel + 0.12, 0.34, z + 0.02),
                c.at(x + wheel - 0.12, 0.34, z + 0.02),
            ],
            "#121213",
        )
    for lampx in (-0.74, 0.74):
        c.shaded(
            [
                c.at(x + lampx - 0.15, 0.66, z),
                c.at(x + lampx + 0.15, 0.66, z),
                c.at(x + lampx + 0.13, 0.84, z),
                c.at(x + lampx - 0.13, 0.84, z),
            ],
            "#e0523f",
            "#8d1f18",
        )
    c.shaded(
        [
            c.at(x - half, 0.3, z - 0.02),
            c.at(x + half, 0.3, z - 0.02),
            c.at(x + half, 0.5, z - 0.02),
            c.at(x - half, 0.5, z - 0.02),
        ],
        ink(colour) * 0.7,
        "#2a2b2c",
    )
    c.shape(
        [
            c.at(x - 0.24, 0.52, z - 0.03),
            c.at(x + 0.24, 0.52, z - 0.03),
            c.at(x + 0.24, 0.66, z - 0.03),
            c.at(x - 0.24, 0.66, z - 0.03),
        ],
        "#2456a6" if plate else mix(colour, "#ffffff", 0.5),
    )
    if plate:
        stamp(c, plate, c.at(x - 0.21, 0.65, z - 0.03), c.at(x + 0.21, 0.535, z - 0.03), ink("#f2f2ee"))
    c.disc(c.at(x, 0.78, z), 0.05 * tail, 0.05 * tail, "#d9dcde", 0.9)
