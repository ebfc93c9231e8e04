"""Do two pictures show the same place? Advice for a person, never a judgement."""

from collections.abc import Sequence
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

SIDE_PX = 640
CORNERS = 1500
SAME = 0.5
"""From here on it is the same place; how often that is wrong, `python -m tests.likeness.scenes` prints."""
_ENOUGH = 25  # corners that agree: of pictures of other places 15 at most did
_FEWEST = 150  # corners; the night, fog or a bare wall have fewer, and tell nothing
_CLEAR = 0.8  # Lowe's bound: the best match against the second best
_OFF_PX = 5.0


def same_scene(before: bytes, after: bytes) -> float | None:
    """0 to 1, 0.5 where as many corners agree as are needed; None where there is too little to see in either.

    before, after: pictures of ours (`media.photos`). Corners of the one (ORB) are looked for in the other, and those
    count that one view from another place explains. About 100 ms.
    """
    (places, codes), (others, their) = (_corners(data) for data in (before, after))
    if min(len(places), len(others)) < _FEWEST:
        return None
    pairs = [two for two in cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(codes, their, k=2) if len(two) == 2]
    clear = [one for one, second in pairs if one.distance < _CLEAR * second.distance]
    if len(clear) < 4:
        return 0.0
    ours = np.array([places[one.queryIdx] for one in clear], np.float32)
    theirs = np.array([others[one.trainIdx] for one in clear], np.float32)
    cv2.setRNGSeed(1)
    _, agree = cv2.findHomography(ours, theirs, cv2.RANSAC, _OFF_PX)
    many = 0 if agree is None else int(agree.sum())
    return min(1.0, many / (2 * _ENOUGH))


def _corners(data: bytes) -> tuple[list[Sequence[float]], np.ndarray]:
    with Image.open(BytesIO(data)) as picture:
        small = picture.convert("L")
    small.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)
    found, codes = cv2.ORB.create(CORNERS).detectAndCompute(np.asarray(small), None)
    return [one.pt for one in found], codes
