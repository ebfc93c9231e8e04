"""Which numbers to call first, and what else is wrong in the same line."""

import re
from dataclasses import dataclass
from functools import cache

from reading.evidence import NAMED
from reading.lexicon import danger
from reading.told import Told

MOST_CALLS = 2


@dataclass(frozen=True)
class Call:
    """A number, the categories it is for, and the words that ask for it whatever the category."""

    number: str
    codes: frozenset[str]
    words: re.Pattern[str]


def calls(line: str, code: str | None) -> tuple[str, ...]:
    """Numbers to call for an urgent line: those its words ask for, then those of its category."""
    told = [call.number for call in _calls() if call.words.search(line)]
    told += [call.number for call in _calls() if code in call.codes]
    return tuple(dict.fromkeys(told))[:MOST_CALLS]


def others(told: Told, code: str | None) -> tuple[str, ...]:
    """Categories besides `code` whose problem is told in words of its own; the more dangerous first."""
    taken = set(told.evidence[code].spans) if code in told.evidence else set()
    found = [
        other
        for other in told.codes
        if other != code and told.evidence[other].points >= NAMED and taken.isdisjoint(told.evidence[other].spans)
    ]
    order = {graver: place for place, graver in enumerate(danger()["order"])}
    return tuple(sorted(found, key=lambda other: order.get(other, len(order))))


@cache
def _calls() -> tuple[Call, ...]:
    return tuple(
        Call(entry["number"], frozenset(entry["codes"]), re.compile(entry["words"])) for entry in danger()["call"]
    )
