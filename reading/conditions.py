"""Whether a report tells of a condition of the catalogue, to which it gives a limit of its own (破损4工作时)."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from reading.normalise import normalise

APART = re.compile(r"[/、,]")
LONGEST = 1500  # characters read, as of a problem


def tells(text: str, condition: str) -> bool:
    """Whether one of the conditions (behind slashes) is told: one of its signs by any of the ways people put it,
    and what else it names (井盖缺失: a 井盖) as it stands. Never raises, whatever the text.
    """
    line = normalise(text)[:LONGEST]
    return any(_told(line, normalise(part)) for part in APART.split(_without(condition, _data()["fillers"])))


def _told(line: str, condition: str) -> bool:
    signs = [sign for sign in _data()["signs"] if sign in condition]
    things = [thing for thing in _without(condition, signs).split("·") if thing.strip(" :")]
    if not signs and not things:
        return False
    sign_told = not signs or any(way in line for sign in signs for way in _data()["signs"][sign])
    return sign_told and all(thing.strip(" :") in line for thing in things)


def _without(condition: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        condition = condition.replace(word, "·")
    return condition


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("reading") / "words" / "conditions.toml").read_text(encoding="utf-8"))
