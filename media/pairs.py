"""Before and after in one picture: the reward that comes back to the group."""

import unicodedata
from math import sqrt
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from media.opening import open_upright
from media.photos import to_jpeg
from media.typeface import FONT_FOLDERS, Typeface, find_font

WIDTH_PX = 1280
GAP_PX = 8
PANEL_PX = (WIDTH_PX - GAP_PX) // 2
STRIP_PX = 96
CAPTION_PX = 52  # on a phone 360 points wide that is the size of the chat's own text
TITLE_PX = 44
SMALLEST_TITLE_PX = 34
MARGIN_PX = 24
NARROWEST, WIDEST = 9 / 16, 4 / 3  # width : height of a panel; wider ones get too flat on an upright phone
INK = (28, 30, 34)
PAPER = (255, 255, 255)
BEFORE, AFTER = (28, 30, 34, 190), (12, 122, 67, 215)
_SHARPER = 4  # shapes are drawn so much larger and shrunk: Pillow draws hard edges


def pair(
    before: bytes,
    after: bytes,
    captions: tuple[str, str],
    title: str = "",
    *,
    font_folders: tuple[Path, ...] = FONT_FOLDERS,
) -> bytes:
    """Put two pictures side by side, 1280 px wide, as a JPEG without metadata.

    captions: one or a few characters each, set on the panels; title: one line below, cut to fit, left out when empty.
    Both panels get one shape between the two pictures' own; what stands over is cut off evenly on both sides.
    Where no Chinese typeface is installed the words are left out; the arrow stays.
    Raises BadPicture for a file that cannot be opened.
    """
    pictures = [open_upright(data, WIDTH_PX)[0] for data in (before, after)]
    height = round(PANEL_PX / _common_ratio(*pictures))
    typeface = find_font(font_folders)
    title = _printable(title) if typeface else ""
    sheet = Image.new("RGB", (WIDTH_PX, height + (STRIP_PX if title else 0)), PAPER)
    for left, picture in zip((0, PANEL_PX + GAP_PX), pictures, strict=True):
        sheet.paste(ImageOps.fit(picture, (PANEL_PX, height), Image.Resampling.LANCZOS), (left, 0))
    _draw_arrow(sheet, (WIDTH_PX // 2, height // 2))
    if typeface:
        for left, caption, colour in zip((0, PANEL_PX + GAP_PX), captions, (BEFORE, AFTER), strict=True):
            _draw_tag(sheet, (left + MARGIN_PX, MARGIN_PX), _printable(caption), colour, typeface)
    if typeface and title:
        _draw_title(sheet, height, title, typeface)
    return to_jpeg(sheet)


def _common_ratio(first: Image.Image, second: Image.Image) -> float:
    middle = sqrt(first.width / first.height * second.width / second.height)
    return min(max(middle, NARROWEST), WIDEST)


def _printable(text: str) -> str:
    """One line of what a typeface can show: no control or direction marks, no emoji (they would be empty boxes)."""
    shown = "".join(
        " " if char.isspace() else char
        for char in text[:200]
        if char.isspace() or (unicodedata.category(char)[0] != "C" and not _is_emoji(char))
    )
    return " ".join(shown.split())


def _is_emoji(char: str) -> bool:
    return "\U0001f000" <= char <= "\U0001ffff" or "\ufe00" <= char <= "\ufe0f"


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _draw_tag(
    sheet: Image.Image, corner: tuple[int, int], text: str, colour: tuple[int, int, int, int], typeface: Typeface
) -> None:
    if not text:
        return
    font = typeface.at(CAPTION_PX)
    text = _cut(text, font, PANEL_PX - 4 * MARGIN_PX)
    size = (round(font.getlength(text)) + 2 * MARGIN_PX, CAPTION_PX + MARGIN_PX)
    tag = Image.new("RGBA", size, colour)
    tag.putalpha(_rounded(size, radius=size[1] // 3, alpha=colour[3]))
    ImageDraw.Draw(tag).text((size[0] / 2, size[1] / 2), text, font=font, fill=PAPER, anchor="mm")
    sheet.paste(tag, corner, tag)


def _draw_title(sheet: Image.Image, top: int, title: str, typeface: Typeface) -> None:
    room = WIDTH_PX - 2 * MARGIN_PX
    size = TITLE_PX
    while size > SMALLEST_TITLE_PX and typeface.at(size).getlength(title) > room:
        size -= 2
    font = typeface.at(size)
    line = _cut(title, font, room)
    ImageDraw.Draw(sheet).text((MARGIN_PX, top + STRIP_PX / 2), line, font=font, fill=INK, anchor="lm")


def _draw_arrow(sheet: Image.Image, centre: tuple[int, int]) -> None:
    """A round mark on the seam that points from before to after, so that it is clear without words."""
    side = 72
    big = side * _SHARPER
    disc = Image.new("RGB", (big, big), PAPER)
    tip = [(big * 0.42, big * 0.28), (big * 0.64, big * 0.5), (big * 0.42, big * 0.72)]
    ImageDraw.Draw(disc).line(tip, fill=INK, width=big // 9, joint="curve")
    corner = (centre[0] - side // 2, centre[1] - side // 2)
    sheet.paste(disc.resize((side, side), Image.Resampling.LANCZOS), corner, _rounded((side, side), side // 2, 255))


def _rounded(size: tuple[int, int], radius: int, alpha: int) -> Image.Image:
    big = (size[0] * _SHARPER, size[1] * _SHARPER)
    mask = Image.new("L", big, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, big[0] - 1, big[1] - 1), radius * _SHARPER, fill=alpha)
    return mask.resize(size, Image.Resampling.LANCZOS)
