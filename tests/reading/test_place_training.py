"""Making the weights: the same lines give the same weights, and what is minimised is what it says."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading.place_bounds import kept
from tests.reading.lines import held_back
from training.places import Batch, all_lines, exchanged, fitted, line, moved, write

SAID = (
    ("水塔巷路灯不亮", "水塔巷"),
    ("路面塌了,学府街口", "学府街口"),
    ("幸福小区3栋,垃圾没人收", "幸福小区3栋"),
    ("今天中午吃什么", ""),
    ("路灯又坏了", ""),
)
LINES = [line(text, place, True) for text, place in SAID]


def test_the_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        write(tmp_path / name, fitted(LINES * 3))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as arrays:
        assert np.array_equal(kept(arrays).table, fitted(LINES * 3).table)


def test_what_was_learned_is_read_back() -> None:
    learned = fitted(LINES * 5)
    for one in LINES:
        stretch = learned.weigh(one.text).best()
        assert (one.text[stretch.start : stretch.end] if stretch else "") == one.place


@given(st.lists(st.floats(-3, 3), min_size=3 * 22, max_size=3 * 22))
@settings(deadline=None, max_examples=30)
def test_what_is_missed_is_what_trying_all_stretches_gives(flat: list[float]) -> None:
    two = [LINES[0], LINES[3]]
    count = sum(len(one.text) for one in two)
    sums = np.array(flat).reshape(-1, 3)[:count]
    missed, slope = Batch(two).missed(sums)

    def told(table: np.ndarray) -> float:
        total = 0.0
        begin = 0
        for one in two:
            own = table[begin : begin + len(one.text)]
            begin += len(one.text)
            spans = {
                (s, e): own[s, 0] + own[s + 1 : e, 1].sum() + own[e, 2]
                for s in range(len(own))
                for e in range(s + 1, len(own))
            }
            every = math.log(1 + sum(math.exp(value) for value in spans.values()))
            total += every - (spans[one.start, one.last] if one.has_place else 0)
        return total

    assert missed == pytest.approx(told(sums), abs=1e-6)
    for row, column in ((0, 0), (1, 1), (2, 2), (count - 1, 2)):
        nudged = sums.copy()
        nudged[row, column] += 1e-5
        assert slope[row, column] == pytest.approx((told(nudged) - told(sums)) / 1e-5, abs=1e-3)


def test_exchanged_and_moved_places_are_still_the_labelled_ones() -> None:
    for one in (*exchanged(LINES), *moved(LINES)):
        assert one.text[one.start : one.last + 1] == one.place
        assert one.traced.typed(one.start, one.last + 1) == one.place


def test_no_held_back_line_is_learned_from() -> None:
    learned = {one.traced.original for lines in all_lines().values() for one in lines}
    assert learned.isdisjoint(held.text for held in held_back())
