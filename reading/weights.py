"""The table of weights that `python -m training` made, and what it makes of a line.

Three questions, each answered by a linear sum over the line's traits: is it a report, which category, is it urgent.
"""

import json
import math
from collections.abc import Iterable, Mapping
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
MARKS = 0.05


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
        best = np.argsort(-likely, kind="stable").tolist()
        shares_of_codes = likely.tolist()
        return Weighed(
            report=_likelihood(float(sums[-2]), *facts["report"]),
            urgent=_likelihood(float(sums[-1]), *facts["urgent"]),
            codes={self.codes[column]: shares_of_codes[column] for column in best},
        )

    def loudest(self, traits: Traits, code: str) -> str | None:
        """The run of two characters and more that speaks loudest for a category."""
        if code not in self.codes:
            return None
        column = self.codes.index(code)
        heard = [
            (float(self.table[row, column] * self.scales[row]), run)
            for run in sorted(traits.characters)
            if len(run) > 1 and run.isalnum() and (row := self.rows.get(run)) is not None
        ]
        weight, run = max(heard, default=(0.0, ""))
        return run if weight > 0 else None

    def _sums(self, traits: Traits) -> npt.NDArray[np.float32]:
        characters, sounds, marks = shares(traits)
        runs = self._known(traits.characters)
        heard = self._known(traits.sounds)
        told = [(row, value) for mark, value in traits.marks.items() if (row := self.rows.get(mark)) is not None]
        rows = np.array([*runs, *heard, *(row for row, _ in told)], dtype=np.intp)
        counts = np.empty(len(rows), dtype=np.float32)
        counts[: len(runs)] = characters
        counts[len(runs) : len(runs) + len(heard)] = sounds
        counts[len(runs) + len(heard) :] = [marks * value for _, value in told]
        # Not `@`: a linear algebra library's threads cost more than so small a sum.
        sums: npt.NDArray[np.float32] = np.einsum("i,ij->j", counts * self.scales[rows], self.table[rows])
        return sums + self.offsets

    def _known(self, runs: Iterable[str]) -> list[int]:
        return [row for row in map(self.rows.get, runs) if row is not None]


def shares(traits: Traits) -> tuple[float, float, float]:
    """How much one run of characters, one of sounds and a mark count: a long line weighs no more than a short one."""
    return (
        CHARACTERS / math.sqrt(max(1, len(traits.characters))),
        SOUNDS / math.sqrt(max(1, len(traits.sounds))),
        MARKS,
    )


@cache
def shipped() -> Weights:
    """The weights beside this file. ValueError when they were made for other traits than this code gives."""
    with (files("reading") / SHIPPED).open("rb") as file, np.load(file) as arrays:
        facts = json.loads(bytes(arrays["facts"]))
        if facts["version"] != VERSION:
            made_for = facts["version"]
            raise ValueError(f"{SHIPPED} was made for traits version {made_for}, not {VERSION}: run python -m training")
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
