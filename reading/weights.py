"""The table of weights that `python -m training` made, and what it makes of a line.

Three questions, each answered by a linear sum over the line's traits: is it a report, which category, is it urgent.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from reading.traits import VERSION, Traits

SHIPPED = "weights.npz"
# How much the three kinds of traits count in a sum.
CHARACTERS = 1.0
SOUNDS = 0.7
MARKS = 0.2


@dataclass(frozen=True)
class Weighed:
    """`report`, `urgent`: how likely, 0 to 1; `codes`: how likely each category is if it is a report, best first."""

    report: float
    urgent: float
    codes: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Weights:
    """`rows` maps a trait to its row of `table` (int8, one column a category, then report, then urgent).

    `scales` (one a row) turn a row into weights, `offsets` (one a column) are added; then `slopes` and `shifts` of
    report and urgent, and the `heat` of the categories, turn sums into likelihoods.
    """

    rows: Mapping[str, int]
    table: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32]
    codes: tuple[str, ...]
    facts: Mapping[str, Any]

    def weigh(self, traits: Traits) -> Weighed:
        sums = self._sums(traits)
        facts = self.facts
        scores = sums[: len(self.codes)] * facts["heat"]
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        best = np.argsort(-likely, kind="stable")
        return Weighed(
            report=_likelihood(float(sums[-2]), *facts["report"]),
            urgent=_likelihood(float(sums[-1]), *facts["urgent"]),
            codes={self.codes[column]: float(likely[column]) for column in best},
        )

    def words_for(self, traits: Traits, code: str, most: int = 2) -> tuple[str, ...]:
        """The runs of two characters and more that speak loudest for a category."""
        column = self.codes.index(code)
        heard = [
            (float(self.table[row, column] * self.scales[row]), run)
            for run in sorted(traits.characters)
            if len(run) > 1 and run.isalnum() and (row := self.rows.get(run)) is not None
        ]
        chosen: list[str] = []
        for weight, run in sorted(heard, reverse=True):
            if weight > 0 and len(chosen) < most and not any(run in other or other in run for other in chosen):
                chosen.append(run)
        return tuple(chosen)

    def _sums(self, traits: Traits) -> npt.NDArray[np.float32]:
        known, counts = [], []
        for name, count in weighted(traits):
            row = self.rows.get(name)
            if row is not None:
                known.append(row)
                counts.append(count)
        rows = np.array(known, dtype=np.intp)
        return np.array(counts, dtype=np.float32) * self.scales[rows] @ self.table[rows] + self.offsets


def weighted(traits: Traits) -> list[tuple[str, float]]:
    """Each trait and how much it counts: a long line does not weigh more than a short one."""
    character = CHARACTERS / math.sqrt(max(1, len(traits.characters)))
    sound = SOUNDS / math.sqrt(max(1, len(traits.sounds)))
    return [
        *((run, character) for run in traits.characters),
        *((run, sound) for run in traits.sounds),
        *((mark, MARKS * value) for mark, value in traits.marks.items()),
    ]


@cache
def shipped() -> Weights:
    """The weights beside this file. ValueError when they were made for other traits than this code gives."""
    with (files("reading") / SHIPPED).open("rb") as file, np.load(file) as arrays:
        facts = json.loads(bytes(arrays["facts"]))
        if facts["version"] != VERSION:
            raise ValueError(
                f"{SHIPPED} was made for traits version {facts['version']}, this code has {VERSION}: run python -m training"
            )
        names = bytes(arrays["names"]).decode().split("\n")
        return Weights(
            rows={name: row for row, name in enumerate(names)},
            table=arrays["table"],
            scales=arrays["scales"].astype(np.float32),
            offsets=arrays["offsets"],
            codes=tuple(facts["codes"]),
            facts=facts,
        )


def _likelihood(total: float, slope: float, shift: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, slope * total + shift))))
