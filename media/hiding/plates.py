"""Number plates: every spot that might be one is laid flat and looked at by a small net that was shown drawn plates and
drawn signs (`python -m training.plates`)."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from media.hiding.spots import Pixels, Spot, spots_in

WEIGHTS = Path(__file__).with_name("plates.npz")
FLAT = (96, 32)
"""Width and height in pixels of a spot laid flat, with what is round about it."""
_MARGIN = (1.16, 1.4)
_LEVEL = 40
"""Degrees up to which a plate hangs as it should."""
_LIKELY, _SURE, _SUREST = 0.85, 0.97, 0.99
"""How likely a plate one has to be that hangs so, one that does not, and one that is on its head: of streets without
any the dashes of the road, which stand upright, and windows are taken for one else."""
_LENGTHS = (11 * 3 * 2 * 2 * 9, 12 * 4 * 3, 24 * 8)
"""Of strokes, colours and tones in traits."""
_HOG = cv2.HOGDescriptor(FLAT, (16, 16), (8, 8), (8, 8), 9)


def plates_in(picture: Pixels, *, surely: float | None = None) -> list[Spot]:
    """picture: RGB. surely: from which likelihood on (0 to 1), None: the net's own bar. They may overlap."""
    net, spots = _net(), spots_in(picture)
    if not spots:
        return []
    rows = np.stack([traits(picture, spot) for spot in spots])
    bar = _LIKELY if surely is None else surely
    lying = np.array([abs(spot[2]) > _LEVEL for spot in spots])
    upright, overhead = net.likelihoods(rows), net.likelihoods(_overhead(rows))
    is_plate = (upright >= np.where(lying, max(bar, _SURE), bar)) | (overhead >= max(bar, _SUREST))
    return [spot for spot, one in zip(spots, is_plate, strict=True) if one]


def _overhead(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """traits of the same spots standing on their heads (nearly: OpenCV's weights are half a pixel off)."""
    strokes, colours, small, shape = np.split(rows, np.cumsum(_LENGTHS), axis=1)
    many = len(rows)
    parts = (
        strokes.reshape(many, 11, 3, 2, 2, 9)[:, ::-1, ::-1, ::-1, ::-1],
        colours.reshape(many, 4, 12, 3)[:, ::-1, ::-1],
        small.reshape(many, 8, 24)[:, ::-1, ::-1],
        shape,
    )
    return np.concatenate([part.reshape(many, -1) for part in parts], axis=1)


def traits(picture: Pixels, spot: Spot) -> NDArray[np.float32]:
    """What the net is told of a spot: its strokes, its colours, its shape and its size."""
    flat = laid_flat(picture, spot)
    tones = cv2.cvtColor(flat, cv2.COLOR_RGB2LAB)
    colours = cv2.resize(tones, (12, 4), interpolation=cv2.INTER_AREA).astype(np.float32).ravel() / 128 - 1
    grey = tones[..., 0]
    ordered = np.sort(grey, axis=None)
    low, high = (float(ordered[round(share * (ordered.size - 1))]) for share in (0.03, 0.97))
    even = np.clip((grey.astype(np.float32) - low) * (255 / max(12.0, high - low)), 0, 255)
    shape = (np.log(spot[1][0] / spot[1][1]) - 1, np.log(spot[1][0] / 90), (high - low) / 128 - 1)
    strokes = np.asarray(_HOG.compute(even.astype(np.uint8))).ravel()
    small = cv2.resize(even, (24, 8), interpolation=cv2.INTER_AREA).ravel() / 128 - 1
    return np.concatenate((strokes, colours, small, shape)).astype(np.float32)


def laid_flat(picture: Pixels, spot: Spot) -> Pixels:
    (x, y), (width, height), turn = spot
    across, down = width * _MARGIN[0] / FLAT[0], height * _MARGIN[1] / FLAT[1]
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    lean = np.array(((cosine * across, -sine * down), (sine * across, cosine * down)))
    corner = np.array((x, y)) - lean @ np.array(((FLAT[0] - 1) / 2, (FLAT[1] - 1) / 2))
    back = np.column_stack((lean, corner))
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if across > 2:  # else what lies between the pixels looked at would be skipped
        reach = round(float(np.hypot(width * _MARGIN[0], height * _MARGIN[1])) / 2) + 2
        left, top = max(0, int(x) - reach), max(0, int(y) - reach)
        part = picture[top : int(y) + reach, left : int(x) + reach]
        shrunk = cv2.resize(part, None, fx=1 / across, fy=1 / across, interpolation=cv2.INTER_AREA)
        if min(shrunk.shape[:2]) > 1:
            back[:, 2] -= (left, top)
            return cv2.warpAffine(shrunk, back / across, FLAT, flags=how, borderMode=cv2.BORDER_REPLICATE)
        back[:, 2] += (left, top)
    return cv2.warpAffine(picture, back, FLAT, flags=how, borderMode=cv2.BORDER_REPLICATE)


class Net:
    """Two layers; `weights` as training saves them."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.first, self.shift = weights["first"].astype(np.float32), weights["shift"].astype(np.float32)
        self.second, self.last = weights["second"].astype(np.float32), float(weights["last"])

    def likelihoods(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """rows: traits, one a row; how likely each is a plate."""
        hidden = np.maximum(rows @ self.first + self.shift, 0)
        seen: NDArray[np.float32] = 1 / (1 + np.exp(-np.clip(hidden @ self.second + self.last, -30, 30)))
        return seen


@cache
def _net() -> Net:
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        return Net({name: kept[name] for name in kept.files})
