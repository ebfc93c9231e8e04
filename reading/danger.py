"""Which numbers to call first, and what else is wrong in the same line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from reading.lexicon import danger
from reading.told import Told

MOST_CALLS = 2
SHORTEST_CLAUSE = 4  # characters
MOST_CLAUSES = 8
CLAUSE = re.compile("[,。!?;、:… ]+|另外|还有|而且|顺便|再就是|再一个")


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
    taken = told.evidence[code].told_at if code in told.evidence else set[int]()
    return graver_first(
        other for other in told.codes if other != code and len(told.evidence[other].told_at - taken) > 1
    )


def clauses(line: str) -> tuple[str, ...]:
    """Parts of a line that may tell a problem each; none of a line that has no parts."""
    parts = [part for part in CLAUSE.split(line) if len(part) >= SHORTEST_CLAUSE]
    return tuple(parts[:MOST_CLAUSES]) if len(parts) > 1 else ()


def graver_first(codes: Iterable[str]) -> tuple[str, ...]:
    order = {code: place for place, code in enumerate(danger()["order"])}
    return tuple(sorted(codes, key=lambda code: (order.get(code, len(order)), code)))


@cache
def _calls() -> tuple[Call, ...]:
    return tuple(
        Call(entry["number"], frozenset(entry["codes"]), re.compile(entry["words"])) for entry in danger()["call"]
    )
