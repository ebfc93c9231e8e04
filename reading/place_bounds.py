"""Where in a line the words that name a place begin and end, by the weights that `python -m training.places` made.

Each character has three sums: for being the first of a place, for lying in one, for being its last. The sums of a
stretch add up; a line without a place adds up to nothing.
"""

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from reading.place_signs import ROWS, VERSION, signs

SHIPPED = "place_weights.npz"
NEVER = -1e9
MOST = 30.0  # a sum this high is certain
SHORTEST, LONGEST = 2, 60  # characters of a place
Sums = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stretch:
    """text[start:end]; `sure`: how likely the line names a place here, 0 to 1."""

    start: int
    end: int
    sure: float


@dataclass(frozen=True, eq=False)
class Bounds:
    """`table`: int8, one row a sign, columns begin, inside, end, in units of `unit`.

    `lean`: added for a place, because one found in vain costs less than one missed. `reach`: how sure it must be that
    a place does not go on; the last doubtful characters are taken along.
    """

    table: npt.NDArray[np.int8]
    unit: float
    lean: float
    reach: float

    def weigh(self, text: str) -> "Weighed":
        """For a normalised text."""
        if len(text) < SHORTEST:
            return Weighed(np.zeros(0), np.zeros(0), self)
        sums = np.take(self.table, signs(text), axis=0).sum(axis=1, dtype=np.int32) * self.unit
        return weighed(sums, self)


@dataclass(frozen=True, eq=False)
class Weighed:
    """A line weighed: of a stretch from s to e (its last character) the sum is `begins[s] + ends[e]`."""

    begins: Sums
    ends: Sums
    bounds: Bounds

    def best(self) -> Stretch | None:
        """The likeliest stretch, or None where the line names no place."""
        if not len(self.begins):
            return None
        sums = np.maximum.accumulate(self.begins)[:-1] + self.ends[1:]
        last = int(sums.argmax()) + 1
        if sums[last - 1] + self.bounds.lean <= 0:
            return None
        first = int(self.begins[:last].argmax())
        if last - first >= LONGEST:
            return None
        wide, total = self._widened(last, first)
        return Stretch(min(first, wide.start), max(last + 1, wide.end), 1 / (1 + math.exp(-min(total, MOST))))

    def around(self, start: int, end: int) -> Stretch:
        """The stretch that holds text[start:end], of which it is known that it names a place."""
        return self._widened(start, end - 1)[0]

    def _widened(self, latest: int, earliest: int) -> tuple[Stretch, float]:
        """Of the stretches that begin at `latest` or before and end at `earliest` or behind: one so wide that few reach
        farther at either end; and the sum of them all."""
        leftmost = max(0, latest - LONGEST)
        begins, ends = self.begins[leftmost : latest + 1], self.ends[earliest : earliest + LONGEST]
        starts, lasts = np.arange(leftmost, latest + 1), np.arange(earliest, earliest + len(ends))
        sums = np.where(lasts - starts[:, None] >= SHORTEST - 1, begins[:, None] + ends, NEVER)
        highest = float(sums.max())
        shares = np.exp(sums - highest)
        total = float(shares.sum())
        from_right = np.cumsum(shares.sum(axis=1)[::-1])[::-1] / total
        from_left = np.cumsum(shares.sum(axis=0)) / total
        first = leftmost + int(np.flatnonzero(from_right >= self.bounds.reach)[-1])
        last = earliest + int(np.flatnonzero(from_left >= self.bounds.reach)[0])
        return Stretch(first, last + 1, 1.0), highest + math.log(total)


def weighed(sums: Sums, bounds: Bounds) -> Weighed:
    """From the three sums of each character, shape (characters, 3), at least two."""
    begin, inside, end = sums.T
    up_to = np.cumsum(inside)
    return Weighed(begin - up_to, end + up_to - inside, bounds)


def kept(arrays: Any) -> Bounds:
    """ValueError when the weights were made for other signs than this code sees."""
    if int(arrays["version"]) != VERSION or arrays["table"].shape != (ROWS, 3):
        raise ValueError(f"{SHIPPED} was made for other signs than this code sees: run python -m training.places")
    return Bounds(arrays["table"], float(arrays["unit"]), float(arrays["lean"]), float(arrays["reach"]))


@cache
def shipped() -> Bounds:
    """The weights beside this file."""
    with (files("reading") / SHIPPED).open("rb") as file, np.load(file) as arrays:
        return kept(arrays)
