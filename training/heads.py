"""Fits the three sums, and finds out by cross-validation what they are worth."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from reading.traits import Traits
from reading.weights import weighted
from training.lines import Line

FEWEST = 2  # lines a trait must be in
FOLDS = 5
SEED = 20261122
COST = {"report": 1.0, "code": 0.5, "urgent": 3.0}
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Heads:
    """`weights`: one row a trait of `names`; one column a category of `codes`, then report, then urgent."""

    names: tuple[str, ...]
    codes: tuple[str, ...]
    weights: Array
    offsets: Array


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


def fitted(lines: Sequence[Line], traits: Sequence[Traits], names: Sequence[str]) -> Heads:
    table = matrix(traits, names)
    reports = [number for number, line in enumerate(lines) if line.is_report]
    code = LinearSVC(C=COST["code"], random_state=SEED).fit(table[reports], [lines[n].codes[0] for n in reports])
    report = LinearSVC(C=COST["report"], random_state=SEED).fit(table, [line.is_report for line in lines])
    urgent = LogisticRegression(C=COST["urgent"], solver="liblinear", random_state=SEED)
    urgent.fit(table, [line.urgent for line in lines])
    heads: list[Any] = [code, report, urgent]
    return Heads(
        names=tuple(names),
        codes=tuple(str(one) for one in code.classes_),
        weights=np.vstack([head.coef_ for head in heads]).T,
        offsets=np.concatenate([head.intercept_ for head in heads]),
    )


def unseen_sums(lines: Sequence[Line], traits: Sequence[Traits], codes: Sequence[str]) -> Array:
    """The sums of each line by heads that were fitted without it; columns as in `Heads`, for these codes."""
    order = np.random.default_rng(SEED).permutation(len(lines))
    sums = np.full((len(lines), len(codes) + 2), -math.inf)
    for fold in np.array_split(order, FOLDS):
        left_out = set(fold.tolist())
        rest = [number for number in range(len(lines)) if number not in left_out]
        known = [traits[number] for number in rest]
        heads = fitted([lines[number] for number in rest], known, vocabulary(known))
        found = matrix([traits[number] for number in fold], heads.names) @ heads.weights + heads.offsets
        columns = [*(codes.index(code) for code in heads.codes), len(codes), len(codes) + 1]
        sums[np.ix_(fold, columns)] = found
    return sums
