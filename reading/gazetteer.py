"""The places a district knows, and how their names are found in a line: exactly, by sound, or with a slip."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import ahocorasick

from reading.addresses import crossed_roads, house_on_road, other_spellings
from reading.likeness import SHORTEST, bears_a_slip, may_be_misheard, slips, sounded
from reading.normalise import normalise

How = Literal["exact", "alias", "fuzzy"]
Near = Sequence[frozenset[str]]
HOWS: tuple[How, ...] = ("exact", "alias", "fuzzy")
SHORTEST_NAME = 2  # characters
BIGGER = "东西南北上下前后新老旧大小中"
"""小白杨路 is not 白杨路: one of these before a name belongs to it, where nothing else stands before it."""
FIRST_LETTER = 0xF0000  # of a plane that no text uses


@dataclass(frozen=True)
class Landmark:
    """A place of the gazetteer; lat and lon in WGS-84 degrees; `grid` the code of the grid it lies in."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    lat: float
    lon: float
    grid: str | None = None


@dataclass(frozen=True)
class Mention:
    """text[start:end] names one of these, `names`, each with how it does."""

    start: int
    end: int
    names: tuple[tuple[Landmark, How], ...]

    @property
    def length(self) -> int:
        return self.end - self.start


class Gazetteer:
    """Built once; looking changes nothing. Two places may have one name; the first of a repeated row stays."""

    def __init__(self, places: Iterable[Landmark]) -> None:
        self._names: dict[str, dict[Landmark, How]] = {}
        self.houses: dict[str, dict[int, Landmark]] = defaultdict(dict)
        self.crossings: dict[frozenset[str], Landmark] = {}
        for place in places:
            for typed in (place.name, *place.aliases):
                self._add(normalise(typed), place, "exact" if typed == place.name else "alias")
        own = set(self._names)
        self._add_other_names()
        self._automaton = _automaton(self._names)
        self._letters: dict[str, str] = {}
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        # With one slip in a name one of its halves is whole.
        self._halves: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for name in self._names:
            spelt = self._spelt(name, learn=True)
            if spelt and len(name) >= SHORTEST:
                self._by_sound[spelt].append(name)
            if spelt and name in own and bears_a_slip(name):
                middle = len(name) // 2
                self._halves[spelt[:middle]].append((name, True))
                self._halves[spelt[middle:]].append((name, False))
        self._sounds, self._half_sounds = _automaton(self._by_sound), _automaton(self._halves)

    def _add(self, name: str, place: Landmark, how: How) -> None:
        if len(name) < SHORTEST_NAME:
            return
        self._names.setdefault(name, {}).setdefault(place, how)
        house, roads = house_on_road(name), crossed_roads(name)
        if house is not None:
            self.houses[house[0]].setdefault(house[1], place)
        if roads is not None:
            self.crossings.setdefault(roads, place)

    def _add_other_names(self) -> None:
        """柳荫小区 is 柳荫家园, so 柳荫小区东门 is 柳荫家园东门; and a building's number is written in many ways."""
        for name, places in list(self._names.items()):
            base = next((name[:end] for end in range(len(name) - 1, 1, -1) if name[:end] in self._names), None)
            rest = name[len(base) :] if base else ""
            bases = self._names[base] if base else {}
            others = {other for whole in bases for other in (whole.name, *whole.aliases)} if rest else set()
            spelt = [name, *(f"{normalise(other)}{rest}" for other in sorted(others))]
            for other in (one for base_name in spelt for one in (base_name, *other_spellings(base_name))):
                for place in places:
                    self._add(other, place, "alias")

    def mentions(self, text: str) -> Iterator[Mention]:
        """Every name as it is written, in a normalised text."""
        for last, name in _hits(self._automaton, text):
            start, end = last + 1 - len(name), last + 1
            # 13号楼 does not name 3号楼.
            cut = start and name[0].isdecimal() and text[start - 1].isdecimal()
            if not cut and not (name[-1].isdecimal() and text[end : end + 1].isdecimal()):
                yield Mention(start, end, tuple(self._names[name].items()))

    def misheard(self, text: str) -> Iterator[Mention]:
        """Every name of three characters or more as it sounds."""
        for last, key in _hits(self._sounds, self._spelt(text)):
            start, end = last + 1 - len(key), last + 1
            alike = [name for name in self._by_sound[key] if may_be_misheard(name, text[start:end])]
            if alike:
                yield Mention(start, end, self._fuzzy(alike))

    def mistyped(self, text: str) -> Iterator[Mention]:
        """Long names with one letter wrong, missing or too many."""
        for last, key in _hits(self._half_sounds, self._spelt(text)):
            for name, is_first in self._halves[key]:
                for length in (len(name) - 1, len(name), len(name) + 1):
                    start = last + 1 - (len(key) if is_first else length)
                    if start >= 0 and slips(name, text[start : start + length]) in (0, 1):
                        yield Mention(start, min(start + length, len(text)), self._fuzzy([name]))

    def _fuzzy(self, names: Iterable[str]) -> tuple[tuple[Landmark, How], ...]:
        return tuple((place, "fuzzy") for place in dict.fromkeys(p for name in names for p in self._names[name]))

    def _spelt(self, text: str, *, learn: bool = False) -> str:
        """The sounds of a text, each as one letter of our own, so that a run of sounds is searched like a text.

        Empty where they cannot stand letter by letter. learn: sounds not met before get their letter.
        """
        heard = sounded(text) or ()
        if learn:
            for sound in heard:
                self._letters.setdefault(sound, chr(FIRST_LETTER + len(self._letters)))
        return "".join(self._letters.get(sound, " ") for sound in heard)


def _automaton(names: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, name)
    automaton.make_automaton()
    return automaton


def _hits(automaton: ahocorasick.Automaton, text: str) -> Iterator[tuple[int, str]]:
    """The last character of each hit, and what was hit."""
    if len(automaton) and text:
        yield from automaton.iter(text)
