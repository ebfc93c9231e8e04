"""The table of weights fits the code, is the same for the same lines, and never knows better than the catalogue."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading import weights
from reading.lexicon import Lexicon
from reading.problem import Kind, ProblemReader
from reading.told import Words
from reading.traits import VERSION, traits
from reading.weights import SHIPPED, shipped
from tests.reading.figures import catalogue
from tests.reading.lines import Line as Labelled
from tests.reading.lines import seen
from training.__main__ import BARS, TARGET, digest_of_words, write
from training.heads import Examples, fitted
from training.lines import Line, all_lines, fragments, read

KINDS = catalogue()
WORDS = Words(Lexicon(KINDS), has_other=True)


def small_table(target: Path, version: int = VERSION) -> bytes:
    """Fitted to the seen lines only."""
    lines = [Line(one.text, one.is_report, one.codes, one.urgent, one.has_photo, "seen") for one in seen()]
    examples = Examples.looked_at(lines, lambda text, has_photo: traits(WORDS.told(text), has_photo))
    facts = {"version": version, "codes": examples.codes, "heat": 4.0, "report": [5.0, 0.0], "urgent": [5.0, 0.0]}
    write(target, examples.names, fitted(examples), {**facts, **BARS})
    return target.read_bytes()


def test_the_table_has_a_row_for_each_name_and_a_column_for_each_answer() -> None:
    table = shipped()
    rows, columns = table.table.shape
    assert columns == len(table.codes) + 2 == len(table.offsets)
    assert rows == len(table.rows) == len(table.scales)
    assert set(table.codes) == {kind.code for kind in KINDS}
    assert table.facts["version"] == VERSION


def test_the_table_was_made_with_the_words_as_they_are() -> None:
    # A changed word changes what the weights look at: python -m training.
    assert shipped().facts["words"] == digest_of_words()


def test_the_table_stays_small() -> None:
    assert TARGET.stat().st_size < 5_000_000


def test_a_table_made_for_other_traits_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_table(tmp_path / SHIPPED, version=VERSION + 1)
    monkeypatch.setattr(weights, "files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=f"version {VERSION + 1}.*run python -m training"):
        shipped.__wrapped__()


def test_the_same_lines_make_the_same_bytes(tmp_path: Path) -> None:
    assert small_table(tmp_path / "one.npz") == small_table(tmp_path / "two.npz")


def test_what_is_written_is_what_was_fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_table(tmp_path / SHIPPED)
    monkeypatch.setattr(weights, "files", lambda _: tmp_path)
    table = shipped.__wrapped__()
    line = next(one for one in seen() if one.is_report)
    weighed = table.weigh(traits(WORDS.told(line.text), line.has_photo))
    assert next(iter(weighed.codes)) in line.codes
    assert sum(weighed.codes.values()) == pytest.approx(1, abs=1e-3)
    assert weighed.report > 0.5


def test_the_facts_are_plain_json() -> None:
    with np.load(TARGET) as arrays:
        assert json.loads(bytes(arrays["facts"]))["heat"] > 0


def test_every_line_to_learn_from_is_labelled_with_known_codes() -> None:
    known = {kind.code for kind in KINDS}
    assert [line.source for line in all_lines() if not set(line.codes) <= known] == []
    assert {code for code, _ in fragments()} <= known


def test_a_line_labelled_by_halves_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    head = "text,is_report,category,alt_categories,urgent,place,has_photo,note\n"
    bad.write_text(f"{head}路灯不亮,1,P0106,,0,,1,\n路灯灭了,1,,,0,,1,\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad.csv:3"):
        read(bad)


def test_a_correction_wins_over_the_line_it_corrects(tmp_path: Path) -> None:
    wrong = all_lines()[0]
    corrected = tmp_path / "corrected.csv"
    head = "text,is_report,category,alt_categories,urgent,place,has_photo,note\n"
    corrected.write_text(f'{head}"{wrong.text}",1,X9099,,0,,1,corrected\n', encoding="utf-8")
    assert next(line for line in all_lines([corrected]) if line.text == wrong.text).codes == ("X9099",)


# --- the catalogue decides -------------------------------------------------------------


def test_a_new_category_is_read_by_its_words() -> None:
    reader = ProblemReader([*KINDS, Kind("E7002", "飞絮", ("飞絮呛人", "柳絮"))])
    problem = reader.read("河边飞絮呛人", has_photo=True)
    assert problem.is_report
    assert problem.code == "E7002"
    assert problem.sureness > 0.5
    assert reader.read("路灯不亮", has_photo=True).code == "P0106"


def test_a_new_word_of_a_known_category_is_heard() -> None:
    own = [replace(kind, keywords=(*kind.keywords, "嗡嗡怪")) if kind.code == "E0128" else kind for kind in KINDS]
    assert "E0128" in ProblemReader(own).read("嗡嗡怪又来了", has_photo=True).likely


def test_a_retired_category_is_never_named() -> None:
    reader = ProblemReader(kind for kind in KINDS if kind.code != "P0106")
    problem = reader.read("路灯不亮,整条街黑灯瞎火", has_photo=True)
    assert "P0106" not in (problem.code, *problem.likely, *problem.others)


@given(st.sets(st.sampled_from(KINDS), max_size=4), st.sampled_from(seen()))
@settings(deadline=None, max_examples=25)
def test_only_codes_of_the_catalogue_are_ever_named(kinds: set[Kind], line: Labelled) -> None:
    problem = ProblemReader(sorted(kinds, key=lambda kind: kind.code)).read(line.text, has_photo=True)
    assert {*problem.likely, *problem.others, *((problem.code,) if problem.code else ())} <= {k.code for k in kinds}


def test_sureness_is_about_the_share_of_right_firsts() -> None:
    # Of the seen lines, which were trained on, nearly all are right; what counts is that nobody is sure of nothing.
    reader = ProblemReader(KINDS)
    sure = [reader.read(line.text, line.has_photo).sureness for line in seen() if line.is_report]
    unsure = [reader.read(text, has_photo=True).sureness for text in ("又坏了", "没人管了", "老样子,还在那儿")]
    assert sorted(sure)[len(sure) // 2] > 0.8
    assert max(unsure) < 0.8
