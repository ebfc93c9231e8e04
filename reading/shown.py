"""Words of people where others read them: in one line, with nothing unseen in it, and masked.

A part of a text is masked as the whole text is: of 王小明13812345678家门口 the place reads 45678家门口, and the rest
of the number would stand beside a masked one.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from functools import cache

from reading.personal import KEPT, personal_in
from reading.place_words import any_of, word_lists

JOINER = "\u200d"
ANNOUNCING = (
    "身份证", "电话", "手机", "座机", "微信", "薇信", "QQ", "车牌", "牌照", "号码", "联系人", "联系", "业主", "车主",
    "小区", "车位", "单元", "号楼", "楼", "家", "号", "的", "在", "是", "找", "打", "停",
)  # fmt: skip
"""Beside what was masked they name no place either."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One character as it is shown. first, last: the characters of the original it stands for."""

    text: str
    first: int
    last: int
    is_masked: bool = False


def one_line(text: str) -> str:
    return _read(_signs(text))


def masked_line(text: str, kept: Container[str] = KEPT) -> str:
    """The whole of it. kept: kinds of reading/personal.py that stay."""
    return _read(_masked(_signs(text), kept)).strip()


def masked_place(text: str, start: int = 0, end: int | None = None) -> str | None:
    """Of a text the characters that name a place; None where too little of it is left to name one."""
    end = len(text) if end is None else end
    part = [sign for sign in _masked(_signs(text), KEPT) if sign.first < end and sign.last >= start]
    shown = _read(part).strip()
    if not any(sign.is_masked for sign in part):
        return shown or None
    return shown if _names("".join(" " if sign.is_masked else sign.text for sign in part)) else None


def _signs(text: str) -> list[Sign]:
    signs: list[Sign] = []
    for index, letter in enumerate(text):
        shown = _shown(letter, signs[-1].text if signs else " ")
        if shown:
            signs.append(Sign(shown, index, index))
    return signs


def _shown(letter: str, before: str) -> str:
    """Nothing for what is not seen or turns the direction of writing round, and for a second blank."""
    if letter.isspace() or unicodedata.category(letter).startswith("Z"):
        return "" if before == " " else " "
    if letter == JOINER and unicodedata.category(before) in ("So", "Sk", "Mn"):
        return letter  # of several pictures it makes one
    return "" if unicodedata.category(letter).startswith("C") else letter


def _read(signs: list[Sign]) -> str:
    return "".join(sign.text for sign in signs)


def _masked(signs: list[Sign], kept: Container[str]) -> list[Sign]:
    # As in `mask`: until nothing more is found.
    while found := personal_in(_read(signs), kept):
        for start, end, masked in reversed(found):
            first, last = signs[start].first, signs[end - 1].last
            signs[start:end] = [Sign(letter, first, last, is_masked=True) for letter in masked]
    return signs


def _names(words: str) -> bool:
    """Whether that names a place by itself: 柳塘小区, 3号楼, and not 门口."""
    left = re.sub(r"[\W_]", "", _nothing().sub(" ", words))
    return len(left) > 1 or any(letter.isdecimal() for letter in left)


@cache
def _nothing() -> re.Pattern[str]:
    return re.compile(any_of([*word_lists()["sides"], *ANNOUNCING]), re.IGNORECASE)
