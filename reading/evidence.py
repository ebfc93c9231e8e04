"""What in a line speaks for which category, in points, and which category comes first."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from reading.lexicon import Mention, Turn, danger

# Points, found by trying on the seen lines of tests/data/lines_dev.csv.
SAYS = 3.0
PAIR = 3.0
TURN = 2.8
HINT = 1.3
THING = 0.8
MORE = 0.3
MOST_MORE = 3
EARLY = 0.5
EARLY_END = 40  # characters
DANGER = 1.5
TIE = 0.45
NAMED = 2.0  # from here on a problem is named, not only a thing

GAP_AFTER = 14  # characters between a thing and the sign behind it: 电梯又坏了
GAP_AFTER_SHORT = 4  # behind a thing of one character
GAP_BEFORE = 5  # and a sign before it: 断了一根树枝
NEIGHBOURS = 14  # known words looked at on each side; more cannot stand in the gap
STOPS = re.compile(r"[。!?;…]")
PAUSES = re.compile(r"[,、:\s]")


@dataclass
class Evidence:
    """What speaks for one category."""

    points: float = 0.0
    at: int = 0  # where in the line the best of it begins
    more: int = 0
    urgent: bool = False
    words: list[str] = field(default_factory=list)
    told_at: set[int] = field(default_factory=set)  # characters of the line that tell the problem itself

    def add(self, points: float, at: int, words: str, *, span: Iterable[int] = (), urgent: bool = False) -> None:
        """`span`: the characters it was told with."""
        if points >= NAMED:
            self.told_at.update(span)
        if words in self.words:
            return
        self.more += bool(self.words)
        self.urgent = self.urgent or urgent
        self.words.append(words)
        if points > self.points:
            self.points, self.at = points, at

    @property
    def total(self) -> float:
        # What is told first is what it is about; the rest says what came of it.
        early = EARLY * max(0.0, 1 - self.at / EARLY_END)
        return self.points + early + MORE * min(self.more, MOST_MORE) + (DANGER if self.urgent else 0.0)


def gather(line: str, mentions: Sequence[Mention], turns: Sequence[Turn]) -> dict[str, Evidence]:
    """Evidence by category code, from the known words and the turns of phrase of a normalised line."""
    evidence: dict[str, Evidence] = defaultdict(Evidence)
    for index, mention in enumerate(mentions):
        around = mentions[max(0, index - NEIGHBOURS) : index + NEIGHBOURS + 1]
        _add_word(evidence, mention, around, line)
    said = _without_harmless(line, mentions)
    for turn in turns:
        if found := turn.pattern.search(said):
            span = range(found.start(), found.end())
            evidence[turn.code].add(TURN, found.start(), found[0], span=span, urgent=turn.urgent)
    for code in ranked(evidence)[:1]:
        # Some kinds are a danger as soon as somebody is near: a wire on the ground, and a child.
        if code in danger()["alarm"]["near_people"] and evidence[code].points >= NAMED and is_near_people(line):
            evidence[code].urgent = True
    return evidence


def ranked(evidence: Mapping[str, Evidence]) -> list[str]:
    """Codes, best first; those about as good as the best in the order of danger."""
    codes = sorted(evidence, key=lambda code: (-evidence[code].total, code))
    if not codes:
        return []
    top = evidence[codes[0]].total
    tied = [code for code in codes if top - evidence[code].total <= TIE]
    order = {code: place for place, code in enumerate(danger()["order"])}
    codes = sorted(tied, key=lambda code: order.get(code, len(order))) + codes[len(tied) :]
    for graver in danger()["outranks"].get(codes[0], ()):
        if graver in evidence and evidence[graver].points >= NAMED:
            return [graver, *(code for code in codes if code != graver)]
    return codes


def alarms(line: str) -> tuple[int, ...]:
    """Numbers of the expressions by which somebody can be hurt now, whatever the category."""
    return tuple(number for number, pattern in enumerate(_alarms()) if pattern.search(line))


def is_certain_danger(line: str) -> bool:
    """Whether the line says so plainly that nothing has to be weighed."""
    return any(pattern.search(line) for pattern in _certain())


def is_near_people(line: str) -> bool:
    """Whether somebody stands near, or it is happening now."""
    return _people().search(line) is not None


def _add_word(evidence: dict[str, Evidence], mention: Mention, around: Sequence[Mention], line: str) -> None:
    meaning, word = mention.meaning, mention.word
    span = range(mention.start, mention.end)
    for code in meaning.says:
        points = SAYS + min(0.1 * len(word), 0.6)
        evidence[code].add(points, mention.start, word, span=span, urgent=code in meaning.dangers)
    for code in meaning.hints:
        evidence[code].add(HINT, mention.start, word)
    for pair in meaning.pairs:
        if pair.code not in meaning.spot_of:
            # One character (路, 水, 车) is in half of all lines.
            evidence[pair.code].add(THING if len(word) > 1 else THING / 4, mention.start, word)
        for sign in around:
            if sign is not mention and not pair.signs.isdisjoint(sign.meaning.signs):
                points = _nearness(mention, sign, line)
                if points > 0:
                    at = min(mention.start, sign.start)
                    both = (*span, *range(sign.start, sign.end))
                    evidence[pair.code].add(points, at, _together(mention, sign), span=both, urgent=pair.urgent)


def _together(thing: Mention, sign: Mention) -> str:
    """A thing and its sign as they stand in the line; what touches is one piece: 路面塌 + 陷了."""
    first, second = sorted((thing, sign), key=lambda mention: mention.start)
    return f"{first.word}{'' if first.end == second.start else ' '}{second.word}"


def _nearness(thing: Mention, sign: Mention, line: str) -> float:
    """Points of a thing and a sign by what stands between them; 0 when they do not belong together."""
    sign_first = sign.end <= thing.start
    between = line[sign.end : thing.start] if sign_first else line[thing.end : sign.start]
    short = len(thing.word) == 1
    gap = GAP_BEFORE if sign_first else GAP_AFTER_SHORT if short else GAP_AFTER
    pauses = len(PAUSES.findall(between))
    if len(between) > gap or STOPS.search(between) or (pauses and (sign_first or short)):
        return 0.0
    length = min(0.12 * (len(thing.word) + len(sign.word)), 0.9)
    return PAIR + length - 0.07 * len(between) - 0.4 * pauses - 0.4 * sign_first - 0.7 * short


def _without_harmless(line: str, mentions: Sequence[Mention]) -> str:
    """The line with whole harmless phrases blotted out, so that no turn finds 没电 in 手机没电."""
    for mention in mentions:
        if mention.meaning.harmless and len(mention.word) > 2:
            line = line[: mention.start] + "□" * len(mention.word) + line[mention.end :]
    return line


@cache
def _people() -> re.Pattern[str]:
    return re.compile(danger()["alarm"]["people"])


@cache
def _alarms() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, danger()["alarm"]["now"]))


@cache
def _certain() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, danger()["alarm"]["certain"]))
