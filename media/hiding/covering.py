"""Make a place of a picture unreadable for good: what is put there is made of a few mean colours, and nothing else of
what stood there is left in it."""

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from media.hiding.faces import Box
from media.hiding.spots import Spot

FACE_MARGIN, PLATE_MARGIN = (1.3, 1.5), (1.14, 1.34)
"""So many times as wide and as high as what was found."""
_FACE_CELLS, _PLATE_CELLS = 4, (3, 1)
"""Colours across; twelve or so cannot be turned back into a face, three not into seven characters."""


def cover_face(picture: Image.Image, box: Box) -> None:
    """An oval of a few soft colours over box."""
    x, y, wide, high = box
    width, height = wide * FACE_MARGIN[0], high * FACE_MARGIN[1]
    left, top = x + wide / 2 - width / 2, y + high / 2 - height / 2 + high * 0.04
    frame = _frame(picture, left, top, left + width, top + height)
    if frame is None:
        return
    size = frame[2] - frame[0], frame[3] - frame[1]
    mask = Image.new("L", size)
    edge = (left - frame[0], top - frame[1], left - frame[0] + width, top - frame[1] + height)
    ImageDraw.Draw(mask).ellipse(edge, fill=255)
    picture.paste(_few_colours(picture.crop(frame), (_FACE_CELLS, _FACE_CELLS)), frame[:2], _soft(mask, width))


def cover_plate(picture: Image.Image, spot: Spot) -> None:
    """A board of three soft colours over spot, turned as it is."""
    middle, (wide, high), turn = spot
    corners = cv2.boxPoints((middle, (wide * PLATE_MARGIN[0], high * PLATE_MARGIN[1]), turn))
    frame = _frame(picture, *corners.min(0), *corners.max(0))
    if frame is None:
        return
    mask = Image.new("L", (frame[2] - frame[0], frame[3] - frame[1]))
    ImageDraw.Draw(mask).polygon([(float(x) - frame[0], float(y) - frame[1]) for x, y in corners], fill=255)
    cells = _PLATE_CELLS if abs(turn) < 45 else _PLATE_CELLS[::-1]
    picture.paste(_few_colours(picture.crop(frame), cells), frame[:2], _soft(mask, high))


def _frame(
    picture: Image.Image, left: float, top: float, right: float, bottom: float
) -> tuple[int, int, int, int] | None:
    """Whole pixels within the picture; None where nothing of it is."""
    across = np.clip((np.floor(left), np.ceil(right)), 0, picture.width).astype(int)
    down = np.clip((np.floor(top), np.ceil(bottom)), 0, picture.height).astype(int)
    if across[0] >= across[1] or down[0] >= down[1]:
        return None
    return int(across[0]), int(down[0]), int(across[1]), int(down[1])


def _few_colours(part: Image.Image, cells: tuple[int, int]) -> Image.Image:
    few = part.resize(cells, Image.Resampling.BOX)
    # Larger again by weaving between the few: nothing but them goes in.
    return few.resize(part.size, Image.Resampling.BICUBIC)


def _soft(mask: Image.Image, size: float) -> Image.Image:
    """The edge fades outwards only: inside it nothing of the picture shines through."""
    faded = mask.filter(ImageFilter.GaussianBlur(max(1.0, size / 24)))
    return Image.fromarray(np.maximum(np.asarray(mask), np.asarray(faded)))
