"""Find the words that name a place, and the place itself where the gazetteer knows it (field.md g)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from reading.addresses import crossed_roads, house_number
from reading.gazetteer import BIGGER, HOWS, Gazetteer, How, Landmark, Mention, Near
from reading.normalise import Traced, normalise, trace
from reading.place_words import BREAK, any_of, word_lists

if TYPE_CHECKING:
    from reading.place_bounds import Bounds, Stretch

__all__ = ["Landmark", "Near", "PlaceHint", "PlaceReader"]

LONGEST = 1500  # characters read
LONG = 4  # characters of a name that no other words sound like by chance
SURE: dict[How, float] = {"exact": 0.95, "alias": 0.9, "fuzzy": 0.75}
ALONG = 0.8  # of that, where only the road is known and not the spot on it
DOUBTFUL = 0.6  # of that, where several places fit alike
JOINTS = "区县镇乡市州与和跟及、到至的-"  # what else a name may follow
OTHER_WORDS = ("小时", "小心", "大家", "中午")  # begin with what may be the last letter of a name
EDGES = " ,，、。:：;；(（"
PATTERN = 0.6  # at most: the words look like a place, but nobody knows where it is


@dataclass(frozen=True)
class PlaceHint:
    """`words` as typed, in the script of the writer; `landmark` when the gazetteer knows it; `sure` 0 to 1.

    how: "exact", "alias", "fuzzy" (misheard or mistyped), or "pattern": no landmark, the words only read like a place.
    start: of the words in the text.
    """

    words: str
    landmark: Landmark | None
    sure: float
    how: Literal["exact", "alias", "fuzzy", "pattern"]
    start: int = field(default=0, compare=False)

    @property
    def end(self) -> int:
        return self.start + len(self.words)


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    landmark: Landmark
    how: How
    sure: float


class PlaceReader:
    """Reads places against a gazetteer, which may be empty. Built once; reading keeps no state."""

    def __init__(self, places: Iterable[Landmark], bounds: "Bounds | None" = None) -> None:
        self._gazetteer = Gazetteer(places)
        self._bounds = bounds or _shipped()

    def read(self, text: str, near: Near = ()) -> PlaceHint | None:
        """The best place of the text, or None. Never raises, whatever the text.

        near: sets of codes of grids, the nearest set first. Of several places of one name the one in the nearest set
        is meant; where several fit alike, `sure` says so. What the gazetteer knows comes before what only reads like
        a place. The words beside a known landmark that narrow it down (门口, 3号楼) belong to it.
        """
        line = trace(text[:LONGEST])
        weighed = self._bounds.weigh(line.text)
        stretch = weighed.best()
        found = self._known(line.text, stretch, near)
        if found is not None:
            floor, ceiling = _clause(line.text, found)
            around = weighed.around(found.start, found.end)
            end = _before_next_word(line.text, found.end, min(around.end, ceiling))
            words, start = _typed(line, max(around.start, floor), end)
            return PlaceHint(words, found.landmark, found.sure, found.how, start)
        if stretch is None:
            return None
        words, start = _typed(line, stretch.start, _before_next_word(line.text, stretch.start + 1, stretch.end))
        return PlaceHint(words, None, min(PATTERN, stretch.sure), "pattern", start) if words else None

    def names_in(self, words: str, landmark: Landmark | None) -> list[str]:
        """The names of this landmark that stand in normalised words."""
        found = self._gazetteer.mentions(words)
        return [words[one.start : one.end] for one in found if any(place == landmark for place, _ in one.names)]

    def _known(self, text: str, stretch: "Stretch | None", near: Near) -> Found | None:
        """As it is written, else as it sounds, else with a slip."""
        mentions = [one for one in _whole(self._gazetteer.mentions(text)) if _is_meant(text, one, stretch)]
        for look in (self._gazetteer.misheard, self._gazetteer.mistyped):
            mentions = mentions or _whole(one for one in look(text) if _stands_alone(text, one, stretch))
        if not mentions:
            return None
        best = max(mentions, key=lambda mention: _worth(mention, stretch, near))
        landmark, how, sure = _nearest(best, near)
        if how != "fuzzy" and not _stands_alone(text, best, stretch):
            sure *= DOUBTFUL
        found = Found(best.start, best.end, landmark, how, sure)
        return self._on_road(text, found, mentions) if landmark.kind == "road" else found

    def _on_road(self, text: str, road: Found, mentions: list[Mention]) -> Found:
        """The crossing, or the nearest known house, where the words tell more than the road."""
        floor, ceiling = _clause(text, road)
        crossed = self._crossing(text[floor:ceiling], [m for m in mentions if floor <= m.start < ceiling])
        if crossed is not None:
            return Found(road.start, road.end, crossed, road.how, road.sure)
        house = house_number(text, road.end)
        known = self._gazetteer.houses.get(normalise(road.landmark.name), {}) if house else {}
        if house is None or not known:
            return Found(road.start, road.end, road.landmark, road.how, road.sure * ALONG)
        number, end = house
        nearest = min(known, key=lambda other: (abs(other - number), (other - number) % 2, other))
        sure = road.sure if nearest == number else road.sure * ALONG
        return Found(road.start, end, known[nearest], road.how, sure)

    def _crossing(self, clause: str, mentions: list[Mention]) -> Landmark | None:
        named = crossed_roads(clause)
        if named is None:
            return None
        # Also by their names in the gazetteer, where the line has other ones.
        roads = {normalise(place.name) for mention in mentions for place, _ in mention.names if place.kind == "road"}
        pairs = [named, *(frozenset((one, other)) for one in roads for other in roads if one < other)]
        return next((self._gazetteer.crossings[pair] for pair in pairs if pair in self._gazetteer.crossings), None)


def _shipped() -> "Bounds":
    from reading.place_bounds import shipped  # numpy is heavy, and waits until somebody reads

    return shipped()


def _whole(mentions: Iterable[Mention]) -> list[Mention]:
    """From left to right, without those that are only a part of a longer name: 白杨路 in 白杨路红光路口."""
    whole: list[Mention] = []
    for one in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        if not whole or one.end > whole[-1].end or (one.start, one.end) == (whole[-1].start, whole[-1].end):
            whole.append(one)
    return whole


def _is_meant(text: str, mention: Mention, stretch: "Stretch | None") -> bool:
    """Not 三小 in 三小时, nor 白杨路 in 小白杨路; and no alias, 电影院, where the words that read like a place are
    和平电影院."""
    if text[mention.end - 1 : mention.end + 1] in OTHER_WORDS:
        return False
    if stretch is None or mention.end <= stretch.start or stretch.end <= mention.start:
        return True
    if mention.start - 1 == stretch.start and text[stretch.start] in BIGGER:
        return False
    return any(how == "exact" for _, how in mention.names) or _stands_alone(text, mention, stretch)


def _stands_alone(text: str, mention: Mention, stretch: "Stretch | None") -> bool:
    """Whether what stands before it among the words that read like a place ends a name of its own: 团结西路印刷技校,
    but not 万柳塘小区, where 柳塘小区 is known. Away from those words, a name must be long to be no accident."""
    if stretch is None or mention.end <= stretch.start or stretch.end <= mention.start:
        return mention.length >= LONG
    before = text[stretch.start : mention.start]
    return not before or _name_ends().search(before) is not None


def _worth(mention: Mention, stretch: "Stretch | None", near: Near) -> tuple[int, bool, bool, int, int]:
    """The nearest; then what is narrower than a road, stands among words that read like a place, is longest, first."""
    inside = stretch is not None and stretch.start < mention.end and mention.start < stretch.end
    landmark, _, _ = _nearest(mention, near)
    return -_away(landmark, near), landmark.kind != "road", inside, mention.length, -mention.start


def _nearest(mention: Mention, near: Near) -> tuple[Landmark, How, float]:
    """Of all places of this name the one in the nearest set, by its own name before an alias."""

    def rank(name: tuple[Landmark, How]) -> tuple[int, int]:
        return _away(name[0], near), HOWS.index(name[1])

    landmark, how = min(mention.names, key=rank)
    alike = sum(rank(name) == rank((landmark, how)) for name in mention.names)
    return landmark, how, SURE[how] * (DOUBTFUL if alike > 1 else 1)


def _away(landmark: Landmark, near: Near) -> int:
    return next((step for step, codes in enumerate(near) if landmark.grid in codes), len(near))


def _clause(text: str, found: Found) -> tuple[int, int]:
    """How far the words around a place can reach: to the next signs, or the ends."""
    before = [sign.end() for sign in BREAK.finditer(text, 0, found.start)]
    behind = BREAK.search(text, found.end)
    return (before[-1] if before else 0), (behind.start() if behind else len(text))


def _before_next_word(text: str, begin: int, end: int) -> int:
    """Where a place ends that took the next word along, or its first letter: 水塔巷路 + 灯."""
    for word in _follows().finditer(text, begin):
        if word.start() < end < word.end() or (end == word.end() and word[0] in word_lists()["apart"]):
            return word.start()
    return end


@cache
def _follows() -> re.Pattern[str]:
    return re.compile(any_of([*word_lists()["follows"], *word_lists()["apart"]]))


@cache
def _name_ends() -> re.Pattern[str]:
    lists = word_lists()
    ends = any_of(word for name in ("roads", "grounds", "weak", "sides", "stops") for word in lists[name])
    return re.compile(f"(?:{ends}|{lists['numbers']}|[{JOINTS}])$")


def _typed(line: Traced, start: int, end: int) -> tuple[str, int]:
    """The words as typed, and where in the original they begin."""
    words = line.typed(start, end)
    begin = line.origins[start] if words else 0
    return words.strip(EDGES), begin + len(words) - len(words.lstrip(EDGES))
