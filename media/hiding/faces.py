"""Faces: the cascades that come with OpenCV, from the front however the head is turned, and from both sides."""

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
TURNS = tuple(range(30, 360, 30))
"""Degrees against the clock; a cascade knows a face that is about 15 off."""
_HALF, _QUARTER, _SIDEWAYS = 0.5, 0.25, 0.35
"""Scales at which larger faces are looked for, from the front, the largest, and from the side."""
_SMALL_UP_TO_PX, _MIDDLE_UP_TO_PX = 52, 46
"""The largest at full and at half size, in pixels of that size; what is larger is found at the next."""
_STEP, _STEP_TURNED = 1.15, 1.2
_TOGETHER, _TOGETHER_TURNED = 2, 5
"""So many windows have to agree; more where it was looked at twelve times."""
_SKINS = (((0, 132, 72), (255, 182, 136)), ((0, 136, 74), (255, 178, 124)))
"""Brightness, red and blue of YCrCb: all skins are of one hue, and much else is. The second by fair light."""
_COLOURFUL, _LEAST_COLOURFUL = 8, 0.0005
"""So far from grey, and such a share of the picture: with less it has no colours to go by, as by night."""
_LEAST_SKIN, _LEAST_SKIN_TURNED = 0.12, 0.3
_CELL_PX = 16
_MOST_SKIN, _MOST_SKIN_TURNED = 0.35, 0.12
"""Share of the picture looked at closely; where it is more (a wall), only the middle of what looks like skin."""
_WHOLE_HEAD = (1.2, 1.05)
"""A turned face is hidden by a circle, wider by so much: where its brow is is known to 15 degrees only."""


def faces_in(picture: Pixels) -> list[Box]:
    """picture: RGB, shape (height, width, 3). The boxes may overlap."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    tones = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
    strong = np.abs(tones[::4, ::4, 1:].astype(np.int16) - 128).max(-1) > _COLOURFUL
    has_colours = float(strong.mean()) > _LEAST_COLOURFUL
    skins = tuple(cv2.inRange(tones, np.array(low), np.array(high)) for low, high in _SKINS)
    if not has_colours:
        skins = (np.full_like(grey, 255),)
    half, quarter = _scaled(grey, _HALF), _scaled(grey, _QUARTER)
    # Close steps for those who stand upright, and skin by any light: wider ones and fair light lost a third of them.
    found = _seen(half, _HALF, step=_STEP) + _sideways(grey)
    found += _near(grey, _close(skins[:1], 5, _MOST_SKIN), 1, _SMALL_UP_TO_PX, step=_STEP)
    found = [box for box in found if _is_skin(skins[0], box, _LEAST_SKIN)]
    return found + [box for box in _turned(half, quarter, skins) if _is_skin(skins[0], box, _LEAST_SKIN_TURNED)]


def _near(grey: Pixels, close: Pixels, scale: float, largest: int, turn: int = 0,
          step: float = _STEP_TURNED) -> list[Box]:  # fmt: skip
    """grey: the picture at `scale`. Only round about spots of skin: all of it takes three times as long."""
    found: list[Box] = []
    for x, y, wide, high in _parts(close, (grey.shape[1], grey.shape[0])):
        for box in _seen(grey[y : y + high, x : x + wide], 1, step=step, largest=largest, turn=turn):
            found.append(_grown((x + box[0], y + box[1], box[2], box[3]), scale))
    return found


def _parts(close: Pixels, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each, in a picture of that size."""
    mask = cv2.resize(close, size, interpolation=cv2.INTER_NEAREST)
    return [(x, y, wide, high) for x, y, wide, high, _ in cv2.connectedComponentsWithStats(mask)[2][1:].tolist()]


