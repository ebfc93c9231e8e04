"""Ticket numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.numbers import leading_ticket_number, ticket_number


@pytest.mark.parametrize(
    "typed",
    [
        "LH2611210007",
        "#LH2611210007",
        "#lh2611210007",
        "lh2611210007",
        "＃ＬＨ２６１１２１０００７",
        "撤回 #LH2611210007",
        "撤回LH2611210007了",
        " \u200bLH2611210007",
    ],
)
def test_a_number_is_read_in_any_dress(typed: str) -> None:
    assert ticket_number(typed) == "LH2611210007"


@pytest.mark.parametrize(
    ("typed", "wanted"), [("XALH26112112345", "XALH26112112345"), ("ab2602290001", "AB2602290001")]
)
def test_longer_prefixes_and_serials_are_read(typed: str, wanted: str) -> None:
    assert ticket_number(typed) == wanted


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "井盖没了",
        "13812345678",
        "L2611210007",
        "LH261121007",
        "SF1234567890123",
        "LH2613210007",
        "XLHABLH2611210007",
        "6101132026112200001",
    ],
)
def test_other_numbers_are_none(typed: str) -> None:
    assert ticket_number(typed) is None


@pytest.mark.parametrize(
    ("typed", "number", "words"),
    [
        ("#LH2611210007 井盖又松了", "LH2611210007", "井盖又松了"),
        ("lh2611210007：不归我们管", "LH2611210007", "不归我们管"),
        ("  ＬＨ２６１１２１０００７", "LH2611210007", ""),
        ("LH2611210007 LH2611210008", "LH2611210007", "LH2611210008"),
        ("井盖 LH2611210007", None, "井盖 LH2611210007"),
        ("", None, ""),
    ],
)
def test_a_leading_number_is_split_from_the_words(typed: str, number: str | None, words: str) -> None:
    assert leading_ticket_number(typed) == (number, words)


@given(st.text())
def test_any_text_is_split_without_a_crash(text: str) -> None:
    number, words = leading_ticket_number(text)
    assert words in text
    assert number is None or ticket_number(text) == number
