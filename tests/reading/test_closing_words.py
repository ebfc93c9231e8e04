"""What closing words tell of, and what they usually leave out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.closing import Element, lacking

FULL = "今天9点接单，会同市政工人更换井盖，11点修复完毕"


@pytest.mark.parametrize(
    ("words", "lacks"),
    [
        ("", {"taken_up", "with_whom", "done", "by_when"}),
        (FULL, set()),
        ("接到后派人到场，与物业一起清理，当天完成", set()),
        ("已更换", {"taken_up", "with_whom", "by_when"}),
        ("Went at once with the crew, replaced the cover, fixed by 11 am", set()),
        ("好了", {"taken_up", "with_whom", "done", "by_when"}),
    ],
)
def test_the_four_elements_of_closing_words(words: str, lacks: set[str]) -> None:
    assert {str(element) for element in lacking(words)} == lacks


@given(st.text(max_size=400))
def test_no_words_break_the_look_at_them(text: str) -> None:
    assert set(lacking(text)) <= set(Element)
