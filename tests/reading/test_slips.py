"""What sounds alike is heard alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reading.lexicon import Lexicon, slips
from reading.slips import Slips
from reading.sounds import sounds, spelt
from tests.reading.figures import catalogue

SLIPS = Slips(Lexicon(catalogue()).words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("门口井改没了", "门口井盖没了"),
        ("下水到堵了", "下水道堵了"),
        ("电览掉下来", "电缆掉下来"),
        ("屋里lou水", "屋里漏水"),
        ("jing盖裂了", "井盖裂了"),
        ("luLuan停车", "luLuan停车"),
        ("天然气管子", "天然气管子"),
        ("一楼到三楼", "一楼到三楼"),
        ("KTV门口", "KTV门口"),
        ("", ""),
    ],
)
def test_the_word_that_was_meant_is_read(typed: str, meant: str) -> None:
    assert SLIPS.mended(typed) == meant


def test_no_slip_makes_another() -> None:
    for meant in slips().values():
        assert SLIPS.mended(meant) == meant


def test_characters_of_one_sound_sound_alike() -> None:
    assert sounds("井盖") == sounds("井改") == sounds("jinggai") == sounds("景该")
    assert sounds("井盖") != sounds("水管")


def test_what_has_no_sound_stands_for_itself() -> None:
    assert sounds("3号,K") == ("3", *sounds("号"), ",", "K")
    assert spelt("xyz") == ()
    assert spelt("zhuangche") == sounds("撞车")


@given(st.text(alphabet="aeginuhz井盖没了,3 ", max_size=200))
@settings(deadline=None)
def test_any_mixture_is_mended_without_a_crash(text: str) -> None:
    SLIPS.mended(text)
    sounds(text)
