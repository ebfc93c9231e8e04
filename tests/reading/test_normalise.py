"""Text in the form of the word lists, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.normalise import normalise, trace


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("蓮湖區(qū)的電梯壞了", "莲湖区的电梯坏了"),
        ("流动网(wǎng)格(gé)员", "流动网格员"),
        ("商店（KTV）太吵", "商店(KTV)太吵"),
        ("ＬＨ２６１１２１０００７！", "LH2611210007!"),
        ("井\u200b盖\u202e没\ufeff了", "井盖没了"),
        ("路灯🙄🙄不亮", "路灯不亮"),
        ("  路灯 \n 不亮 ", "路灯 不亮"),
        ("乾隆路很乾净", "乾隆路很干净"),
        ("衞生間裏枱面", "卫生间里台面"),
        ("", ""),
    ],
)
def test_noise_goes_and_words_stay(typed: str, wanted: str) -> None:
    assert normalise(typed) == wanted


def test_the_way_back_gives_the_words_as_typed() -> None:
    line = trace("🙂團結西路(lù)印刷技校門口!")
    start = line.text.index("印刷")
    assert line.typed(start, start + 6) == "印刷技校門口"
    assert line.typed(0, 4) == "團結西路"


@given(st.text())
def test_any_text_has_a_way_back_for_each_character(text: str) -> None:
    line = trace(text)
    assert len(line.text) == len(line.origins)
    assert list(line.origins) == sorted(line.origins)
    assert all(0 <= origin < len(text) for origin in line.origins)


@given(st.text())
def test_normalising_twice_leaves_no_noise(text: str) -> None:
    once = normalise(text)
    assert "\u200b" not in once
    assert "  " not in once
    assert once == once.strip()