def _close(skins: tuple[Pixels, ...], reach: int, most: float, *, gives_up: bool = False) -> Pixels:
    """One cell for 16 x 16 pixels: 1 where skin is not farther than half of reach. Of the strictest of skins where it
    would be more than `most` of the picture; nothing where that is too much as well and gives_up."""
    rows, columns = (max(1, side // _CELL_PX) for side in skins[0].shape)
    close: Pixels = np.zeros((rows, columns), np.uint8)
    rungs = ((110, 3), (190, 3)) if gives_up else ((110, 3),)
    for skin, least, about in [(skin, 50, reach) for skin in skins] + [(skins[-1], *rung) for rung in rungs]:
        cells = cv2.resize(skin, (columns, rows), interpolation=cv2.INTER_AREA)
        close = cv2.dilate((cells > least).astype(np.uint8), np.ones((about, about), np.uint8))
        if close.mean() <= most:
            return close
    return np.zeros_like(close) if gives_up else close


def _turned(half: Pixels, quarter: Pixels, skins: tuple[Pixels, ...]) -> list[Box]:
    """A head on its side, on its head, aslant; or the picture is."""
    found: list[Box] = []
    wide, tight = _close(skins[-1:], 7, 1), _close(skins[-1:], 5, _MOST_SKIN_TURNED, gives_up=True)
    for turn in TURNS:
        found += _near(quarter, wide, _QUARTER, 0, turn)
        found += _near(half, tight, _HALF, _MIDDLE_UP_TO_PX, turn)
    return [_circle(box) for box in found]


def _sideways(grey: Pixels) -> list[Box]:
    smaller = _scaled(grey, _SIDEWAYS)
    right = smaller.shape[1]
    found = _seen(smaller, _SIDEWAYS, name="profileface", step=1.25)
    for x, y, wide, high in _seen(cv2.flip(smaller, 1), 1, name="profileface", step=1.25):
        found.append(_grown((right - x - wide, y, wide, high), _SIDEWAYS))
    return found


def _seen(grey: Pixels, scale: float, *, name: str = "frontalface_alt2", step: float = _STEP_TURNED,
          largest: int = 0, turn: int = 0) -> list[Box]:  # fmt: skip
    """grey: the picture at `scale`; the boxes are the whole picture's. turn: how far heads are turned, degrees."""
    if min(grey.shape) < SMALLEST_PX + 2:
        return []
    laid, back = _laid(grey, turn)
    found = _cascade(name).detectMultiScale(
        laid,
        step,
        _TOGETHER_TURNED if turn else _TOGETHER,
        minSize=(SMALLEST_PX, SMALLEST_PX),
        maxSize=(largest, largest),
    )
    boxes: list[Box] = []
    for x, y, wide, high in found:
        middle_x, middle_y = (float(value) for value in back @ (x + wide / 2, y + high / 2, 1))
        boxes.append(_grown((middle_x - wide / 2, middle_y - high / 2, float(wide), float(high)), scale))
    return boxes


def _laid(grey: Pixels, turn: int) -> tuple[Pixels, NDArray[np.float64]]:
    """The picture turned so that heads turned by so many degrees stand upright, and the way back (2 x 3)."""
    if turn == 0:
        return grey, np.eye(2, 3)
    high, wide = grey.shape
    there = cv2.getRotationMatrix2D((wide / 2, high / 2), -turn, 1)
    cosine, sine = abs(there[0, 0]), abs(there[0, 1])
    size = round(wide * cosine + high * sine), round(wide * sine + high * cosine)
    there[:, 2] += (size[0] / 2 - wide / 2, size[1] / 2 - high / 2)
    # What is added is of one tone: a cascade is through with it at once.
    laid: Pixels = cv2.warpAffine(grey, there, size, borderMode=cv2.BORDER_CONSTANT, borderValue=128)
    return laid, np.asarray(cv2.invertAffineTransform(there), np.float64)


def _circle(box: Box) -> Box:
    x, y, wide, high = box
    grown, taller = wide * _WHOLE_HEAD[0], high * _WHOLE_HEAD[1]
    return x - (grown - wide) / 2, y - (taller - high) / 2, grown, taller


def _scaled(grey: Pixels, by: float) -> Pixels:
    width, height = (max(1, round(side * by)) for side in (grey.shape[1], grey.shape[0]))
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _grown(box: Box, scale: float) -> Box:
    x, y, wide, high = (value / scale for value in box)
    return x, y, wide, high


def _is_skin(skin: Pixels, box: Box, least: float) -> bool:
    x, y, wide, high = (round(value) for value in box)
    part = skin[max(0, y) : y + high, max(0, x) : x + wide]
    return part.size > 0 and float(part.mean()) / 255 >= least


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    found = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))
    if found.empty():
        raise ImportError(f"OpenCV has no cascade {name}")
    return found
