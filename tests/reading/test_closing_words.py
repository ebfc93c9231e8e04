"""What closing words tell of, and what they usually leave out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.closing import Element, is_enough, lacking

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


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        ("10点到场，清理积水，11点完工", True),
        ("今天10点办完", True),
        ("已调解，双方和好", True),
        ("派人换了新井盖", True),
        ("张师傅填好了", True),
        ("Replaced the cover", True),
        ("", False),
        ("好了", False),
        ("已更换", False),
        ("谢谢各位的支持", False),
        ("　　　　　　　　", False),
    ],
)
def test_only_words_that_say_nearly_nothing_are_hinted_at(words: str, enough: bool) -> None:
    assert is_enough(words) is enough


@given(st.text(max_size=400))
def test_no_words_break_the_look_at_them(text: str) -> None:
    assert set(lacking(text)) <= set(Element)
