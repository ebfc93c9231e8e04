"""Shapes on a plane: sky, houses, a kerb, a road, what is broken on it; with texture and a camera's noise."""

import random
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

TROUBLES = ("hole", "bins", "lamp", "flood")
_OVER = 1.3
"""The street is drawn so much larger than it is shown: another camera sees another part of it."""


def drawn(
    seed: int,
    size: tuple[int, int] = (1280, 960),
    *,
    mended: bool = False,
    camera: int = 0,
    light: float = 1.0,
) -> Image.Image:
    """Street number `seed`, with its trouble or `mended`.

    camera: 0 is where the first picture was taken; every other number stands elsewhere before the same street, a step
    or two away. light: brightness, 1 as drawn.
    """
    chance = random.Random(f"street {seed}")
    wide = (round(size[0] * _OVER), round(size[1] * _OVER))
    street = _street(chance, wide)
    _trouble(ImageDraw.Draw(street), chance, wide, seed, mended=mended)
    street = _textured(street, seed)
    return _noisy(
        _seen(street, size, random.Random(f"camera {seed} {camera}") if camera else None), seed, camera, light
    )


def _street(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, _shade(chance, (150, 190, 225), 35))
    draw = ImageDraw.Draw(image)
    horizon = round(height * chance.uniform(0.28, 0.5))
    at = -round(width * chance.uniform(0, 0.1))
    while at < width:
        step = round(width * chance.uniform(0.12, 0.3))
        _house(draw, chance, (at, round(horizon * chance.uniform(0.0, 0.6)), at + step, horizon + 4), width)
        at += step + round(width * chance.choice((0, 0, 0.03)))
    walk = horizon + round(height * chance.uniform(0.06, 0.16))
    draw.rectangle((0, horizon, width, walk), fill=_shade(chance, (165, 160, 150), 25))
    for at in range(0, width, round(width * chance.uniform(0.02, 0.05))):
        lean = round((at - width / 2) * 0.08)
        draw.line((at, horizon, at + lean, walk), fill=_shade(chance, (135, 132, 125), 10), width=max(1, width // 640))
    draw.rectangle((0, walk, width, walk + height // 60), fill=_shade(chance, (200, 198, 190), 25))
    draw.rectangle((0, walk + height // 60, width, height), fill=_shade(chance, (95, 95, 98), 25))
    for _ in range(chance.randint(2, 5)):
        _crack(draw, chance, (chance.uniform(0, width), chance.uniform(walk, height)), width)
    if chance.random() < 0.7:
        y, gap = round(height * chance.uniform(0.8, 0.95)), round(width * chance.uniform(0.1, 0.2))
        for at in range(chance.randint(0, gap), width, gap):
            draw.rectangle((at, y, at + gap * 0.55, y + height // 45), fill=_shade(chance, (225, 222, 205), 20))
    for _ in range(chance.randint(1, 4)):
        _standing(draw, chance, chance.uniform(0, width), walk, size)
    return image


def _house(draw: ImageDraw.ImageDraw, chance: random.Random, box: tuple[int, int, int, int], width: int) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=_shade(chance, chance.choice(((180, 150, 125), (200, 195, 185), (140, 120, 115))), 30))
    window, gap = round(width * chance.uniform(0.018, 0.035)), round(width * chance.uniform(0.012, 0.03))
    glass = _shade(chance, (70, 85, 100), 30)
    for y in range(top + gap, bottom - window * 2, round(window * 1.3) + gap):
        for x in range(left + gap, right - window, window + gap):
            lit = glass if chance.random() < 0.8 else _shade(chance, (220, 205, 150), 30)
            draw.rectangle((x, y, x + window, y + window * 1.3), fill=lit, outline=_shade(chance, (230, 228, 220), 15))
    if chance.random() < 0.7:
        sign = bottom - round((bottom - top) * chance.uniform(0.15, 0.3))
        colour = _shade(chance, chance.choice(((190, 40, 40), (30, 110, 60), (40, 70, 150), (220, 180, 40))), 30)
        draw.rectangle((left + gap, sign - gap * 2, right - gap, sign), fill=colour)
        for x in range(left + gap * 2, right - gap * 2, gap + 6):
            for _ in range(4):
                a, b = (
                    (chance.uniform(0, gap), chance.uniform(0, gap)),
                    (chance.uniform(0, gap), chance.uniform(0, gap)),
                )
                where = (x + a[0], sign - gap * 1.6 + a[1], x + b[0], sign - gap * 1.6 + b[1])
                draw.line(where, fill=(245, 240, 230), width=max(1, width // 500))


def _standing(draw: ImageDraw.ImageDraw, chance: random.Random, x: float, foot: int, size: tuple[int, int]) -> None:
    """A tree or a pole."""
    width, height = size
    tall = height * chance.uniform(0.2, 0.42)
    if chance.random() < 0.5:
        draw.rectangle((x - width * 0.006, foot - tall, x + width * 0.006, foot), fill=_shade(chance, (85, 70, 55), 20))
        for _ in range(40):
            r, turn, away = (
                width * chance.uniform(0.01, 0.03),
                chance.uniform(0, 2 * pi),
                chance.uniform(0, tall * 0.35),
            )
            a, b = x + cos(turn) * away, foot - tall + sin(turn) * away
            draw.ellipse((a - r, b - r, a + r, b + r), fill=_shade(chance, (60, 105, 50), 30))
    else:
        draw.rectangle((x - width * 0.004, foot - tall, x + width * 0.004, foot), fill=_shade(chance, (70, 72, 75), 15))
        board = _shade(chance, chance.choice(((30, 80, 170), (200, 60, 50), (230, 190, 60))), 20)
        draw.rectangle((x - width * 0.03, foot - tall, x + width * 0.03, foot - tall * 0.8), fill=board)


def _crack(draw: ImageDraw.ImageDraw, chance: random.Random, at: tuple[float, float], width: int) -> None:
    points = [at]
    for _ in range(chance.randint(4, 9)):
        points.append((points[-1][0] + chance.gauss(0, 0.03) * width, points[-1][1] + chance.gauss(0, 0.012) * width))
    draw.line(points, fill=(55, 54, 54), width=max(1, width // 400))


def _trouble(
    draw: ImageDraw.ImageDraw, chance: random.Random, size: tuple[int, int], seed: int, *, mended: bool
) -> None:
    width, height = size
    x, y, large = (
        width * chance.uniform(0.35, 0.65),
        height * chance.uniform(0.66, 0.78),
        width * chance.uniform(0.07, 0.14),
    )
    ragged = [
        (x + cos(2 * pi * step / 24) * large * chance.uniform(0.8, 1.2),
         y + sin(2 * pi * step / 24) * large * 0.4 * chance.uniform(0.8, 1.2))
        for step in range(24)
    ]  # fmt: skip
    trouble = TROUBLES[seed % len(TROUBLES)]
    if trouble == "hole":
        draw.polygon(ragged, fill=(52, 52, 55) if mended else (30, 24, 20), outline=None if mended else (120, 105, 90))
        if not mended:
            for _ in range(5):
                _crack(draw, chance, ragged[chance.randrange(24)], width)
    elif trouble == "flood":
        draw.polygon(ragged, fill=(92, 92, 95) if mended else (105, 120, 125))
        if not mended:
            draw.polygon([((a - x) * 0.6 + x, (b - y) * 0.6 + y) for a, b in ragged], fill=(150, 165, 170))
    elif trouble == "bins":
        for step in range(3):
            left = x + step * large * 0.8
            draw.rectangle(
                (left, y - large * 1.2, left + large * 0.7, y), fill=(35, 95 + 40 * step, 60), outline=(20, 50, 30)
            )
        for _ in range(0 if mended else 60):
            a, b, r = (
                x + chance.gauss(0.8, 0.9) * large,
                y + chance.gauss(0, 0.2) * large,
                large * chance.uniform(0.05, 0.15),
            )
            draw.ellipse((a - r, b - r, a + r, b + r * 0.6), fill=_shade(chance, (200, 195, 190), 55))
    else:
        top = (x, y - height * 0.5) if mended else (x + height * 0.35, y - height * 0.25)
        draw.line(((x, y), top), fill=(60, 62, 66), width=round(width * 0.012))
        draw.ellipse(
            (top[0] - large * 0.4, top[1] - large * 0.2, top[0] + large * 0.4, top[1] + large * 0.2),
            fill=(225, 225, 210),
        )


def _shade(chance: random.Random, colour: tuple[int, int, int], by: int) -> tuple[int, int, int]:
    light = chance.uniform(-by, by)
    red, green, blue = (min(255, max(0, round(part + light + chance.uniform(-by / 4, by / 4)))) for part in colour)
    return red, green, blue


def _textured(street: Image.Image, seed: int) -> Image.Image:
    """Grain of the ground and the walls: it belongs to the street, every camera sees the same."""
    dice, (width, height) = np.random.default_rng(seed), street.size
    pixels = np.asarray(street, np.float32)
    for cells, strength in ((12, 10.0), (60, 8.0), (300, 9.0)):
        rough = Image.fromarray(dice.normal(0, 1, (cells * height // width, cells)).astype(np.float32))
        pixels = pixels + strength * np.asarray(rough.resize(street.size, Image.Resampling.BICUBIC))[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _seen(street: Image.Image, size: tuple[int, int], chance: random.Random | None) -> Image.Image:
    """The part of the street that a camera shows: straight from the front, or from a step beside, aslant."""
    width, height = street.size
    left, top = (width - size[0]) / 2, (height - size[1]) / 2
    corners = [(left, top), (left, top + size[1]), (left + size[0], top + size[1]), (left + size[0], top)]
    if chance:
        move, lean = (chance.uniform(-0.6, 0.6) * left, chance.uniform(-0.6, 0.6) * top), 0.03 * width
        zoom = chance.uniform(0.9, 1.1)
        corners = [
            ((x - width / 2) * zoom + width / 2 + move[0] + chance.uniform(-lean, lean),
             (y - height / 2) * zoom + height / 2 + move[1] + chance.uniform(-lean, lean))
            for x, y in corners
        ]  # fmt: skip
    plain = [part for corner in corners for part in corner]
    if not chance:
        return street.transform(size, Image.Transform.QUAD, plain, Image.Resampling.BICUBIC)
    return street.transform(size, Image.Transform.PERSPECTIVE, _perspective(corners, size), Image.Resampling.BICUBIC)


def _perspective(corners: list[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    """The eight numbers that carry the corners of `size` to `corners`."""
    rows, goal = [], []
    for (x, y), (u, v) in zip([(0, 0), (0, size[1]), size, (size[0], 0)], corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        goal += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(goal))]


def _noisy(picture: Image.Image, seed: int, camera: int, light: float) -> Image.Image:
    """What the sensor adds, another time for each picture taken."""
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    dice = np.random.default_rng((seed, camera, 7))
    return Image.fromarray((soft * light + dice.normal(0, 4, soft.shape)).clip(0, 255).astype(np.uint8))
