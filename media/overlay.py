"""A second look at two pictures that are alike: laid one on the other, does anything differ?

Spots cannot tell a picture that is sent again from another one taken where it was taken: an honest picture of the
mended road shows the same houses. A copy differs nowhere; in the other one what was mended does, and whatever stands
nearer or farther than the rest.
"""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.known import Fit
from media.likeness import SIDE_PX, blurred, inner

Floats = NDArray[np.float32]

COPY = 0.5
"""From here on it is a copy (`sameness`); what lies where, tests/likeness prints."""

_BLOCK = 16  # px of SIDE_PX: a hole two steps away is about as large
_EDGE = 6  # px: where the one ends, or its frame begins
_WORST = 2  # percent of the blocks may be anything: words, a finger, light that ran over
_PLAIN = 4.0  # levels; a block that varies less has nothing to compare
_BLACK, _WHITE = 12, 240  # the mean of a block where a picture made darker or brighter has lost what was there
_LEAST = 12  # so many blocks to say anything
_TIMES = 6
_AREA = 2000


def sameness(asked: bytes, kept: bytes, fit: Fit) -> float | None:
    """How far two pictures are one, -1 to 1: the correlation of the block that agrees least, but for the worst few.

    asked, kept: pictures of ours (`media.photos`), thumbnails will do; fit: how the one lies on the other
    (`media.known`). None where too little of it can be compared. About 50 ms.
    """
    one, other = (_levels(data) for data in (asked, kept))
    scale, x, y = fit.scale, fit.x * SIDE_PX / 255, fit.y * SIDE_PX / 255
    if fit.mirrored:
        one, x = np.ascontiguousarray(one[:, ::-1]), x - scale * one.shape[1]
    laid = _settle(one, other, np.array([scale, scale, x, y]))
    if laid is None:
        return None
    blocks = _blocks(_warped(one, laid, other.shape), other)
    return float(np.percentile(blocks, _WORST)) if len(blocks) >= _LEAST else None


def _levels(data: bytes) -> Floats:
    with Image.open(BytesIO(data)) as picture:
        return inner(picture.convert("RGB"))


def _settle(one: Floats, other: Floats, laid: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """To a fraction of a pixel (Lucas and Kanade). laid: how one grows in x and in y, and where its 0, 0 goes."""
    ours, theirs = _evened(one), _evened(other)
    slope_y, slope_x = np.gradient(theirs)
    columns, rows = np.meshgrid(*(np.arange(side, dtype=np.float32) / SIDE_PX for side in theirs.shape[::-1]))
    moves = np.stack((slope_x * columns, slope_y * rows, slope_x, slope_y), -1)
    for _ in range(_TIMES):
        seen = _warped(ours, laid, theirs.shape)
        both = np.isfinite(seen)
        if both.sum() < _AREA or not 0.3 < laid[0] < 3 or not 0.3 < laid[1] < 3:
            return None
        off, slopes = (seen - theirs)[both], moves[both]
        weights = 1 / (1 + off * off)  # what differs in earnest shall not pull the rest along
        pull = (slopes * weights[:, None]).T
        grow_x, grow_y, go_x, go_y = np.linalg.solve(pull @ slopes + 1e-3 * np.eye(4), pull @ off)
        grow = np.array([grow_x, grow_y, grow_x, grow_y]) / SIDE_PX
        laid = laid * (1 + grow) + (0, 0, go_x, go_y)
    return laid


def _evened(grey: Floats) -> Floats:
    """Light and contrast taken out, region by region."""
    soft = blurred(grey, 1.0)
    middle = blurred(soft, 6.0)
    away = soft - middle
    even: Floats = away / np.sqrt(blurred(away * away, 6.0) + 6.0)
    return even


def _warped(grey: Floats, laid: NDArray[np.float64], shape: tuple[int, ...]) -> Floats:
    """NaN where it does not reach."""
    grow_x, grow_y, x, y = laid.tolist()
    back = (1 / grow_x, 0, -x / grow_x, 0, 1 / grow_y, -y / grow_y)
    size = shape[1], shape[0]
    picture = Image.fromarray(grey)
    kinds = Image.Transform.AFFINE, back, Image.Resampling.BILINEAR
    return np.asarray(picture.transform(size, *kinds, fillcolor=np.nan), np.float32)


def _blocks(one: Floats, other: Floats) -> Floats:
    """The correlation of each block that can be compared, overlapping by half."""
    rows, columns = np.nonzero(np.isfinite(one))
    found: list[float] = []
    if not len(rows):
        return np.array(found, np.float32)
    for y in range(rows.min() + _EDGE, rows.max() + 2 - _EDGE - _BLOCK, _BLOCK // 2):
        for x in range(columns.min() + _EDGE, columns.max() + 2 - _EDGE - _BLOCK, _BLOCK // 2):
            a, b = one[y : y + _BLOCK, x : x + _BLOCK], other[y : y + _BLOCK, x : x + _BLOCK]
            light, vary = (float(a.mean()), float(b.mean())), (float(a.std()), float(b.std()))
            if min(light) < _BLACK or max(light) > _WHITE or max(vary) < _PLAIN:
                continue
            found.append(float(((a - light[0]) * (b - light[1])).mean()) / (vary[0] * vary[1] + 1))
    return np.array(found, np.float32)
