"""`python -m training.places`: makes reading/place_weights.npz anew from the labelled lines.

`--cross`: only tells how well each file of lines is read by weights that never saw it. Same lines, same words: the same
bytes.
"""

import argparse
import csv
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack

from reading.normalise import Traced, trace
from reading.place_bounds import NEVER, SHIPPED, Bounds
from reading.place_signs import ROWS, VERSION, digest, signs
from reading.place_words import BREAK
from tests.reading.lines import seen
from training.lines import FOLDER

TARGET = Path(__file__).resolve().parent.parent / "reading" / SHIPPED
SEED = 20261122
SMOOTH = 2.0  # the higher, the smaller the weights
ROUNDS = 60
RAREST = 2  # a sign seen less often gets no weight
EXCHANGES = 1  # how often each line is read again with another's place in its stead
LEAN = 1.5
REACH = 0.8
COLUMNS = 3
# Before and behind a place that stands apart from the rest, which is …
SPOTS = (
    ("", ",…"),
    ("", " …"),
    ("…,", ""),
    ("… ", ""),
    ("…(", ")"),
    ("…", ""),
    ("在", ",…"),
    ("…,在", ""),
    ("…,就", ""),
)
ENDINGS = " ,。.!?()"
OF_TESTS = "lines_dev.csv"


@dataclass(frozen=True)
class Line:
    """`start`, `last`: the first and last character of the place in the normalised text; -1 for none."""

    traced: Traced
    place: str
    is_report: bool
    start: int = -1
    last: int = -1

    @property
    def text(self) -> str:
        return self.traced.text

    @property
    def has_place(self) -> bool:
        return self.start >= 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.places", description=__doc__)
    parser.add_argument("--cross", nargs="*", metavar="FILE", help="cross-validate these files; none named: all")
    parser.add_argument("--target", type=Path, default=TARGET)
    asked = parser.parse_args()
    started = time.perf_counter()
    lines = all_lines()
    if asked.cross is not None:
        for name in asked.cross or lines:
            unseen = fitted([line for other in lines if other not in (name, OF_TESTS) for line in lines[other]])
            print(f"{name}: {figures(unseen, lines[name])}", flush=True)
        return
    together = [line for of_file in lines.values() for line in of_file]
    write(asked.target, fitted(together))
    print(f"{len(together)} lines, {asked.target.stat().st_size / 1e3:.0f} kB, {time.perf_counter() - started:.0f} s")


def all_lines() -> dict[str, list[Line]]:
    """By file. Rows whose place is no part of their text are left out."""
    found: dict[str, list[Line]] = {}
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [(row["text"], row["place"] or "", row["is_report"] == "1") for row in csv.DictReader(file)]
        found[path.name] = [line(*row) for row in rows if row[1] in row[0]]
    found[OF_TESTS] = [line(one.text, one.place, one.is_report) for one in seen()]
    return found


def line(text: str, place: str, is_report: bool) -> Line:
    traced = trace(text)
    begin = text.index(place)
    inside = [index for index, origin in enumerate(traced.origins) if begin <= origin < begin + len(place)]
    if len(inside) < COLUMNS - 1:
        return Line(traced, place, is_report)
    return Line(traced, place, is_report, inside[0], inside[-1])


def exchanged(lines: Sequence[Line]) -> list[Line]:
    """Every line with the place of another: names are to be known by themselves, and what stands around them, too."""
    chance = random.Random(SEED)  # noqa: S311
    placed = [line for line in lines if line.has_place]
    made = []
    for one in placed * EXCHANGES:
        other = chance.choice(placed)
        name = other.text[other.start : other.last + 1]
        text = one.text[: one.start] + name + one.text[one.last + 1 :]
        traced = Traced(text, text, tuple(range(len(text))))
        made.append(replace(one, traced=traced, place=name, last=one.start + len(name) - 1))
    return made


def moved(lines: Sequence[Line]) -> list[Line]:
    """Lines whose place stands apart, at the beginning or the end, with it in another of the usual spots."""
    chance = random.Random(SEED)  # noqa: S311
    made = []
    for one in lines:
        name = one.text[one.start : one.last + 1]
        before, behind = one.text[: max(0, one.start)], one.text[one.last + 1 :]
        if not one.has_place or (before and behind.strip(ENDINGS)) or not (before or behind):
            continue
        if BREAK.match(before[-1] if before else behind[0]) is None:
            continue
        front, back = chance.choice(SPOTS)
        rest = (before or behind).strip(ENDINGS)
        text = f"{front}{name}{back}".replace("…", rest)
        start = len(front.replace("…", rest))
        traced = Traced(text, text, tuple(range(len(text))))
        made.append(replace(one, traced=traced, place=name, start=start, last=start + len(name) - 1))
    return made


