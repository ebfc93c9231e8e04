"""The word lists of places, words/places.toml."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

BREAK = re.compile("[ ,，。.!?;:、()\"“”'‘’「」【】\\[\\]~…—@|/]")
"""A sign that no name of a place runs over."""


@cache
def word_lists() -> Mapping[str, Any]:
    return tomllib.loads((files("reading") / "words" / "places.toml").read_text(encoding="utf-8"))


def any_of(words: Iterable[str]) -> str:
    """A pattern that finds the longest of these words."""
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))
