"""What the weights look at in a line: its characters, its sounds, and what the word lists say of it.

`training` and the reader both call `traits`; whoever changes what it gives raises VERSION and trains anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reading.lexicon import groups_of
from reading.sounds import sounds
from reading.told import Told

VERSION = 2
LONGEST_RUN = 3  # characters in a row
SHORTEST_SOUND = 2
LENGTHS = (6, 10, 15, 20, 30, 45, 70)  # characters; how long a line is, in classes
POINTS = 3.0  # points of evidence are given in this unit
FULLEST = 7
BEST = 3


@dataclass(frozen=True)
class Traits:
    """`characters` and `sounds`: each run once. `marks`: what the lists say, by name, with its weight."""

    characters: frozenset[str]
    sounds: frozenset[str]
    marks: Mapping[str, float]


def traits(told: Told, has_photo: bool) -> Traits:
    line = told.line
    heard = sounds(line)
    return Traits(
        characters=frozenset(_runs(f"^{line}$", 1)),
        sounds=frozenset(_sound_runs(heard)),
        marks=dict(_marks(told, has_photo)),
    )


def _runs(line: str, shortest: int) -> Iterator[str]:
    for length in range(shortest, LONGEST_RUN + 1):
        for start in range(len(line) - length + 1):
            yield line[start : start + length]


def _sound_runs(heard: Sequence[str]) -> Iterator[str]:
    """~jin.gai.: no run of characters begins so."""
    units = ["^", *(f"{sound}." for sound in heard), "$"]
    for length in range(SHORTEST_SOUND, LONGEST_RUN + 1):
        for start in range(len(units) - length + 1):
            yield "~" + "".join(units[start : start + length])


def _marks(told: Told, has_photo: bool) -> Iterator[tuple[str, float]]:
    for number in told.guarded:
        yield f"@guard {number}", 1.0
    for number in told.alarms:
        yield f"@alarm {number}", 1.0
    yield from _flags(told, has_photo)
    yield "@against", told.against / POINTS
    yield "@points", told.points / POINTS
    best = told.best.total
    yield "@best", best / POINTS
    yield f"@best {min(int(best), FULLEST)}", 1.0
    yield f"@complaints {min(told.complaints, BEST)}", 1.0
    yield f"@length {sum(len(told.line) > length for length in LENGTHS)}", 1.0
    for code, evidence in told.evidence.items():
        yield f"@evidence {code}", evidence.total / POINTS
        if evidence.urgent:
            yield f"@urgent {code}", 1.0
    for place, code in enumerate(told.codes[:BEST]):
        yield f"@place {place} {code}", 1.0
    for first, second in pairwise(told.codes[:2]):
        yield f"@two {first} {second}", 1.0
    for mention in told.mentions:
        meaning = mention.meaning
        if meaning.complaint:
            yield f"@complaint {mention.word}", 1.0
        for code in meaning.says:
            yield f"@says {code}", 1.0
        for code in meaning.hints:
            yield f"@hint {code}", 1.0
        for pair in meaning.pairs:
            yield f"@thing {pair.code}", 1.0
        for group in groups_of(meaning.signs):
            yield f"@sign {group}", 1.0


def _flags(told: Told, has_photo: bool) -> Iterator[tuple[str, float]]:
    flags = {
        "photo": has_photo,
        "wish": told.is_wish,
        "harmless": told.is_harmless,
        "people": told.is_near_people,
        "alarm": bool(told.alarms),
        "urgent": told.best.urgent,
        "asks": "?" in told.line,
        "shouts": "!" in told.line,
        "numbers": any(character.isdigit() for character in told.line),
    }
    for name, is_so in flags.items():
        if is_so:
            yield f"@{name}", 1.0
