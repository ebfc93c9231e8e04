"""The figures on the labelled lines may rise, not fall. The held-back lines say what a stranger's line can expect."""

import pytest

from tests.reading.figures import Figures, figures
from tests.reading.lines import HELD_BACK, all_lines, held_back, seen


@pytest.fixture(scope="module")
def on_seen() -> Figures:
    return figures(seen())


@pytest.fixture(scope="module")
def on_held_back() -> Figures:
    return figures(held_back())


def test_the_split_is_always_the_same_and_loses_nothing() -> None:
    assert len(held_back()) == HELD_BACK
    assert {line.id for line in seen()} | {line.id for line in held_back()} == {line.id for line in all_lines()}
    assert held_back()[0].id == "D005"


@pytest.mark.parametrize(
    ("name", "least"),
    [("precision", 0.98), ("recall", 0.97), ("top1", 0.95), ("top3", 0.98), ("urgent", 1.0), ("place_found", 0.95)],
)
def test_the_seen_lines_are_read(on_seen: Figures, name: str, least: float) -> None:
    assert getattr(on_seen, name).value >= least


@pytest.mark.parametrize(
    ("name", "least"),
    [("precision", 0.93), ("recall", 0.84), ("top1", 0.78), ("top3", 0.96), ("urgent", 0.5), ("place_found", 0.8)],
)
def test_lines_nobody_tuned_for_are_read_less_well_but_no_worse_than_measured(
    on_held_back: Figures, name: str, least: float
) -> None:
    assert getattr(on_held_back, name).value >= least


def test_report_f1(on_seen: Figures, on_held_back: Figures) -> None:
    assert on_seen.f1 >= 0.98
    assert on_held_back.f1 >= 0.88