def fitted(lines: Sequence[Line]) -> Bounds:
    shuffled = [*exchanged(lines), *moved(exchanged(lines))]
    lines = [one for one in (*lines, *shuffled) if len(one.text) > 1]
    looked = vstack([_looked(one) for one in lines]).tocsr()
    often = np.flatnonzero(np.asarray(looked.sum(axis=0)).ravel() >= RAREST)
    looked = looked[:, often]
    turned = looked.T.tocsr()
    batch = Batch(lines)

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(-1, COLUMNS)
        missed, slope = batch.missed(looked @ weights)
        return missed + SMOOTH / 2 * float(flat @ flat), (turned @ slope + SMOOTH * weights).ravel()

    done = minimize(loss, np.zeros(len(often) * COLUMNS), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
    weights = done.x.reshape(-1, COLUMNS)
    unit = float(np.abs(weights).max()) / 127
    table = np.zeros((ROWS, COLUMNS), dtype=np.int8)
    table[often] = np.round(weights / unit)
    return Bounds(table, unit, LEAN, REACH)


def _looked(one: Line) -> csr_matrix:
    rows = signs(one.text)
    count, kinds = rows.shape
    ones = np.ones(count * kinds, dtype=np.float32)
    return csr_matrix((ones, rows.ravel(), np.arange(0, count * kinds + 1, kinds)), shape=(count, ROWS))


class Batch:
    """All lines side by side, so that one step over all of them is a few operations on arrays."""

    def __init__(self, lines: Sequence[Line]) -> None:
        lengths = np.array([len(line.text) for line in lines])
        self.count, self.longest = len(lines), int(lengths.max())
        self.rows = np.repeat(np.arange(self.count), lengths)
        self.columns = np.concatenate([np.arange(length) for length in lengths])
        self.placed = np.flatnonzero([line.has_place for line in lines])
        self.starts = np.array([line.start for line in lines])[self.placed]
        self.lasts = np.array([line.last for line in lines])[self.placed]
        places = np.arange(self.longest)
        self.inside = (places > self.starts[:, None]) & (places < self.lasts[:, None])

    def missed(self, sums: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        """Minus the logarithm of how likely the labels are, and its slope by the sums: for each line every stretch of
        two characters or more, and none at all (sum 0), are the possibilities."""
        begin, inside, end = (self._laid_out(sums[:, column], fill) for column, fill in enumerate((NEVER, 0, NEVER)))
        up_to = np.cumsum(inside, axis=1)
        begins, ends = begin - up_to, end + up_to - inside
        before = _moved(np.logaddexp.accumulate(begins, axis=1), 1)
        behind = _moved(np.logaddexp.accumulate(ends[:, ::-1], axis=1)[:, ::-1], -1)
        all_sums = np.concatenate([ends + before, np.zeros((self.count, 1))], axis=1)
        total = np.logaddexp.reduce(all_sums, axis=1)[:, None]
        is_end, is_begin = np.exp(ends + before - total), np.exp(begins + behind - total)
        begun = np.cumsum(is_begin, axis=1)
        is_inside = begun - is_begin - np.cumsum(is_end, axis=1)
        told = (begins[self.placed, self.starts] + ends[self.placed, self.lasts]).sum()
        is_begin[self.placed, self.starts] -= 1
        is_end[self.placed, self.lasts] -= 1
        is_inside[self.placed] -= self.inside
        slope = np.stack([of[self.rows, self.columns] for of in (is_begin, is_inside, is_end)], axis=1)
        return float(total.sum() - told), slope

    def _laid_out(self, values: npt.NDArray[np.float64], fill: float) -> npt.NDArray[np.float64]:
        laid = np.full((self.count, self.longest), fill, dtype=np.float64)
        laid[self.rows, self.columns] = values
        return laid


def _moved(values: npt.NDArray[np.float64], by: int) -> npt.NDArray[np.float64]:
    """One column to the right or left; nothing lies beyond the edge."""
    moved = np.full_like(values, NEVER)
    if by > 0:
        moved[:, 1:] = values[:, :-1]
    else:
        moved[:, :-1] = values[:, 1:]
    return moved


def figures(bounds: Bounds, lines: Sequence[Line]) -> str:
    """How many places are found (the words hold the labelled ones), how many exactly; how many get one in vain."""
    found = exact = 0
    vain = {True: 0, False: 0}
    for one in lines:
        stretch = bounds.weigh(one.text).best()
        words = one.traced.typed(stretch.start, stretch.end) if stretch else ""
        if one.place:
            found += one.place in words
            exact += one.place == words
        else:
            vain[one.is_report] += bool(words)
    placed = sum(bool(one.place) for one in lines)
    reports = sum(not one.place and one.is_report for one in lines)
    return (
        f"found {found}/{placed} = {found / max(1, placed):.3f}, exact {exact / max(1, placed):.3f}, "
        f"in vain {vain[True]}/{reports} reports, {vain[False]}/{len(lines) - placed - reports} chatter"
    )


def write(target: Path, bounds: Bounds) -> None:
    np.savez_compressed(
        target, table=bounds.table, unit=bounds.unit, lean=bounds.lean, reach=bounds.reach, version=VERSION,
        digest=digest(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
