"""Bring text into the one form the word lists are written in; the caller keeps the original."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# 區(qū), 发现(fāxiàn): a run of Latin letters in brackets right behind a Chinese character (field.md a).
# It must hold a toned vowel or be one short syllable, so that (KTV) and (WiFi) stay.
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü"
PINYIN = re.compile(rf"(?<=[\u4e00-\u9fff])\((?=[^()]*[{TONED}]|[a-z]{{1,6}}\))[a-z{TONED}' ]{{1,24}}\)")

# Variants of Hong Kong, Taiwan and Japan that the converter leaves as they are.
VARIANTS = str.maketrans("衞舖枱塲擡閙葢陥呌", "卫铺台场抬闹盖陷叫")

LONGEST = 4096
"""Characters of the normalised text. No message has more; but one ﷺ becomes eighteen."""

# Converted piece by piece: the converter walks a tree and a very long line would go too deep.
PIECE = 200


@dataclass(frozen=True)
class Traced:
    """Normalised text that remembers where each character came from.

    `origins[i]` is the index in the original of the character behind `text[i]`.
    """

    original: str
    text: str
    origins: tuple[int, ...]

    def typed(self, start: int, end: int) -> str:
        """The characters of the original that became `text[start:end]`."""
        if start >= end:
            return ""
        return self.original[self.origins[start] : self.origins[end - 1] + 1]


@lru_cache(maxsize=512)
def normalise(text: str) -> str:
    """NFKC, no bracketed pinyin, no invisible characters or emoji, simplified script, single spaces.

    Meant for matching only: it loses what people wrote. Never raises on any string.
    """
    return trace(text).text


def trace(text: str) -> Traced:
    """As `normalise`, with the way back to the original characters; what is behind LONGEST is not read."""
    characters, origins = _visible(text)
    flat = "".join(characters)
    for found in reversed(list(PINYIN.finditer(flat))):
        del characters[found.start() : found.end()]
        del origins[found.start() : found.end()]
    characters, origins = _single_spaces(characters, origins)
    return Traced(text, _simplified("".join(characters)), tuple(origins))


def _visible(text: str) -> tuple[list[str], list[int]]:
    characters: list[str] = []
    origins: list[int] = []
    for index, original in enumerate(text):
        for kept in _all_kept(original):
            characters.append(kept)
            origins.append(index)
        if len(characters) >= LONGEST:
            break
    return characters[:LONGEST], origins[:LONGEST]


@lru_cache(maxsize=8192)
def _all_kept(original: str) -> str:
    return "".join(map(_kept, unicodedata.normalize("NFKC", original)))


def _kept(character: str) -> str:
    """The character itself, a space for what only separates, nothing for noise."""
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\n\r\t":
        return " "
    # C: control, format (zero width, bidi), private, unassigned, lone surrogates; M: marks left over from emoji and
    # zalgo; Sk: skin tones. So: pictures, but also ° and ©, which no word list needs.
    if category[0] in "CM" or category in ("Sk", "So"):
        return ""
    return character


def _single_spaces(characters: list[str], origins: list[int]) -> tuple[list[str], list[int]]:
    kept: list[int] = []
    for index, character in enumerate(characters):
        if character != " " or (kept and characters[kept[-1]] != " "):
            kept.append(index)
    if kept and characters[kept[-1]] == " ":
        kept.pop()
    return [characters[index] for index in kept], [origins[index] for index in kept]


def _simplified(text: str) -> str:
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return "".join(map(_simplified_piece, pieces))


def _simplified_piece(piece: str) -> str:
    if piece.isascii():
        return piece
    piece = piece.translate(VARIANTS)
    converted = str(_converter().convert(piece))
    if len(converted) == len(piece):
        return converted
    # A phrase that changes its length would break the way back: character by character instead.
    return "".join(one if len(one) == 1 else original for original in piece for one in [_converter().convert(original)])


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC  # its dictionaries are read when the first Chinese text arrives, not at import

    return OpenCC("t2s")
