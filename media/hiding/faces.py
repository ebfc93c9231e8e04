"""Faces: the cascades that come with OpenCV, from the front and from both sides; small ones where there is skin."""

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""Of np.uint8; what OpenCV says of its own results is less exact."""
Box = tuple[float, float, float, float]
"""Left, top, width, height; pixels of the picture."""

SMALLEST_PX = 18
"""Of the square from the brows to the chin. Who is smaller is not known again either."""
_HALF, _SIDEWAYS = 0.5, 0.35
"""Scales at which larger faces are looked for, from the front and from the side."""
_SMALL_UP_TO_PX = 52
_TOGETHER = 2  # so many windows have to agree
_SKIN = ((0, 132, 72), (255, 182, 136))
"""Brightness, red and blue of YCrCb: all skins are of one hue, and much else is."""
_COLOURFUL, _LEAST_COLOURFUL = 8, 0.0005
"""So far from grey, and such a share of the picture: with less it has no colours to go by, as by night."""
_LEAST_SKIN = 0.12
_CELL_PX = 16
_MOST_SKIN = 0.35
"""Share of the picture looked at closely; where it is more (a wall), only the middle of what looks like skin."""


def faces_in(picture: Pixels) -> list[Box]:
    """picture: RGB, shape (height, width, 3). The boxes may overlap."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    tones = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
    strong = np.abs(tones[::4, ::4, 1:].astype(np.int16) - 128).max(-1) > _COLOURFUL
    has_colours = float(strong.mean()) > _LEAST_COLOURFUL
    skin = cv2.inRange(tones, np.array(_SKIN[0]), np.array(_SKIN[1])) if has_colours else np.full_like(grey, 255)
    found = [box for box in _large(grey) if _is_skin(skin, box)]
    return found + [box for box in _small(grey, skin) if _is_skin(skin, box)]


def _large(grey: Pixels) -> list[Box]:
    found, smaller = [], _scaled(grey, _HALF)
    found += [_grown(box, _HALF) for box in _seen(_cascade("frontalface_alt2"), smaller, 1.15)]
    smaller = _scaled(grey, _SIDEWAYS)
    sideways, right = _cascade("profileface"), smaller.shape[1]
    found += [_grown(box, _SIDEWAYS) for box in _seen(sideways, smaller, 1.25)]
    for x, y, wide, high in _seen(sideways, cv2.flip(smaller, 1), 1.25):
        found.append(_grown((right - x - wide, y, wide, high), _SIDEWAYS))
    return found


def _scaled(grey: Pixels, by: float) -> Pixels:
    width, height = (max(1, round(side * by)) for side in (grey.shape[1], grey.shape[0]))
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _grown(box: Box, scale: float) -> Box:
    x, y, wide, high = (value / scale for value in box)
    return x, y, wide, high


def _small(grey: Pixels, skin: Pixels) -> list[Box]:
    """Only round about spots of skin: the whole picture at full size takes three times as long."""
    rows, columns = max(1, skin.shape[0] // _CELL_PX), max(1, skin.shape[1] // _CELL_PX)
    cells = cv2.resize(skin, (columns, rows), interpolation=cv2.INTER_AREA)
    close = cv2.dilate((cells > 50).astype(np.uint8), np.ones((5, 5), np.uint8))
    if close.mean() > _MOST_SKIN:
        close = cv2.dilate((cells > 110).astype(np.uint8), np.ones((3, 3), np.uint8))
    mask = cv2.resize(close, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST)
    found: list[Box] = []
    for x, y, wide, high, _ in cv2.connectedComponentsWithStats(mask)[2][1:]:
        part = grey[y : y + high, x : x + wide]
        for left, top, width, height in _seen(_cascade("frontalface_alt2"), part, 1.15, _SMALL_UP_TO_PX):
            found.append((x + left, y + top, width, height))
    return found


def _seen(cascade: cv2.CascadeClassifier, grey: Pixels, step: float, largest: int = 0) -> list[Box]:
    if min(grey.shape) < SMALLEST_PX + 2:
        return []
    found = cascade.detectMultiScale(
        grey, step, _TOGETHER, minSize=(SMALLEST_PX, SMALLEST_PX), maxSize=(largest, largest)
    )
    return [(float(x), float(y), float(wide), float(high)) for x, y, wide, high in found]


def _is_skin(skin: Pixels, box: Box) -> bool:
    x, y, wide, high = (round(value) for value in box)
    return float(skin[max(0, y) : y + high, max(0, x) : x + wide].mean()) / 255 >= _LEAST_SKIN


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    found = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))
    if found.empty():
        raise ImportError(f"OpenCV has no cascade {name}")
    return found
