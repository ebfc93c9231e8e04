"""A picture in the making: a float canvas, a camera over a flat town, and brushes that work in metres."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Array = np.ndarray
Point = tuple[float, float]
Colour = str | Array
FONTS = ("opentype/noto/NotoSansCJK-Bold.ttc", "opentype/noto/NotoSansCJK-Regular.ttc", "truetype/wqy/wqy-zenhei.ttc")


def ink(colour: Colour) -> Array:
    """#rrggbb as float32, shape (3,), 0 to 1; an array passes through."""
    if isinstance(colour, str):
        return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)
    return colour


def mix(a: Colour, b: Colour, share: float | Array) -> Array:
    """From a (share 0) to b (share 1); share may be an array of shape (h, w)."""
    part: Array = np.asarray(share, dtype=np.float32)[..., None]
    mixed: Array = ink(a) * (1 - part) + ink(b) * part
    return mixed


def step(edge: float, value: Array, soft: float = 0.02) -> Array:
    """0 below the edge, 1 above it, smooth over `soft`."""
    return np.clip((value - edge) / soft + 0.5, 0, 1)


def fractal(rng: np.random.Generator, roughness: float, size: int = 512) -> Array:
    """Noise that repeats without a seam: mean 0, deviation 1; a higher `roughness` gives larger clouds."""
    freq = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size)))
    freq[0, 0] = 1
    field = np.fft.ifft2(np.fft.fft2(rng.standard_normal((size, size))) / freq**roughness).real
    noise: Array = ((field - field.mean()) / field.std()).astype(np.float32)
    return noise


def font(size: int) -> ImageFont.FreeTypeFont:
    for name in FONTS:
        path = Path("/usr/share/fonts") / name
        if path.exists():
            return ImageFont.truetype(str(path), size)
    raise SystemExit("draw_samples: no Chinese font found; install fonts-noto-cjk")


def lettering(text: str, size: int = 200) -> Array:
    """Text, one line under the other, as a mask of 0 to 1 (for paint on the ground or on a sign)."""
    face, lines = font(size), text.split("\n")
    image = Image.new("L", (max(len(line) for line in lines) * size, len(lines) * int(size * 1.15)))
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        pen.text((0, row * size * 1.15 - size * 0.12), line, fill=255, font=face)
    return np.asarray(image, dtype=np.float32) / 255


