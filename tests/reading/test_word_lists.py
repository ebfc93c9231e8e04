"""The word lists hold together: codes and groups exist, expressions compile, no keyword of the catalogue is lost."""

import re
import tomllib
from importlib.resources import files

import pytest

from reading.lexicon import Lexicon, applause, categories, danger, guards, signs_of, turns
from tests.reading.figures import catalogue

CODES = {kind.code for kind in catalogue()}


def test_every_code_of_the_word_lists_is_in_the_catalogue() -> None:
    assert set(categories()) <= CODES
    assert set(turns()) <= CODES
    assert set(danger()["order"]) <= CODES
    assert set(danger()["alarm"]["near_people"]) <= CODES
    assert {code for first, graver in danger()["outranks"].items() for code in (first, *graver)} <= CODES


def test_every_category_but_the_last_resort_has_words() -> None:
    assert CODES - set(categories()) == {"X9099"}


def test_every_group_of_symptoms_exists() -> None:
    for entry in categories().values():
        signs_of(entry.get("signs", ()))
        for pair in entry.get("pairs", ()):
            assert signs_of(pair["signs"])


def test_an_unknown_group_is_an_error() -> None:
    with pytest.raises(KeyError):
        signs_of(["@nothing"])


def test_no_category_carries_a_key_nobody_reads() -> None:
    for code, entry in categories().items():
        assert set(entry) <= {"things", "spots", "signs", "says", "hints", "pairs", "urgent_says"}, code
    turned = tomllib.loads((files("reading") / "words" / "turns.toml").read_text(encoding="utf-8"))
    for code, entry in turned.items():
        assert set(entry) <= {"says", "urgent"}, code


def test_expressions_compile_and_match_no_empty_line() -> None:
    patterns = [guard["pattern"] for guard in guards()["guard"] + guards()["wish"]]
    patterns += [turn.pattern.pattern for of_code in turns().values() for turn in of_code]
    patterns += danger()["alarm"]["now"] + danger()["alarm"]["certain"] + [guards()["names"]]
    patterns.append(applause()["pattern"])
    patterns += [call["words"] for call in danger()["call"]]
    for pattern in patterns:
        assert re.compile(pattern).search("") is None, pattern


def test_every_keyword_of_the_catalogue_points_to_its_category() -> None:
    lexicon = Lexicon(catalogue())
    lost = [
        (kind.code, keyword)
        for kind in catalogue()
        for keyword in kind.keywords
        if not any(
            kind.code in mention.meaning.says
            or kind.code in mention.meaning.hints
            or any(pair.code == kind.code for pair in mention.meaning.pairs)
            for mention in lexicon.mentions(keyword)
        )
    ]
    assert lost == []
