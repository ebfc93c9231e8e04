"""Fits the three sums, and finds out by cross-validation what they are worth."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from reading.traits import Traits
from reading.weights import weighted
from training.lines import Line, fragments, vague

FEWEST = 2  # lines a trait must be in
FOLDS = 5
SEED = 20261122
# The larger, the closer to the lines and the less general.
COST = {"report": 0.3, "code": 0.5, "urgent": 3.0}
# How much an example counts beside a line with its first category.
ALTERNATIVE = 0.3
FRAGMENT = 0.3
VAGUE = {True: 0.2, False: 0.4}  # as a report, as none
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Heads:
    """`weights`: one row a trait of `names`; one column a category of `codes`, then report, then urgent."""

    names: tuple[str, ...]
    codes: tuple[str, ...]
    weights: Array
    offsets: Array


@dataclass(frozen=True, eq=False)
class Beside:
    """Traits of what is no line: fragments with their category, and vague lines."""

    fragments: list[tuple[str, Traits]]
    vague: list[Traits]

    @classmethod
    def looked_at(cls, look: Callable[[str], Traits]) -> "Beside":
        return cls([(code, look(words)) for code, words in fragments()], [look(line) for line in vague()])


def vocabulary(traits: Iterable[Traits]) -> tuple[str, ...]:
    seen = Counter(name for one in traits for name, _ in weighted(one))
    return tuple(sorted(name for name, count in seen.items() if count >= FEWEST and "\n" not in name))


def matrix(traits: Sequence[Traits], names: Sequence[str]) -> csr_matrix:
    rows = {name: row for row, name in enumerate(names)}
    counts: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in traits:
        known = sorted((rows[name], count) for name, count in weighted(one) if name in rows)
        columns += [column for column, _ in known]
        counts += [count for _, count in known]
        ends.append(len(columns))
    return csr_matrix((np.array(counts), np.array(columns), np.array(ends)), shape=(len(traits), len(names)))


def fitted(lines: Sequence[Line], traits: Sequence[Traits], beside: Beside) -> Heads:
    names = vocabulary([*traits, *(one for _, one in beside.fragments)])
    heads: list[Any] = [
        _codes_fitted(lines, traits, beside, names),
        _report_fitted(lines, traits, beside, names),
        LogisticRegression(C=COST["urgent"], solver="liblinear", random_state=SEED).fit(
            matrix(traits, names), [line.urgent for line in lines]
        ),
    ]
    return Heads(
        names=names,
        codes=tuple(str(code) for code in heads[0].classes_),
        weights=np.vstack([head.coef_ for head in heads]).T,
        offsets=np.concatenate([head.intercept_ for head in heads]),
    )


def _codes_fitted(lines: Sequence[Line], traits: Sequence[Traits], beside: Beside, names: Sequence[str]) -> LinearSVC:
    examples = [
        (one, code, ALTERNATIVE if place else 1.0)
        for line, one in zip(lines, traits, strict=True)
        for place, code in enumerate(line.codes)
    ]
    examples += [(one, code, FRAGMENT) for code, one in beside.fragments]
    return _svm("code", examples, names)


def _report_fitted(lines: Sequence[Line], traits: Sequence[Traits], beside: Beside, names: Sequence[str]) -> LinearSVC:
    examples = [(one, line.is_report, 1.0) for line, one in zip(lines, traits, strict=True)]
    examples += [(one, is_report, share) for one in beside.vague for is_report, share in VAGUE.items()]
    return _svm("report", examples, names)


def _svm(head: str, examples: Sequence[tuple[Traits, Any, float]], names: Sequence[str]) -> LinearSVC:
    traits, labels, shares = zip(*examples, strict=True)
    return LinearSVC(C=COST[head], random_state=SEED).fit(matrix(traits, names), labels, sample_weight=shares)


def unseen_sums(lines: Sequence[Line], traits: Sequence[Traits], beside: Beside, codes: Sequence[str]) -> Array:
    """The sums of each line by heads that were fitted without it; columns as in `Heads`, for these codes."""
    order = np.random.default_rng(SEED).permutation(len(lines))
    sums = np.full((len(lines), len(codes) + 2), -math.inf)
    for fold in np.array_split(order, FOLDS):
        left_out = set(fold.tolist())
        rest = [number for number in range(len(lines)) if number not in left_out]
        heads = fitted([lines[number] for number in rest], [traits[number] for number in rest], beside)
        found = matrix([traits[number] for number in fold], heads.names) @ heads.weights + heads.offsets
        columns = [*(codes.index(code) for code in heads.codes), len(codes), len(codes) + 1]
        sums[np.ix_(fold, columns)] = found
    return sums