class Canvas:
    """rgb and glow: float32, shape (h, w, 3), at twice the final size. The eye looks level, down the z axis; metres."""

    def __init__(self, seed: int, horizon: float = 0.36, focal: float = 1.0, eye: float = 1.6) -> None:
        self.w, self.h = 1920, 2560
        self.rng = np.random.default_rng(seed)
        self.rgb = np.zeros((self.h, self.w, 3), np.float32)
        self.glow = np.zeros_like(self.rgb)
        self.horizon, self.focal, self.eye, self.middle = horizon * self.h, focal * self.w, eye, self.w / 2
        self.fine, self.soft = fractal(self.rng, 0.5), fractal(self.rng, 1.6)
        self.rows, self.columns = np.mgrid[0 : self.h, 0 : self.w].astype(np.float32)

    # Where things are

    def at(self, x: float, y: float, z: float) -> Point:
        """The pixel of a point x metres right, y above the ground, z ahead."""
        return self.middle + self.focal * x / z, self.horizon + self.focal * (self.eye - y) / z

    def floor(self, level: float = 0.0) -> tuple[slice, Array, Array]:
        """The rows that show the ground, with x and z of each pixel."""
        band = slice(int(self.horizon) + 3, self.h)
        z = self.focal * (self.eye - level) / (self.rows[band] - self.horizon)
        return band, (self.columns[band] - self.middle) * z / self.focal, z

    def noise(self, x: Array, z: Array, per_metre: float, fine: bool = False) -> Array:
        field = self.fine if fine else self.soft
        return field[(z * per_metre).astype(np.int32) % 512, (x * per_metre).astype(np.int32) % 512]

    # Brushes

    def window(self, points: Sequence[Point], margin: float = 0) -> tuple[slice, slice] | None:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, right = max(0, int(min(xs) - margin)), min(self.w, int(max(xs) + margin) + 2)
        top, bottom = max(0, int(min(ys) - margin)), min(self.h, int(max(ys) + margin) + 2)
        return (slice(top, bottom), slice(left, right)) if right > left and bottom > top else None

    def mask(self, points: Sequence[Point], box: tuple[slice, slice], blur: float = 0) -> Array:
        image = Image.new("L", (box[1].stop - box[1].start, box[0].stop - box[0].start))
        ImageDraw.Draw(image).polygon([(x - box[1].start, y - box[0].start) for x, y in points], fill=255)
        if blur:
            image = image.filter(ImageFilter.GaussianBlur(blur))
        return np.asarray(image, dtype=np.float32) / 255

    def blend(self, box: tuple[slice, slice], mask: Array, colour: Colour) -> None:
        self.rgb[box] += (ink(colour) - self.rgb[box]) * mask[..., None]

    def shape(self, points: Sequence[Point], colour: Colour, opacity: float = 1, blur: float = 0) -> None:
        if box := self.window(points, blur * 3):
            self.blend(box, self.mask(points, box, blur) * opacity, colour)

    def shaded(self, points: Sequence[Point], top: Colour, bottom: Colour, opacity: float = 1) -> None:
        """A shape that runs from one colour at its top to another at its bottom."""
        if box := self.window(points):
            ys = [p[1] for p in points]
            share = np.clip((self.rows[box] - min(ys)) / max(1, max(ys) - min(ys)), 0, 1)
            self.blend(box, self.mask(points, box) * opacity, mix(top, bottom, share))

    def disc(self, centre: Point, rx: float, ry: float, colour: Colour, opacity: float = 1, blur: float = 0) -> None:
        self.shape(oval(centre, rx, ry), colour, opacity, blur)

    def ball(self, centre: Point, rx: float, ry: float, light: Colour, dark: Colour) -> None:
        """A round thing lit from the upper left."""
        points = oval(centre, rx, ry)
        if box := self.window(points):
            across = (self.columns[box] - centre[0]) / rx
            down = (self.rows[box] - centre[1]) / ry
            self.blend(
                box, self.mask(points, box), mix(light, dark, np.clip(np.hypot(across + 0.4, down + 0.5) / 1.5, 0, 1))
            )

    def stroke(
        self, points: Sequence[Point], widths: Sequence[float], colour: Colour, opacity: float = 1, blur: float = 0
    ) -> None:
        """A line whose width runs evenly from the first to the last of `widths`."""
        spread = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, len(widths)), widths)
        for (a, b), (wa, wb) in zip(pairwise(points), pairwise(spread), strict=True):
            length = max(1e-6, float(np.hypot(b[0] - a[0], b[1] - a[1])))
            nx, ny = -(b[1] - a[1]) / length / 2, (b[0] - a[0]) / length / 2
            quad = [
                (a[0] + nx * wa, a[1] + ny * wa),
                (b[0] + nx * wb, b[1] + ny * wb),
                (b[0] - nx * wb, b[1] - ny * wb),
                (a[0] - nx * wa, a[1] - ny * wa),
            ]
            self.shape(quad, colour, opacity, blur)
            self.disc(b, wb / 2, wb / 2, colour, opacity, blur)

    def ground(
        self, points: Sequence[Point], colour: Colour, opacity: float = 1, blur: float = 0, level: float = 0
    ) -> None:
        """A shape lying on the ground, given as (x, z)."""
        self.shape([self.at(x, level, z) for x, z in points], colour, opacity, blur)

    def side_wall(
        self, x: float, z: tuple[float, float], y: tuple[float, float]
    ) -> tuple[tuple[slice, slice], Array, Array, Array] | None:
        """A wall along the street: its window on the canvas, its mask, and z and y of each pixel."""
        corners = [self.at(x, y[0], z[0]), self.at(x, y[0], z[1]), self.at(x, y[1], z[1]), self.at(x, y[1], z[0])]
        if not (box := self.window(corners)):
            return None
        far = self.focal * x / np.where(np.abs(self.columns[box] - self.middle) < 1, 1, self.columns[box] - self.middle)
        return box, self.mask(corners, box), far, self.eye - (self.rows[box] - self.horizon) * far / self.focal

    def front_wall(
        self, z: float, x: tuple[float, float], y: tuple[float, float]
    ) -> tuple[tuple[slice, slice], Array, Array, Array] | None:
        """A wall across the street: its window on the canvas, its mask, and x and y of each pixel."""
        corners = [self.at(x[0], y[0], z), self.at(x[1], y[0], z), self.at(x[1], y[1], z), self.at(x[0], y[1], z)]
        if not (box := self.window(corners)):
            return None
        return (
            box,
            self.mask(corners, box),
            (self.columns[box] - self.middle) * z / self.focal,
            self.eye - (self.rows[box] - self.horizon) * z / self.focal,
        )

    # The end of it

    def develop(self, warmth: float = 0.0, contrast: float = 1.08) -> Image.Image:
        """The finished photograph, 960 x 1280: a little contrast, vignette and grain, as a phone would give."""
        rgb = (self.rgb - 0.5) * contrast + 0.5
        rgb *= np.array([1 + warmth, 1, 1 - warmth], np.float32)
        across, down = (self.columns / self.w - 0.5)[..., None], (self.rows / self.h - 0.5)[..., None]
        rgb *= 1 - 0.42 * (across**2 + down**2)
        image = Image.fromarray((np.clip(rgb, 0, 1) * 255).astype(np.uint8)).resize(
            (960, 1280), Image.Resampling.LANCZOS
        )
        grain = self.rng.normal(0, 2.6, (1280, 960, 1)).astype(np.float32)
        return Image.fromarray(np.clip(np.asarray(image, np.float32) + grain, 0, 255).astype(np.uint8))


def oval(centre: Point, rx: float, ry: float, steps: int = 48) -> list[Point]:
    turn = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    return [(centre[0] + rx * float(np.cos(a)), centre[1] + ry * float(np.sin(a))) for a in turn]
