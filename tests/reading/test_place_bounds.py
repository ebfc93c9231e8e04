"""Where a place begins and ends by the weights, and whether the weights that ship are those of this code."""

import random
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reading.normalise import normalise
from reading.place import PlaceReader
from reading.place_bounds import LONGEST, SHIPPED, Bounds, kept, shipped, weighed
from reading.place_signs import ROWS, VERSION, digest, signs
from reading.place_words import word_lists
from tests.reading.lines import Line, held_back, seen

LEAN, REACH = 1.0, 0.8
ALIKE = 1e-3
"""Stretches whose sums differ by less are equally likely: any of them will do."""
words = st.text(alphabet="路街小区门口东3栋,。 在了坏A的", max_size=60)


def bounds(lean: float = LEAN, reach: float = REACH) -> Bounds:
    return Bounds(np.zeros((ROWS, 3), dtype=np.int8), 1.0, lean, reach)


@given(st.text(max_size=200))
@settings(deadline=None)
def test_each_character_of_any_text_has_its_signs(text: str) -> None:
    text = normalise(text)
    if text:
        seen_signs = signs(text)
        assert seen_signs.shape == (len(text), signs("路").shape[1])
        assert 0 <= seen_signs.min() <= seen_signs.max() < ROWS


@given(words, words)
@settings(deadline=None)
def test_a_character_is_seen_by_its_neighbours_only(front: str, text: str) -> None:
    """What stands beyond the next sign and farther than a run reaches changes nothing."""
    near, far = normalise(f"路,{text},路"), normalise(f"{front},路,{text},路")
    if len(near) > 12:
        inner = slice(6, len(near) - 6)
        shift = len(far) - len(near)
        same = signs(near)[inner] == signs(far)[inner.start + shift : inner.stop + shift]
        assert same.mean() > 0.9


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=2, max_size=12), st.floats(0.5, 0.95))
@example([(0.0, 1e-05, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)], 0.5)
@example([(1.0, 0.0, 0.0), (0.0, -0.79, -1.9), (1.0, 0.0, -2.0), (0.0, -2.0, -1.9)], 0.5)
@settings(deadline=None)
def test_the_best_stretch_is_what_trying_all_of_them_finds(
    sums: list[tuple[float, float, float]], reach: float
) -> None:
    table = np.array(sums)

    def total(start: int, last: int) -> float:
        return float(table[start, 0] + table[start + 1 : last, 1].sum() + table[last, 2])

    spans = {(s, e): total(s, e) for s in range(len(table)) for e in range(s + 1, len(table))}
    first, last = max(spans, key=lambda span: spans[span])
    best = weighed(table, bounds(reach=reach)).best()
    if spans[first, last] + LEAN <= 0:
        assert best is None or spans[first, last] + LEAN == pytest.approx(0)
    elif best is not None:
        # Wider where the ends are doubtful, never narrower.
        likeliest = [span for span, total in spans.items() if total >= spans[first, last] - ALIKE]
        assert any(best.start <= start and end < best.end for start, end in likeliest)
        assert 0 < best.sure < 1


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=3, max_size=12), st.data())
@settings(deadline=None)
def test_around_a_known_name_lies_at_least_the_name(
    sums: list[tuple[float, float, float]], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(sums) - 2))
    end = data.draw(st.integers(start + 2, len(sums)))
    around = weighed(np.array(sums), bounds()).around(start, end)
    assert around.start <= start < end <= around.end <= len(sums)


@pytest.mark.parametrize("text", ["路" * 1500, "解放路" * 500, "1号楼" * 400, "a," * 700, "在" * 1500])
def test_a_very_long_line_has_no_very_long_place(text: str) -> None:
    stretch = shipped().weigh(normalise(text)).best()
    assert stretch is None or stretch.end - stretch.start <= 2 * LONGEST


# --- the weights that ship -----------------------------------------------------------------------


def test_weights_of_other_signs_are_one_clear_error() -> None:
    table = np.zeros((ROWS, 3), dtype=np.int8)
    for arrays in (
        {"version": VERSION + 1, "table": table},
        {"version": VERSION, "table": table[:-1]},
    ):
        with pytest.raises(ValueError, match=r"run python -m training\.places"):
            kept({"unit": 1.0, "lean": 1.0, "reach": 0.8, **arrays})


def test_the_weights_were_made_of_the_word_lists_as_they_are() -> None:
    with (files("reading") / SHIPPED).open("rb") as file, np.load(file) as arrays:
        assert str(arrays["digest"]) == digest(), "words/places.toml has changed: run python -m training.places"


def test_the_weights_are_light() -> None:
    assert len((files("reading") / SHIPPED).read_bytes()) < 1_000_000
    assert shipped().table.nbytes < 1_000_000


def test_no_word_stands_in_a_list_twice() -> None:
    for name, listed in word_lists().items():
        if isinstance(listed, list):
            assert len(set(listed)) == len(listed), name


def test_reading_keeps_no_state() -> None:
    lines = [line.text for line in seen()]
    shuffled = random.Random(1).sample(lines, len(lines))
    one, other = PlaceReader(()), PlaceReader(())
    assert {text: one.read(text) for text in lines} == {text: other.read(text) for text in shuffled}


# --- lines nobody tuned for: figures may rise, not fall ------------------------------------------------


def _found(lines: tuple[Line, ...]) -> float:
    """The share of labelled places that the words hold."""
    reader = PlaceReader(())
    placed = [line for line in lines if line.place]
    return sum((hint := reader.read(line.text)) is not None and line.place in hint.words for line in placed) / len(
        placed
    )


def test_places_of_the_held_back_lines_are_found() -> None:
    assert _found(held_back()) >= 0.9


def test_lines_without_a_place_seldom_get_one() -> None:
    reader = PlaceReader(())
    plain = [line for line in (*seen(), *held_back()) if not line.place]
    assert sum(reader.read(line.text) is not None for line in plain) <= 0.06 * len(plain)
