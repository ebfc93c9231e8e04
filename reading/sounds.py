"""How a line sounds: one syllable without tone for each character, so that 井改 and 井盖 are alike.

The table, made by `python -m training.syllables`, knows the commonest reading of each simplified character.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files

# Sounds that many speakers do not keep apart, and that their keyboards mix up: zh/z, ch/c, sh/s, -ng/-n.
ALIKE = ((re.compile("^([zcs])h"), r"\1"), (re.compile("([aei])ng$"), r"\1n"))
LONGEST_SYLLABLE = 6  # zhuang
LATIN = re.compile("[a-z]{2,18}", re.ASCII | re.IGNORECASE)


def sounds(text: str) -> tuple[str, ...]:
    """One sound for each character of a normalised text; a run of Latin letters that is pinyin becomes its syllables.

    What is neither stands for itself.
    """
    table = _syllables()
    if not LATIN.search(text):
        return tuple([table.get(character, character) for character in text])
    heard: list[str] = []
    end = 0
    for run in LATIN.finditer(text):
        heard += [table.get(character, character) for character in text[end : run.start()]]
        heard += spelt(run[0].lower()) or tuple(run[0])
        end = run.end()
    return (*heard, *(table.get(character, character) for character in text[end:]))


@lru_cache(4096)
def spelt(letters: str) -> tuple[str, ...]:
    """The syllables that Latin letters spell: jinggai is jing + gai. Empty when they spell none."""
    if not letters:
        return ()
    for length in range(min(LONGEST_SYLLABLE, len(letters)), 0, -1):
        first, rest = letters[:length], letters[length:]
        if first in _spellings():
            follows = spelt(rest)
            if follows or not rest:
                return (alike(first), *follows)
    return ()


def alike(syllable: str) -> str:
    for pattern, plain in ALIKE:
        syllable = pattern.sub(plain, syllable)
    return syllable


@cache
def _syllables() -> dict[str, str]:
    return {character: alike(syllable) for syllable, characters in _table() for character in characters}


@cache
def _spellings() -> frozenset[str]:
    return frozenset(syllable for syllable, _ in _table() if len(syllable) > 1)


@cache
def _table() -> tuple[tuple[str, str], ...]:
    text = (files("reading") / "words" / "syllables.txt").read_text(encoding="utf-8")
    rows = (line.split(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((syllable, characters) for syllable, characters in rows)
