"""The words of all categories in one automaton, and what each of them means.

A catalogue keyword counts as what `words/*.toml` calls it there; else a keyword of a part (P…) is a thing, unless it
begins or ends with a symptom (路灯坏), and every other keyword says the problem by itself.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import ahocorasick

WORD_FILES = ("parts", "events", "safety")
DEFAULT_SIGNS = ("@broken", "@missing")


@dataclass(frozen=True)
class Kind:
    """What the reader needs of a category; the caller builds it from the catalogue's row."""

    code: str
    name: str
    keywords: tuple[str, ...]
    urgent: bool = False  # 紧急 in the catalogue; it orders lists and does not make a line urgent


@dataclass(frozen=True, eq=False)
class Pair:
    """A thing and what can be wrong with it: together they name a problem of the category."""

    code: str
    signs: frozenset[str]
    urgent: bool = False


@dataclass(frozen=True)
class Turn:
    """A turn of phrase that names a problem of the category, with other words between."""

    code: str
    pattern: re.Pattern[str]
    urgent: bool


@dataclass
class Meaning:
    """Everything one word can stand for."""

    says: set[str] = field(default_factory=set)
    dangers: set[str] = field(default_factory=set)
    hints: set[str] = field(default_factory=set)
    spot_of: set[str] = field(default_factory=set)  # categories for which it is only a place
    pairs: list[Pair] = field(default_factory=list)
    signs: frozenset[str] = frozenset()
    harmless: bool = False
    complaint: bool = False


@dataclass(frozen=True)
class Mention:
    """A word found at `text[start:end]`."""

    word: str
    start: int
    end: int
    meaning: Meaning


class Lexicon:
    """Finds the known words of a text: as much of it covered as possible, with as few words as possible.

    So 污水井盖 is not read as 水井盖, and 停电 not found in 停电动车.
    """

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._meanings: dict[str, Meaning] = defaultdict(Meaning)
        self.turns: list[Turn] = []
        for kind in kinds:
            self._add_kind(kind)
            self.turns += turns().get(kind.code, ())
        for word in guards()["harmless"]:
            # Only swallows: a word that means something to a category keeps its meaning.
            self._meanings[word].harmless = True
        for word in guards()["complaints"]:
            self._meanings[word].complaint = True
        self._add_signs()
        self._automaton = ahocorasick.Automaton()
        for word, meaning in self._meanings.items():
            self._automaton.add_word(word, (word, meaning))
        self._automaton.make_automaton()

    @property
    def words(self) -> Iterable[str]:
        """Those that speak for a category, by themselves or beside a sign."""
        return (word for word, meaning in self._meanings.items() if meaning.says or meaning.hints or meaning.pairs)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        if not len(self._automaton):
            return ()
        ending: dict[int, list[Mention]] = defaultdict(list)
        for last, (word, meaning) in self._automaton.iter(text):
            ending[last + 1].append(Mention(word, last + 1 - len(word), last + 1, meaning))
        # best[i]: the best reading of text[:i], and its last word. A reading is (characters covered, minus words, minus
        # words of one character, evenness); of equals the longer first word wins: 污水井盖 + 没了, not 污水 + 井盖没了.
        best: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)]
        chosen: list[Mention | None] = [None]
        for end in range(1, len(text) + 1):
            top, word = best[end - 1], None
            for mention in ending.get(end, ()):
                covered, used, single, squares = best[mention.start]
                length = len(mention.word)
                reading = (covered + length, used - 1, single - (length == 1), squares + length * length)
                if reading >= top:
                    top, word = reading, mention
            best.append(top)
            chosen.append(word)
        return tuple(reversed(list(_walk_back(chosen))))

    def _add_kind(self, kind: Kind) -> None:
        entry = categories().get(kind.code, {})
        things = set(entry.get("things", ()))
        hints = set(entry.get("hints", ()))
        says = set(entry.get("says", ()))
        signs = signs_of(entry.get("signs", DEFAULT_SIGNS))
        for keyword in kind.keywords:
            if keyword in things or keyword in hints or keyword in entry.get("urgent_says", ()):
                continue
            if kind.code.startswith("P") and not _holds_sign(keyword, signs):
                things.add(keyword)
            else:
                says.add(keyword)
        for word in says:
            self._meanings[word].says.add(kind.code)
        for word in entry.get("urgent_says", ()):
            self._meanings[word].says.add(kind.code)
            self._meanings[word].dangers.add(kind.code)
        for word in hints:
            self._meanings[word].hints.add(kind.code)
        spots = entry.get("spots", ())
        for word in spots:
            self._meanings[word].spot_of.add(kind.code)
        self._add_pair(kind.code, things.union(spots), signs, urgent=False)
        for pair in entry.get("pairs", ()):
            self._add_pair(kind.code, pair["things"], signs_of(pair["signs"]), urgent=pair.get("urgent", False))

    def _add_pair(self, code: str, things: Iterable[str], signs: frozenset[str], *, urgent: bool) -> None:
        pair = Pair(code, signs, urgent)
        for thing in things:
            self._meanings[thing].pairs.append(pair)

    def _add_signs(self) -> None:
        signs = frozenset().union(*(pair.signs for meaning in self._meanings.values() for pair in meaning.pairs))
        for sign in signs:
            _ = self._meanings[sign]
        for word, meaning in self._meanings.items():
            # 裂缝 is also what 裂 says: a longer word must not hide the sign inside it.
            meaning.signs = frozenset(word[a:b] for a in range(len(word)) for b in range(a + 1, len(word) + 1)) & signs


def _walk_back(chosen: list[Mention | None]) -> Iterable[Mention]:
    end = len(chosen) - 1
    while end > 0:
        mention = chosen[end]
        if mention is None:
            end -= 1
        else:
            yield mention
            end = mention.start


def _holds_sign(keyword: str, signs: frozenset[str]) -> bool:
    return any(keyword.endswith(sign) or keyword.startswith(sign) for sign in signs if len(sign) < len(keyword))


def signs_of(names: Iterable[str]) -> frozenset[str]:
    """Signs with every "@group" replaced by its words. KeyError for an unknown group."""
    groups = _toml("symptoms")
    return frozenset(word for name in names for word in (groups[name[1:]] if name.startswith("@") else (name,)))


@cache
def groups_of(signs: frozenset[str]) -> tuple[str, ...]:
    """Names of the groups of symptoms that hold one of the signs."""
    return tuple(name for name, words in _toml("symptoms").items() if not signs.isdisjoint(words))


@cache
def categories() -> Mapping[str, Any]:
    return {code: entry for name in WORD_FILES for code, entry in _toml(name).items()}


@cache
def turns() -> Mapping[str, tuple[Turn, ...]]:
    return {
        code: tuple(
            Turn(code, re.compile(pattern), urgent=name == "urgent") for name in entry for pattern in entry[name]
        )
        for code, entry in _toml("turns").items()
    }


def guards() -> Mapping[str, Any]:
    return _toml("guards")


def applause() -> Mapping[str, str]:
    return _toml("applause")


def danger() -> Mapping[str, Any]:
    return _toml("danger")


def slips() -> Mapping[str, str]:
    typed_and_meant: Mapping[str, str] = _toml("slips")["slips"]
    return typed_and_meant


@cache
def _toml(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("reading") / "words" / f"{name}.toml").read_text(encoding="utf-8"))
