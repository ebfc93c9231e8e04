"""Words drawn on a picture: cut to fit, set in what the typeface has, left out where there is none."""

import unicodedata
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from media.typeface import Typeface

INK, GREY, PAPER = (28, 30, 34), (92, 97, 105), (255, 255, 255)
MISSING = "〓"
"""What a printer of Chinese sets for a character that his case lacks."""
LONGEST = 200
_SHARPER = 4  # shapes are drawn so much larger and shrunk: Pillow draws hard edges


def printable(text: str, typeface: Typeface) -> str:
    """One line of what the typeface can show: no control or direction marks, no emoji (they would be empty boxes);
    a rare character it lacks is 〓."""
    shown = "".join(_shown(char, typeface) for char in unicodedata.normalize("NFC", text[:LONGEST]))
    return " ".join(shown.split())


def _shown(char: str, typeface: Typeface) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char)[0] == "C" or _is_emoji(char):
        return ""
    if typeface.has(char):
        return char
    return MISSING if unicodedata.category(char)[0] == "L" and typeface.has(MISSING) else ""


def _is_emoji(char: str) -> bool:
    return "\U0001f000" <= char <= "\U0001ffff" or "\ufe00" <= char <= "\ufe0f" or "\u2600" <= char <= "\u27bf"


def cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """As much of it as fits into so many pixels, with … where something is missing; between words where that costs
    little."""
    if font.getlength(text) <= width:
        return text
    whole = text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    space = text.rfind(" ")
    if whole[len(text) : len(text) + 1] != " " and space > len(text) // 2:
        text = text[:space]
    return text.rstrip() + "…"


def wrap(text: str, typeface: Typeface, width: int, sizes: tuple[int, int]) -> tuple[list[str], int]:
    """One line, as large as it fits (sizes: largest, smallest, in pixels); else two of the smallest, cut.

    Returns the lines and their size.
    """
    largest, smallest = sizes
    for size in range(largest, smallest - 1, -2):
        if typeface.at(size).getlength(text) <= width:
            return [text], size
    font = typeface.at(smallest)
    head = next(end for end in range(len(text), 0, -1) if font.getlength(text[:end]) <= width or end == 1)
    space = text.rfind(" ", head * 2 // 3, head)  # a word of another script is not torn where that costs little
    head = space if space > 0 else head
    return [text[:head].rstrip(), cut(text[head:].lstrip(), font, width)], smallest


def fitting(text: str, typeface: Typeface, width: int, sizes: tuple[int, int]) -> int:
    """The largest size (sizes: largest, smallest, in pixels) in which it fits; else the smallest."""
    largest, smallest = sizes
    return next((at for at in range(largest, smallest, -2) if typeface.at(at).getlength(text) <= width), smallest)


def draw_tag(
    sheet: Image.Image,
    corner: tuple[int, int],
    text: str,
    colour: tuple[int, int, int, int],
    typeface: Typeface,
    *,
    size: int,
    width: int,
) -> None:
    """White words of `size` pixels on a rounded patch of colour (RGBA), at most so wide in all."""
    if not text:
        return
    font, space = typeface.at(size), size // 2
    text = cut(text, font, width - 2 * space)
    box = (round(font.getlength(text)) + 2 * space, size + space)
    tag = Image.new("RGBA", box, colour)
    tag.putalpha(_rounded(box, radius=box[1] // 3, alpha=colour[3]))
    ImageDraw.Draw(tag).text((box[0] / 2, box[1] / 2), text, font=font, fill=PAPER, anchor="mm")
    sheet.paste(tag, corner, tag)


def draw_arrow(sheet: Image.Image, centre: tuple[int, int], *, down: bool = False) -> None:
    """A round mark on the seam that points from before to after, so that it is clear without words."""
    arrow = _arrow(down=down)
    corner = (centre[0] - arrow.width // 2, centre[1] - arrow.height // 2)
    sheet.paste(arrow, corner, arrow)


@lru_cache(maxsize=2)
def _arrow(*, down: bool) -> Image.Image:
    side = 72
    big = side * _SHARPER
    disc = Image.new("RGB", (big, big), PAPER)
    tip = [(big * 0.42, big * 0.28), (big * 0.64, big * 0.5), (big * 0.42, big * 0.72)]
    tip = [(y, x) for x, y in tip] if down else tip
    ImageDraw.Draw(disc).line(tip, fill=INK, width=big // 9, joint="curve")
    disc = disc.resize((side, side), Image.Resampling.LANCZOS)
    disc.putalpha(_rounded((side, side), side // 2, 255))
    return disc


def _rounded(size: tuple[int, int], radius: int, alpha: int) -> Image.Image:
    big = (size[0] * _SHARPER, size[1] * _SHARPER)
    mask = Image.new("L", big, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, big[0] - 1, big[1] - 1), radius * _SHARPER, fill=alpha)
    return mask.resize(size, Image.Resampling.LANCZOS)
