"""Chinese number plates in their true layouts (GA 36-2018), invented numbers; a millimetre is a pixel."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from media.typeface import find_font

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # never I and O
DIGITS = "0123456789"
GLYPH = (45, 90)

Colour = tuple[int, int, int]
Face = Callable[[int], ImageFont.FreeTypeFont]
BLUE, YELLOW, WHITE, BLACK, RED = (24, 60, 158), (238, 178, 24), (236, 238, 236), (18, 18, 20), (190, 30, 30)
GREEN_LOW = (96, 196, 130)


@dataclass(frozen=True)
class Plate:
    """picture: RGBA, a millimetre a pixel; text: what stands on it, without dot and space."""

    kind: str
    text: str
    picture: Image.Image


def sans(size: int) -> ImageFont.FreeTypeFont:
    """The typeface plates are learnt in. Raises LookupError where no Chinese one is installed."""
    found = find_font()
    if found is None:
        raise LookupError("no Chinese typeface is installed")
    return found.at(size)


def blue(chance: random.Random, face: Face = sans) -> Plate:
    return _row("blue", _number(chance, 5), (BLUE, BLUE), WHITE, face)


def yellow(chance: random.Random, face: Face = sans) -> Plate:
    return _row("yellow", _number(chance, 5), (YELLOW, YELLOW), BLACK, face)


def green(chance: random.Random, face: Face = sans) -> Plate:
    text = _number(chance, 5)
    return _row("green", text[:2] + chance.choice("DF") + text[2:], (WHITE, GREEN_LOW), BLACK, face)


def police(chance: random.Random, face: Face = sans) -> Plate:
    text = _number(chance, 4) + "警"
    return _row("police", text, (WHITE, WHITE), BLACK, face, last=RED)


def lorry(chance: random.Random, face: Face = sans) -> Plate:
    """Yellow, two lines, as at the back of lorries and buses: 440 x 220."""
    text = _number(chance, 5)
    plate = _board((440, 220), (YELLOW, YELLOW), BLACK)
    for at, glyph in enumerate(text[:2]):
        _set(plate, glyph, (110 + at * 140, 15, 80, 60), BLACK, face)
    ImageDraw.Draw(plate).ellipse((214, 40, 226, 52), fill=BLACK)
    for at, glyph in enumerate(text[2:]):
        _set(plate, glyph, (27 + at * 80, 90, 65, 110), BLACK, face)
    return Plate("lorry", text, plate)


def ebike(chance: random.Random, face: Face = sans) -> Plate:
    """Of an electric bicycle: a town above, figures below, white; 220 x 120."""
    ink = chance.choice([(20, 90, 60), BLACK, (20, 50, 140)])
    plate = _board((220, 120), (WHITE, WHITE), ink)
    text = chance.choice(["惠州", "广州", "东莞", "杭州"]) + "".join(chance.choices(DIGITS, k=6))
    for at, glyph in enumerate(text[:2]):
        _set(plate, glyph, (62 + at * 56, 12, 38, 34), ink, face)
    for at, glyph in enumerate(text[2:]):
        _set(plate, glyph, (14 + at * 33, 54, 26, 54), ink, face)
    return Plate("ebike", text, plate)


MAKERS: dict[str, Callable[[random.Random, Face], Plate]] = {
    "blue": blue,
    "green": green,
    "yellow": yellow,
    "lorry": lorry,
    "police": police,
    "ebike": ebike,
}


def _number(chance: random.Random, figures: int) -> str:
    """A province, a town's letter, and figures with up to two letters among them."""
    letters = chance.sample(range(figures), chance.choice((0, 0, 1, 1, 2)))
    tail = "".join(chance.choice(LETTERS if at in letters else DIGITS) for at in range(figures))
    return chance.choice(PROVINCES) + chance.choice(LETTERS) + tail


def _row(
    kind: str, text: str, ground: Sequence[Colour], ink: Colour, face: Face, *, last: Colour | None = None
) -> Plate:
    many = len(text) == 8
    plate = _board((480 if many else 440, 140), ground, ink)
    x, step = (16, 54) if many else (16, 57)
    for at, glyph in enumerate(text):
        _set(plate, glyph, (x, 25, *((43, 90) if many and at > 1 else GLYPH)), last if last and at == 6 else ink, face)
        x += step + (22 if at == 1 else 0)
        if at == 1 and not many:
            ImageDraw.Draw(plate).ellipse((x - 26, 65, x - 16, 75), fill=ink)
    return Plate(kind, text, plate)


def _board(size: tuple[int, int], ground: Sequence[Colour], ink: Colour) -> Image.Image:
    """Rounded, with a line along its edge, from one colour above to another below."""
    width, height = size
    above, below = (Image.new("RGB", size, colour) for colour in ground)
    board = Image.composite(below, above, Image.linear_gradient("L").resize(size)).convert("RGBA")
    edge = Image.new("L", (width * 2, height * 2))
    ImageDraw.Draw(edge).rounded_rectangle((0, 0, width * 2 - 1, height * 2 - 1), 20, fill=255)
    board.putalpha(edge.resize(size))
    ImageDraw.Draw(board).rounded_rectangle((4, 4, width - 5, height - 5), 8, outline=ink, width=3)
    return board


def _set(plate: Image.Image, glyph: str, box: tuple[int, int, int, int], ink: Colour, face: Face) -> None:
    """One glyph stretched into left, top, width, height: plates have narrow ones of their own."""
    x, y, width, height = box
    shape = _shape(glyph, face)
    if glyph == "1":  # stays narrow
        x, width = x + width // 3, max(4, width // 3)
    plate.paste((*ink, 255), (x, y), shape.resize((width, height), Image.Resampling.LANCZOS))


@cache
def _shape(glyph: str, face: Face) -> Image.Image:
    image = Image.new("L", (240, 240))
    ImageDraw.Draw(image).text((40, 10), glyph, font=face(140), fill=255)
    return image.crop(image.getbbox())
