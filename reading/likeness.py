"""Whether two names are one, misheard or mistyped: by sound, and in long names with a slip of the finger."""

import re
from functools import cache

from rapidfuzz.distance import Levenshtein

from reading.addresses import ROAD_TAIL
from reading.place_words import any_of, word_lists
from reading.sounds import sounds

# 团结西路 is not 团结东路, nor 团结西街: these never stand for each other, nor does one come or go by mistake.
TELLING = frozenset(
    "东西南北上下前后左右内外新老旧大小中高低一二三四五六七八九十百零〇两甲乙丙丁路街巷弄道0123456789ABCDEFGabcdefg"
)
SHORTEST = 3  # characters of a name that may be known by its sound alone
OWN_LETTERS = 4  # of a name, before a tail that it shares with others: with fewer a slip makes another name


def sounded(text: str) -> tuple[str, ...] | None:
    """One sound a character; None where Latin letters spell syllables, so that they would not stand side by side."""
    heard = sounds(text)
    return heard if len(heard) == len(text) else None


def may_be_misheard(name: str, typed: str) -> bool:
    """For two of the same sound: whether no letter that tells them apart was another. 三里 and 上里 sound alike."""
    return all(a == b or not {a, b} <= TELLING for a, b in zip(name, typed, strict=True))


def slips(name: str, typed: str) -> int | None:
    """How many letters of `name` are wrong, missing or too many in `typed`, those that only sound right not counted.

    None where a letter that tells names apart is one of them.
    """
    wrong = 0
    for edit in Levenshtein.editops(name, typed):
        one = name[edit.src_pos] if edit.tag != "insert" else ""
        other = typed[edit.dest_pos] if edit.tag != "delete" else ""
        if one and other and sounded(one) == sounded(other) and not {one, other} <= TELLING:
            continue
        if {one, other} & TELLING:
            return None
        wrong += 1
    return wrong


def bears_a_slip(name: str) -> bool:
    """Whether a name is so much its own that one wrong letter makes no other of it: 青云家具批发市场, not 白杨小区."""
    tail = _tail().search(name)
    own = name[: tail.start("tail")] if tail else name
    return sum(letter not in TELLING for letter in own) >= OWN_LETTERS


@cache
def _tail() -> re.Pattern[str]:
    """The first tail that others share, behind two letters at least."""
    shared = any_of([*word_lists()["grounds"], *word_lists()["weak"]])
    return re.compile(rf"^..+?(?P<tail>{shared}|{ROAD_TAIL})")
