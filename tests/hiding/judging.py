"""What of a picture was hidden: measured on the two pictures, never by asking the detector where it looked."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.hiding.streets import Thing

ENOUGH = 0.8
"""Share of a face's or a plate's area that has to be another one than before."""


def changed(before: Image.Image, after: Image.Image) -> NDArray[np.bool_]:
    """Where the copy is another one."""
    if before is after:
        return np.zeros((before.height, before.width), bool)
    return np.asarray(np.abs(np.asarray(before, np.int16) - np.asarray(after, np.int16)).max(-1) > 0)


def share_changed(thing: Thing, where: NDArray[np.bool_]) -> float:
    """Of the thing's area. A pixel that by chance kept its colour counts as changed when those about it are."""
    mask = np.zeros(where.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(thing.corners).astype(np.int32)], 1)
    closed = cv2.morphologyEx(where.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return float(closed[mask > 0].mean()) if mask.any() else 0.0


def likeness_left(thing: Thing, before: Image.Image, after: Image.Image) -> float:
    """How much of what stood there can still be told, 0 to 1: a matcher that knows the very original and looks for its
    strokes in the copy. 1 is the original itself."""
    wide, high = 140, 44
    onto = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    back = cv2.getPerspectiveTransform(thing.corners, onto)
    flat = []
    for picture in (before, after):
        grey = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2GRAY)
        seen = cv2.warpPerspective(grey, back, (wide, high)).astype(np.float32)
        flat.append(seen - cv2.GaussianBlur(seen, (0, 0), 6))  # strokes, without light and shade
    strength = float(flat[0].std() * flat[1].std())
    if flat[1].std() < 1.5 or strength == 0:
        return 0.0
    return max(0.0, float((flat[0] * flat[1]).mean() / strength))
