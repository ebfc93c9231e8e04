"""What people do to a picture before they send it again."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

Change = Callable[[Image.Image, random.Random], Image.Image]


def _saved(quality: int) -> Change:
    def change(picture: Image.Image, chance: random.Random) -> Image.Image:
        return saved(picture, quality)

    return change


def saved(picture: Image.Image, quality: int) -> Image.Image:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality)
    return Image.open(made).convert("RGB")


def _scaled(by: float) -> Change:
    def change(picture: Image.Image, chance: random.Random) -> Image.Image:
        size = round(picture.width * by), round(picture.height * by)
        return saved(picture.resize(size, Image.Resampling.BICUBIC), 80)

    return change


def _cut(most: float, *, even: bool = False) -> Change:
    """Up to `most` of the side from each side."""

    def change(picture: Image.Image, chance: random.Random) -> Image.Image:
        left, top, right, bottom = (most if even else chance.uniform(0, most) for _ in range(4))
        box = picture.width * left, picture.height * top, picture.width * (1 - right), picture.height * (1 - bottom)
        return saved(picture.crop(tuple(round(one) for one in box)), 80)

    return change


def _mirrored(picture: Image.Image, chance: random.Random) -> Image.Image:
    return saved(ImageOps.mirror(picture), 80)


def _light(by: float) -> Change:
    def change(picture: Image.Image, chance: random.Random) -> Image.Image:
        return saved(ImageEnhance.Brightness(picture).enhance(by), 80)

    return change


def _contrast(by: float) -> Change:
    def change(picture: Image.Image, chance: random.Random) -> Image.Image:
        return saved(ImageEnhance.Contrast(picture).enhance(by), 80)

    return change


def _bordered(picture: Image.Image, chance: random.Random) -> Image.Image:
    wide = round(picture.width * chance.uniform(0.02, 0.06))
    return saved(ImageOps.expand(picture, wide, chance.choice(("white", "black", "#c03020"))), 80)


def _framed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Rounded, on paper, with a line of words below, as apps for sharing do."""
    wide = picture.width // 20
    paper = ImageOps.expand(picture, (wide, wide, wide, wide * 4), "#f4f1ea")
    draw = ImageDraw.Draw(paper)
    draw.rectangle((wide, wide, wide + picture.width, wide + picture.height), outline="#444444", width=wide // 6)
    draw.text((wide, picture.height + wide * 2), "2026-11-22 08:15  22°C", fill="#333333", font_size=wide)
    return saved(paper, 80)


def _screenshot(picture: Image.Image, chance: random.Random) -> Image.Image:
    """The picture as wide as the screen of an upright phone, dark above and below, with the phone's own bars."""
    width, height = 1080, 2340
    shown = ImageOps.contain(picture, (width, height - 300), Image.Resampling.LANCZOS)
    screen = Image.new("RGB", (width, height), "black")
    screen.paste(shown, ((width - shown.width) // 2, (height - shown.height) // 2))
    draw = ImageDraw.Draw(screen)
    draw.text((60, 30), "08:15", fill="white", font_size=44)
    for at in range(4):
        draw.rectangle((880 + at * 26, 64 - at * 9, 896 + at * 26, 70), fill="white")
    draw.rounded_rectangle((990, 40, 1040, 70), 8, outline="white", width=4)
    for at in (230, 520, 810):
        draw.ellipse((at, height - 130, at + 60, height - 70), outline="white", width=6)
    return saved(screen, 85)


def _cut_and_mirrored(picture: Image.Image, chance: random.Random) -> Image.Image:
    return _light(1.2)(_mirrored(_cut(0.06)(picture, chance), chance), chance)


CHANGES: dict[str, Change] = {
    "saved, quality 85": _saved(85),
    "saved, quality 60": _saved(60),
    "saved, quality 30": _saved(30),
    "half as large": _scaled(0.5),
    "a quarter as large": _scaled(0.25),
    "cut, up to 5 % a side": _cut(0.05),
    "cut, up to 8 % a side": _cut(0.08),
    "cut, 8 % all around": _cut(0.08, even=True),
    "mirrored": _mirrored,
    "brighter": _light(1.35),
    "darker": _light(0.65),
    "more contrast": _contrast(1.4),
    "less contrast": _contrast(0.6),
    "a border": _bordered,
    "a frame with words": _framed,
    "a phone's screenshot": _screenshot,
    "cut, mirrored, brighter": _cut_and_mirrored,
}
