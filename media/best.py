"""Which of several pictures go side by side: sharp, well lit, and of the same thing from the same side."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
from PIL import Image

LOOK_PX = 512
"""Longer side at which a picture is judged: blur that nobody sees on a phone is none."""
_GRID = 6
_SHARP_ENOUGH = 0.35
"""Of the sharpest of its side: a picture of fine gravel has three times the detail of one of a smooth road."""
_DARK, _BRIGHT = 24, 244
_SOUGHT_LIGHT = (70, 185)
_TWO_SHAPES, _UNLIKE, _LANDMARK, _TWO_VIEWS, _ONE_VIEW = 0.6, 1.2, 0.4, 0.8, 0.3


@dataclass(frozen=True)
class Shot:
    """A picture (RGB, upright; the longer side about LOOK_PX) and from where it shows the thing: near, far, landmark,
    or None where nobody said so."""

    picture: Image.Image
    view: str | None = None

    @cached_property
    def grey(self) -> np.ndarray:
        """float32, shape (height, width), 0 to 255."""
        return np.asarray(self.picture.convert("L"), np.float32)

    @cached_property
    def sharpness(self) -> float:
        """Energy of the Laplacian; of the half of the picture where it is largest, since a sky is never sharp."""
        grey = self.grey
        if min(grey.shape) < 3:
            return 0.0
        bend = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
        rows = np.sort((bend**2).mean(axis=1))
        return float(rows[len(rows) // 2 :].mean())

    @cached_property
    def light(self) -> float:
        """1: well lit; 0: nothing can be made out, for darkness or glare."""
        mean, lowest, highest = float(self.grey.mean()), *_SOUGHT_LIGHT
        off = max(0.0, (lowest - mean) / lowest, (mean - highest) / (255 - highest))
        lost = float(((self.grey <= _DARK) | (self.grey >= _BRIGHT)).mean())
        return max(0.0, 1 - off) * (1 - max(0.0, lost - 0.15))

    @cached_property
    def layout(self) -> np.ndarray:
        """Colours by place, without how light the picture is on the whole: float32, shape (36, 3)."""
        small = np.asarray(self.picture.resize((_GRID, _GRID), Image.Resampling.BOX).convert("LAB"), np.float32)
        cells = small.reshape(-1, 3)
        cells[:, 1:] = np.where(cells[:, 1:] > 127, cells[:, 1:] - 256, cells[:, 1:])  # a and b are signed bytes
        levelled: np.ndarray = cells - cells.mean(axis=0) * np.array((1, 0, 0), np.float32)
        return levelled

    @property
    def ratio(self) -> float:
        return self.picture.width / self.picture.height


def choose(before: Sequence[Shot], parties: Sequence[Sequence[Shot]]) -> tuple[int, list[int]]:
    """The one of `before`, and one of each party's, that go best together: their places in the lists.

    All lists hold something. The earlier one wins where two are as good: what was sent first shows it best.
    """
    worth = _worths(before)
    found = list[tuple[float, list[int]]]()
    for own, first in zip(worth, before, strict=True):
        total, picked = own, list[int]()
        for shots in parties:
            scores = [one - gap(first, shot) for one, shot in zip(_worths(shots), shots, strict=True)]
            picked.append(int(np.argmax(scores)))
            total += max(scores) / len(parties)
        found.append((total, picked))
    best = int(np.argmax([score for score, _ in found]))
    return best, found[best][1]


def best(shots: Sequence[Shot]) -> int:
    """The place of the one that shows most by itself, where there is nothing to go with it."""
    return int(np.argmax(_worths(shots)))


def _worths(shots: Sequence[Shot]) -> list[float]:
    """Of each one by itself, 0 to about 2: whether anything can be made out on it."""
    sharpest = max(shot.sharpness for shot in shots) or 1.0
    return [
        min(1.0, shot.sharpness / sharpest / _SHARP_ENOUGH) + shot.light - _LANDMARK * (shot.view == "landmark")
        for shot in shots
    ]


def gap(first: Shot, second: Shot) -> float:
    """How badly two go side by side, 0 and more: other shapes, other colours in other places, seen from elsewhere."""
    apart = abs(log(first.ratio / second.ratio))
    differs = float(np.abs(first.layout - second.layout).mean()) / 64
    views = {first.view, second.view}
    elsewhere = _TWO_VIEWS if len(views) == 2 and None not in views else _ONE_VIEW if _is_close(views) else 0.0
    return _TWO_SHAPES * min(apart, 1) + _UNLIKE * min(differs, 1) + elsewhere


def _is_close(views: set[str | None]) -> bool:
    """A close-up that says so beside one of which nobody knows."""
    return views == {None, "near"}
