"""Find the words that name a place: from the gazetteer first, else by the way places are named (field.md g)."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import ahocorasick

from reading.normalise import Traced, normalise, trace

LONGEST = 1500  # characters read
# Characters of a name before its tail at most. Spoken lines have no signs, so a longer run is rarely all name.
ROAD_NAME = 5
GROUND_NAME = 7
JOINTS = ("", "与", "和", "到", "至", "跟", " ", "-", "、")
EXACT = 0.95
ALIAS = 0.9
PATTERN = 0.6  # the words look like a place, but nobody knows where it is


@dataclass(frozen=True)
class Landmark:
    """A place of the gazetteer; lat and lon in WGS-84 degrees."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    lat: float
    lon: float
    grid: str | None = None


@dataclass(frozen=True)
class PlaceHint:
    """`words` as typed, in the script of the writer; `landmark` when the gazetteer knows it; `sure` 0 to 1."""

    words: str
    landmark: Landmark | None
    sure: float


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    landmark: Landmark | None
    sure: float
    strong: int = 0  # how many of its names are roads or have a number or a side
    known: int = 0  # characters that stand in the gazetteer

    @property
    def worth(self) -> tuple[int, int, int, int]:
        return (self.known, self.strong, self.end - self.start, -self.start)


@dataclass(frozen=True)
class Piece:
    """One name of a run: 印刷技校门口."""

    start: int
    end: int
    is_road: bool
    is_narrow: bool
    is_common: bool  # 马路, 小区: no name of one certain place


class PlaceReader:
    """Reads places against a gazetteer, which may be empty. Built once; reading keeps no state."""

    def __init__(self, places: Iterable[Landmark]) -> None:
        self._names = ahocorasick.Automaton()
        known: dict[str, tuple[Landmark, float]] = {}
        for place in places:
            for name, sure in [(place.name, EXACT), *((alias, ALIAS) for alias in place.aliases)]:
                key = normalise(name)
                # The first of two with one name stays; a name outranks another's alias.
                if len(key) > 1 and (key not in known or known[key][1] < sure):
                    known[key] = (place, sure)
        for key, (place, sure) in known.items():
            self._names.add_word(key, (len(key), place, sure))
        self._names.make_automaton()

    def read(self, text: str) -> PlaceHint | None:
        """The best place of the text, or None. Never raises, whatever the text.

        Of several the one the gazetteer knows, then the longest, then the first. Words beside a known landmark that
        narrow it down (门口, 3号楼) belong to it.
        """
        line = trace(text[:LONGEST])
        known = list(self._known(line.text))
        patterns = list(_patterns(line.text))
        candidates = [_widened(place, patterns, line.text) for place in known] + patterns
        if not candidates:
            return None
        best = max(candidates, key=lambda place: place.worth)
        return PlaceHint(_typed(line, best), best.landmark, best.sure)

    def _known(self, text: str) -> Iterator[Found]:
        if not len(self._names):
            return
        for last, (length, place, sure) in self._names.iter(text):
            yield Found(last + 1 - length, last + 1, place, sure, known=length)


def _widened(place: Found, patterns: Iterable[Found], text: str) -> Found:
    """A known landmark together with the longer words around it: 团结西路印刷技校门口 around 印刷技校.

    A road's tail behind a known name is not part of it: 印刷技校 + 路上.
    """
    start, end = place.start, place.end
    stands_alone = _road().match(text, end) is not None
    for around in patterns:
        if around.start <= place.start and around.end >= place.end:
            start, end = min(start, around.start), end if stands_alone else max(end, around.end)
    narrowed = _narrowing().match(text, end)
    return replace(place, start=start, end=narrowed.end() if narrowed else end)


def _typed(line: Traced, place: Found) -> str:
    return line.typed(place.start, place.end).strip(" ,，、。:：;；(（")


