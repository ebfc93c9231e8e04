"""Fits the three sums, and finds out by cross-validation what they are worth."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from reading.traits import Traits
from reading.weights import shares
from training.lines import Line, fragments, vague

FEWEST = 2  # lines a trait must be in
FOLDS = 5
SEED = 20261122
# The larger, the closer to the lines and the less general.
COST = {"report": 1.0, "code": 1.0, "urgent": 1.0}
# How much an example counts beside a line with its first category.
ALTERNATIVE = 0.3
FRAGMENT = 0.5
VAGUE = {True: 0.4, False: 0.8}  # as a report, as none
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examples:
    """Lines, fragments and vague lines as tables of traits: one row each, one column a trait of `names`."""

    names: tuple[str, ...]
    lines: Sequence[Line]
    table: csr_matrix
    fragments: csr_matrix
    fragment_codes: tuple[str, ...]
    vague: csr_matrix

    @classmethod
    def looked_at(cls, lines: Sequence[Line], look: Callable[[str, bool], Traits]) -> "Examples":
        of_lines = [look(line.text, line.has_photo) for line in lines]
        of_fragments = [look(words, True) for _, words in fragments()]
        names = vocabulary([*of_lines, *of_fragments])
        return cls(
            names=names,
            lines=lines,
            table=matrix(of_lines, names),
            fragments=matrix(of_fragments, names),
            fragment_codes=tuple(code for code, _ in fragments()),
            vague=matrix([look(line, True) for line in vague()], names),
        )

    @property
    def codes(self) -> list[str]:
        return sorted({*self.fragment_codes, *(code for line in self.lines for code in line.codes)})


@dataclass(frozen=True, eq=False)
class Heads:
    """`weights`: one row a trait; one column a category of `codes`, then report, then urgent."""

    codes: tuple[str, ...]
    weights: Array
    offsets: Array


def vocabulary(traits: Iterable[Traits]) -> tuple[str, ...]:
    seen = Counter(name for one in traits for name, _ in weighted(one))
    return tuple(sorted(name for name, count in seen.items() if count >= FEWEST and "\n" not in name))


def weighted(traits: Traits) -> list[tuple[str, float]]:
    """Each trait and how much it counts."""
    character, sound, mark = shares(traits)
    return [
        *((run, character) for run in traits.characters),
        *((run, sound) for run in traits.sounds),
        *((name, mark * value) for name, value in traits.marks.items()),
    ]


def matrix(traits: Sequence[Traits], names: Sequence[str]) -> csr_matrix:
    columns_of = {name: column for column, name in enumerate(names)}
    counts: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in traits:
        known = sorted((columns_of[name], count) for name, count in weighted(one) if name in columns_of)
        columns += [column for column, _ in known]
        counts += [count for _, count in known]
        ends.append(len(columns))
    return csr_matrix((np.array(counts), np.array(columns), np.array(ends)), shape=(len(traits), len(names)))


def fitted(examples: Examples, chosen: Sequence[int] | None = None) -> Heads:
    """Fitted to the chosen lines, or to all, and to all that stands beside them."""
    chosen = range(len(examples.lines)) if chosen is None else chosen
    heads = [_codes_fitted(examples, chosen), _report_fitted(examples, chosen), _urgent_fitted(examples, chosen)]
    return Heads(
        codes=tuple(str(code) for code in heads[0].classes_),
        weights=np.vstack([head.coef_ for head in heads]).T,
        offsets=np.concatenate([head.intercept_ for head in heads]),
    )


def _codes_fitted(examples: Examples, chosen: Sequence[int]) -> LinearSVC:
    told = [
        (number, code, ALTERNATIVE if place else 1.0)
        for number in chosen
        for place, code in enumerate(examples.lines[number].codes)
    ]
    rows, codes, counts = zip(*told, strict=True)
    table = vstack([examples.table[list(rows)], examples.fragments], format="csr")
    beside = examples.fragment_codes
    return _svm("code", table, [*codes, *beside], [*counts, *[FRAGMENT] * len(beside)])


def _report_fitted(examples: Examples, chosen: Sequence[int]) -> LinearSVC:
    vague = examples.vague
    table = vstack([examples.table[list(chosen)], *(vague for _ in VAGUE)], format="csr")
    answers = [examples.lines[number].is_report for number in chosen]
    counts = [1.0] * len(answers)
    for answer, count in VAGUE.items():
        answers += [answer] * vague.shape[0]
        counts += [count] * vague.shape[0]
    return _svm("report", table, answers, counts)


def _urgent_fitted(examples: Examples, chosen: Sequence[int]) -> LinearSVC:
    answers = [examples.lines[number].urgent for number in chosen]
    return _svm("urgent", examples.table[list(chosen)], answers, [1.0] * len(answers))


def _svm(head: str, table: csr_matrix, answers: Sequence[Any], counts: Sequence[float]) -> LinearSVC:
    return LinearSVC(C=COST[head], random_state=SEED).fit(table, answers, sample_weight=counts)


def unseen_sums(examples: Examples) -> Array:
    """The sums of each line by heads that were fitted without it; columns as in `Heads`, for `examples.codes`."""
    codes = examples.codes
    order = np.random.default_rng(SEED).permutation(len(examples.lines))
    folds = np.array_split(order, FOLDS)
    sums = np.full((len(order), len(codes) + 2), -math.inf)

    def without(fold: npt.NDArray[np.intp]) -> Heads:
        return fitted(examples, np.setdiff1d(order, fold).tolist())

    with ThreadPoolExecutor(2) as pool:
        for fold, heads in zip(folds, pool.map(without, folds), strict=True):
            columns = [*(codes.index(code) for code in heads.codes), len(codes), len(codes) + 1]
            sums[np.ix_(fold, np.array(columns))] = examples.table[fold] @ heads.weights + heads.offsets
    return sums
