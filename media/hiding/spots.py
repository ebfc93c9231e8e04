"""Where in a picture a number plate might be: close upright strokes, or a board of a plate's colours. Far too many on
purpose; `media.hiding.plates` looks at each."""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""Of np.uint8; what OpenCV says of its own results is less exact."""
Spot = tuple[tuple[float, float], tuple[float, float], float]
"""Middle, width and height (the width is the longer one), and degrees it is turned, from -90 to 90; pixels of the
picture. Which side is up is not known."""

NARROWEST_PX, WIDEST_PX = 42.0, 620.0
"""Narrower ones have six pixels to a character or fewer, and nobody reads them."""
MOST = 420
"""Spots looked at in one picture, the likeliest first."""
_MOST_TURN = 50
"""Degrees off level or upright at which strokes still stand close enough; at 45 both ways of looking meet."""
_LESS_LIKELY = 0.1
"""Upright spots come first: most people hold the telephone upright."""
_SCALES = (1.0, 0.6, 0.35, 0.2)
# Closed over gaps between characters, in pixels of the scale: plates of about 30 to 75 px there.
_BRIDGES = ((9, 2), (15, 3))
_COLOURS = (
    ((96, 70, 35), (128, 255, 255)),  # blue
    ((12, 85, 60), (34, 255, 255)),  # yellow
    ((38, 22, 70), (92, 190, 255)),  # green, fading into white
)
"""Hue in OpenCV's halves of degrees, saturation, brightness: from, to."""


def spots_in(picture: Pixels) -> list[Spot]:
    """picture: RGB, shape (height, width, 3)."""
    found: list[tuple[float, Spot]] = []
    for scale in _SCALES:
        small = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if min(small.shape[:2]) < 8:
            continue
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
        for mask in _stroked(grey):
            found += [(weight, _grown(spot, 1 / scale)) for weight, spot in _boxes(mask) if abs(spot[2]) <= _MOST_TURN]
        for mask in _stroked(cv2.transpose(grey)):  # who lies on the side: what leads across there leads down here
            found += [(weight - _LESS_LIKELY, _grown(_across(spot), 1 / scale)) for weight, spot in _boxes(mask)
                      if abs(spot[2]) <= _MOST_TURN]  # fmt: skip
        for mask in _coloured(small) if scale < 1 else ():
            found += [(weight, _grown(spot, 1 / scale)) for weight, spot in _boxes(mask)]
    found.sort(key=lambda one: -one[0])
    return _apart([spot for _, spot in found if NARROWEST_PX <= spot[1][0] <= WIDEST_PX])[:MOST]


def _stroked(grey: Pixels) -> Iterator[Pixels]:
    slope = np.abs(cv2.Sobel(grey, cv2.CV_16S, 1, 0, ksize=3))
    # Against what is round about: a plate in the dark has faint strokes, yet more than the bumper it hangs on.
    near = cv2.blur(slope, (61, 31))
    for against, (wide, tall) in zip((1.5, 1.1), _BRIDGES, strict=True):
        mask: Pixels = cv2.compare(slope, cv2.addWeighted(near, against, near, 0, 14), cv2.CMP_GT)
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((tall, wide), np.uint8))
        yield cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((4, 5), np.uint8))


def _coloured(small: Pixels) -> Iterator[Pixels]:
    tones = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
    for low, high in _COLOURS:
        mask = cv2.inRange(tones, np.array(low), np.array(high))
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 5), np.uint8))
        yield cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 5), np.uint8))


def _boxes(mask: Pixels) -> Iterator[tuple[float, Spot]]:
    for outline in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
        middle, (width, height), turn = cv2.minAreaRect(outline)
        if width < height:
            width, height, turn = height, width, turn - 90
        turn = (turn + 90) % 180 - 90
        if not (width >= 14 and height >= 4 and 1.15 <= width / height <= 8):
            continue
        full = cv2.contourArea(outline) / (width * height)
        if full > 0.4:
            yield full, ((middle[0], middle[1]), (width, height), turn)


def _across(spot: Spot) -> Spot:
    """A spot of the picture with height and width exchanged."""
    (x, y), size, turn = spot
    return (y, x), size, -turn - 90 if turn < 0 else 90 - turn


def _grown(spot: Spot, by: float) -> Spot:
    (x, y), (width, height), turn = spot
    return (x * by, y * by), (width * by, height * by), turn


def _apart(spots: list[Spot]) -> list[Spot]:
    """Nearly the same spot once."""
    kept: list[Spot] = []
    table = np.empty((0, 4))
    for spot in spots:
        (x, y), (width, height), _ = spot
        row = np.array([[x, y, width, height]])
        if len(table):
            shift = np.abs(table[:, :2] - row[:, :2]) / row[:, 2:]
            grown = np.abs(np.log(table[:, 2:] / row[:, 2:]))
            if bool(((shift < 0.12).all(1) & (grown < 0.2).all(1)).any()):
                continue
        kept.append(spot)
        table = np.vstack((table, row))
    return kept