def _patterns(text: str) -> Iterator[Found]:
    """Runs of names, joined where one follows the other: 龙王庙路 + 印刷技校 + 门口, 东升路 + 与 + 学府街口."""
    run: list[Piece] = []
    for piece in _pieces(text):
        if run and text[run[-1].end : piece.start] not in JOINTS:
            yield from _found(run, text)
            run = []
        run.append(piece)
    yield from _found(run, text)


def _found(run: list[Piece], text: str) -> Iterator[Found]:
    # 这条马路上 begins with a word that is no name; what follows it may still be one.
    while run and run[0].is_common:
        run = run[1:]
    # 水塔巷马路 ends with one: behind a name it only says that there is a road.
    while len(run) > 1 and run[-1].is_road and run[-1].is_common and not run[-1].is_narrow:
        run = run[:-1]
    if run and run[-1].end - run[0].start > 2:
        strong = sum(piece.is_road or piece.is_narrow for piece in run)
        yield Found(run[0].start, run[-1].end, None, PATTERN, strong)


def _pieces(text: str) -> Iterator[Piece]:
    """Each name with its tail and whatever narrows it down, from left to right."""
    floor = 0
    for tail in _tails().finditer(text):
        if tail.start() < floor or tail.lastgroup == "none":
            continue
        is_road = tail.lastgroup == "road"
        start = _name_start(text, tail.start(), floor, ROAD_NAME if is_road else GROUND_NAME)
        narrowed = _narrowing().match(text, tail.end())
        follows = 0 < floor == start
        is_narrow = narrowed is not None or tail.lastgroup == "number"
        if start == tail.start() and (not follows or len(tail[0]) == 1):
            continue
        if tail.lastgroup == "weak" and not (is_narrow or follows):
            continue
        end = narrowed.end() if narrowed else tail.end()
        is_common = start == tail.start() or _is_common(text[start : tail.end()], tail[0])
        yield Piece(start, end, is_road, is_narrow, is_common)
        floor = end


def _name_start(text: str, end: int, floor: int, longest: int) -> int:
    """How far left a name reaches that ends at `end`: no sign, no stop word, no more characters than names have."""
    start = max(floor, end - longest)
    if start == floor and floor and text[start : start + 1] in JOINTS:
        start += 1
    for broken in _breaks().finditer(text, start, end):
        start = broken.end()
    return min(start, end)


def _is_common(whole: str, tail: str) -> bool:
    """Whether the words name no certain place: 马路 and 整条人行道, but not 解放路."""
    if whole in _words("nothing"):
        return True
    return any(whole.endswith(word) and len(word) > len(tail) for word in _words("nothing"))


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("reading") / "words" / "places.toml").read_text(encoding="utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_data()[name])


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


@cache
def _tails() -> re.Pattern[str]:
    roads, grounds, weak = (_any_of(_data()[name]) for name in ("roads", "grounds", "weak"))
    none, house = _any_of(_data()["follows"]), _data()["house"]
    # 水塔巷 is a lane and no tower: a tail of one character is not one before a road's.
    short = _any_of(name for name in _data()["grounds"] if len(name) == 1)
    ground = rf"(?!(?:{short})(?!{none})[路街巷])(?:{grounds})"
    return re.compile(rf"(?P<none>{none})|(?P<number>{house})|(?P<ground>{ground})|(?P<road>{roads})|(?P<weak>{weak})")


@cache
def _narrowing() -> re.Pattern[str]:
    return re.compile(rf"(?:(?!{_any_of(_data()['follows'])})(?:{_data()['numbers']}|{_any_of(_data()['sides'])}))+")


@cache
def _road() -> re.Pattern[str]:
    """A road's tail, no crossing (路口) and no word of its own."""
    return re.compile(rf"(?!{_any_of(_data()['follows'])})(?:{_any_of(_data()['roads'])})(?!口)")


@cache
def _breaks() -> re.Pattern[str]:
    return re.compile(rf"{_any_of(_data()['stops'])}|[^\u4e00-\u9fffA-Za-z0-9·-]")
