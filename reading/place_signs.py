"""What stands at each character of a line, as far as it tells where a place begins and ends.

`training.places` and the reader both look here; whoever changes what is seen raises VERSION and trains anew.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import ahocorasick
import numpy as np
import numpy.typing as npt

from reading.place_words import BREAK, word_lists

VERSION = 1
ROWS = 1 << 18
Signs = npt.NDArray[np.int64]

# Word lists as bits: at the last character of a tail, over the whole of the others and once more at their end.
TAILS = ("roads", "grounds", "weak")
OTHERS = ("sides", "stops", "plain", "follows")
NUMBER = 1 << (len(TAILS) + 2 * len(OTHERS))
NUMERALS = frozenset("一二三四五六七八九十百零两〇")

# Which runs are looked at, from how many characters before to how many behind (the first of the run).
RUNS = {1: range(-3, 4), 2: range(-3, 3), 3: range(-4, 3), 4: range(-4, 2)}
SHAPES = {4: range(-4, 2)}
LISTED = {1: range(-4, 5), 2: range(-3, 3), 3: range(-3, 2)}
MARGIN = 5  # characters beyond both ends that a run may reach
BEFORE, BEHIND = 1, 2
FAR = 5  # characters from the nearest sign: farther ones are alike
STRETCH = 3  # characters; how long a clause is, in steps

FIRST, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
SHIFT = np.uint64(64 - (ROWS.bit_length() - 1))


def signs(text: str) -> Signs:
    """Rows of the table of weights, shape (characters, kinds of signs), for a normalised text."""
    count = len(text)
    letters = _framed(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4"))
    shapes = _framed(np.array([_shape(character) for character in text], dtype=np.uint64))
    listed = _listed(text)
    clauses = _clauses(text)
    seen = [
        *_runs(letters, RUNS, count),
        *_runs(shapes, SHAPES, count),
        *_runs(_framed(listed), LISTED, count),
        clauses,
        clauses % np.uint64(128),
        (clauses % np.uint64(128)) * np.uint64(1 << 20) + listed,
    ]
    kinds = np.arange(1, len(seen) + 1, dtype=np.uint64)[:, None]
    rows: npt.NDArray[np.uint64] = ((np.stack(seen) + kinds * MIX) * FIRST) >> SHIFT
    return rows.T.astype(np.int64)


def _framed(values: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    framed = np.full(len(values) + 2 * MARGIN, BEHIND, dtype=np.uint64)
    framed[:MARGIN] = BEFORE
    framed[MARGIN : MARGIN + len(values)] = values
    return framed


def _runs(framed: npt.NDArray[np.uint64], wanted: Mapping[int, range], count: int) -> Iterable[npt.NDArray[np.uint64]]:
    """Each run of neighbours as one number, seen from each character."""
    run, length = framed, 1
    for size, offsets in wanted.items():
        while length < size:
            run = run[:-1] * FIRST + framed[length:]
            length += 1
        for offset in offsets:
            yield run[MARGIN + offset : MARGIN + offset + count]


def _shape(character: str) -> int:
    if character.isdecimal():
        return 3
    if character in NUMERALS:
        return 4
    if "\u4e00" <= character <= "\u9fff":
        return 5
    if character.isalpha():
        return 6
    return 7 if character == " " else 8 if character in ",，" else 9


def _listed(text: str) -> npt.NDArray[np.uint64]:
    """Which lists know a word that lies here or ends here, as bits."""
    bits = [0] * len(text)
    for last, words in _automaton().iter(text):
        for length, ends, inside in words:
            bits[last] |= ends
            if inside:
                for index in range(last - length + 1, last + 1):
                    bits[index] |= inside
    for number in _numbers().finditer(text):
        for index in range(number.start(), number.end()):
            bits[index] |= NUMBER
        bits[number.end() - 1] |= NUMBER << 1
    return np.array(bits, dtype=np.uint64)


def _clauses(text: str) -> npt.NDArray[np.uint64]:
    """How far each character stands from the signs around it, and how long that clause is."""
    found = []
    begin = 0
    cuts = [sign.start() for sign in BREAK.finditer(text)]
    for end in (*cuts, len(text)):
        length = end - begin
        side = 36 if end == len(text) else 72 if begin == 0 else 0
        step = 128 * min(length // STRETCH, 6)
        found += [1 + min(index, FAR) * 6 + min(length - 1 - index, FAR) + side + step for index in range(length)]
        if end < len(text):
            found.append(2000)
        begin = end + 1
    return np.array(found, dtype=np.uint64)


def digest() -> str:
    """Of what is looked at: the version and the word lists. The weights remember of which they were made."""
    looked_at = [(name, word_lists()[name]) for name in (*TAILS, *OTHERS, "numbers")]
    return hashlib.sha256(repr((VERSION, looked_at)).encode()).hexdigest()[:16]


@cache
def _numbers() -> re.Pattern[str]:
    return re.compile(word_lists()["numbers"])


@cache
def _automaton() -> ahocorasick.Automaton:
    known: dict[str, list[tuple[int, int, int]]] = {}
    for place, name in enumerate(TAILS):
        for word in word_lists()[name]:
            known.setdefault(word, []).append((len(word), 1 << place, 0))
    for place, name in enumerate(OTHERS):
        inside = 1 << (len(TAILS) + 2 * place)
        for word in word_lists()[name]:
            known.setdefault(word, []).append((len(word), inside << 1, inside))
    automaton = ahocorasick.Automaton()
    for word, meanings in known.items():
        automaton.add_word(word, tuple(meanings))
    automaton.make_automaton()
    return automaton
