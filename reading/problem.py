"""Read a line of chat: which problem it tells of, how sure that is, or that it is none (field.md g)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from reading.lexicon import Kind, Lexicon, Mention, danger, guards
from reading.normalise import normalise

__all__ = ["Kind", "Problem", "ProblemReader"]

OTHER = "X9099"  # the category of what nobody could place
LONGEST = 1500  # characters read; a caption has 1024 at most

# Points of evidence; found by trying on the seen lines of tests/data/lines_dev.csv.
SAYS = 3.0
PAIR = 3.0
TURN = 2.8
HINT = 1.3
THING = 0.8
WISH = 2.6
EARLY = 0.5
DANGER_BONUS = 1.5
COMPLAINT = 0.5
MOST_COMPLAINTS = 2
# Enough for a report. A photo is evidence by itself; without one a false ticket is likelier.
ENOUGH_WITH_PHOTO = 2.0
ENOUGH_WITHOUT = 2.4
TIE = 0.45

GAP_AFTER = 14  # characters between a thing and the sign behind it: 电梯又坏了
GAP_BEFORE = 5  # and a sign before it: 断了一根树枝
STOPS = re.compile(r"[。!?;\n…]")
PAUSES = re.compile(r"[,、,:\s]")


@dataclass(frozen=True)
class Problem:
    """What was read.

    `code` is the best category and may be set although the line is no report (for /report, where the person says it is
    one); `likely` the best up to three, best first; `sureness` 0 to 1; `words` what it hung on, in simplified script.
    Neither `is_report` nor `is_chatter`: ask.
    """

    is_report: bool
    is_chatter: bool
    code: str | None
    sureness: float
    likely: tuple[str, ...]
    urgent: bool
    words: tuple[str, ...]


@dataclass
class Evidence:
    """What speaks for one category."""

    points: float = 0.0
    more: int = 0
    first: int = LONGEST  # where in the line the first word of it stands
    urgent: bool = False
    words: list[str] = field(default_factory=list)

    def add(self, points: float, at: int, *words: str, urgent: bool = False) -> None:
        if all(word in self.words for word in words):
            return
        self.more += bool(self.words)
        if points > self.points:
            self.points, self.first = points, at
        self.urgent = self.urgent or urgent
        self.words += [word for word in words if word not in self.words]

    @property
    def total(self) -> float:
        # What is told first is what it is about; the rest says what came of it.
        early = EARLY * max(0.0, 1 - self.first / 40)
        return self.points + early + 0.3 * min(self.more, 3) + (DANGER_BONUS if self.urgent else 0.0)


class ProblemReader:
    """Reads lines against a catalogue of categories. Built once for a catalogue; reading keeps no state."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        kinds = tuple(kinds)
        self._codes = {kind.code for kind in kinds}
        self._lexicon = Lexicon(kinds)

    def read(self, text: str, has_photo: bool = False) -> Problem:
        """Never raises, whatever the text."""
        line = normalise(text)[:LONGEST]
        mentions = self._lexicon.mentions(_joined(line))
        evidence = _gather(mentions, _joined(line))
        for turn in self._lexicon.turns:
            if found := turn.pattern.search(line):
                evidence[turn.code].add(TURN, found.start(), found[0], urgent=turn.urgent)
        if ranked_first := _ranked(evidence)[:1]:
            _see_people(ranked_first[0], evidence, line)
        complaints = {mention.word for mention in mentions if mention.meaning.complaint}
        if OTHER in self._codes:
            _add_other(evidence, line, mentions, complaints)
        ranked = _ranked(evidence)
        against = sum(weight for pattern, weight in _guards() if pattern.search(line))
        best = evidence[ranked[0]].total if ranked else 0.0
        total = best + COMPLAINT * min(len(complaints), MOST_COMPLAINTS) * (best >= HINT) - against
        is_report = total >= (ENOUGH_WITH_PHOTO if has_photo else ENOUGH_WITHOUT)
        harmless = any(mention.meaning.harmless for mention in mentions)
        return Problem(
            is_report=is_report,
            is_chatter=not is_report and (against > 0 or (harmless and best < HINT)),
            code=ranked[0] if ranked else None,
            sureness=_sureness(ranked, evidence),
            likely=tuple(ranked[:3]),
            urgent=(is_report or not against) and (_is_danger(line) or bool(ranked and evidence[ranked[0]].urgent)),
            words=tuple(evidence[ranked[0]].words) if ranked else (),
        )


def _see_people(code: str, evidence: dict[str, Evidence], line: str) -> None:
    """Some kinds are a danger as soon as somebody is near: a wire on the ground, and a child."""
    if code in danger()["near_people"] and evidence[code].points >= ENOUGH_WITH_PHOTO:
        evidence[code].urgent = evidence[code].urgent or bool(_people().search(line))


def _joined(line: str) -> str:
    """Spaces inside Chinese are typing habits, not words: 井盖 没了."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", line)


def _gather(mentions: Sequence[Mention], line: str) -> dict[str, Evidence]:
    evidence: dict[str, Evidence] = defaultdict(Evidence)
    for mention in mentions:
        meaning = mention.meaning
        for code in meaning.says:
            points = SAYS + min(0.1 * len(mention.word), 0.6)
            evidence[code].add(points, mention.start, mention.word, urgent=code in meaning.dangers)
        for code in meaning.hints:
            evidence[code].add(HINT, mention.start, mention.word)
        for pair in meaning.pairs:
            # One character (路, 水, 车) is in half of all lines.
            evidence[pair.code].add(THING if len(mention.word) > 1 else THING / 4, mention.start, mention.word)
            for other in mentions:
                if other is not mention and not pair.signs.isdisjoint(other.meaning.signs):
                    points = _nearness(mention, other, line)
                    if points > 0:
                        evidence[pair.code].add(points, min(mention.start, other.start), mention.word + other.word, urgent=pair.urgent)
    return evidence


def _nearness(thing: Mention, sign: Mention, line: str) -> float:
    """Points of a thing and a sign by the words between them; 0 when they do not belong together."""
    sign_first = sign.end <= thing.start
    between = line[sign.end : thing.start] if sign_first else line[thing.end : sign.start]
    short = len(thing.word) == 1
    if STOPS.search(between) or len(between) > (GAP_BEFORE if sign_first else 4 if short else GAP_AFTER):
        return 0.0
    pauses = len(PAUSES.findall(between))
    if pauses and (sign_first or short):
        return 0.0
    length = min(0.12 * (len(thing.word) + len(sign.word)), 0.9)
    return PAIR + length - 0.07 * len(between) - 0.4 * pauses - 0.4 * sign_first - 0.7 * short


def _add_other(evidence: dict[str, Evidence], line: str, mentions: Sequence[Mention], complaints: set[str]) -> None:
    wish = next((found for pattern in _wishes() if (found := pattern.search(line))), None)
    if wish:
        evidence[OTHER].add(WISH, wish.start(), wish[0])
        return
    signs = [mention.word for mention in mentions if mention.meaning.signs and len(mention.word) > 1]
    if len(complaints) > 1 and signs:
        evidence[OTHER].add(2.0, 0, *sorted(complaints)[:2], signs[0])


def _ranked(evidence: dict[str, Evidence]) -> list[str]:
    """Codes, best first; those about as good as the best in the order of danger."""
    codes = sorted(evidence, key=lambda code: (-evidence[code].total, code))
    if not codes:
        return []
    top = evidence[codes[0]].total
    tied = [code for code in codes if top - evidence[code].total <= TIE]
    order = {code: place for place, code in enumerate(danger()["order"])}
    tied.sort(key=lambda code: order.get(code, len(order)))
    return tied + codes[len(tied) :]


def _sureness(ranked: Sequence[str], evidence: dict[str, Evidence]) -> float:
    if not ranked:
        return 0.0
    first = evidence[ranked[0]].total
    second = evidence[ranked[1]].total if len(ranked) > 1 else 0.0
    return round(min(first / 4, 1.0) * (1 - 0.5 * min(second / first, 1.0)), 2)


def _is_danger(line: str) -> bool:
    return any(pattern.search(line) for pattern in _dangers())


@cache
def _guards() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(guard["pattern"]), float(guard["weight"])) for guard in guards()["guard"])


@cache
def _wishes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(wish["pattern"]) for wish in guards()["wish"])


@cache
def _people() -> re.Pattern[str]:
    return re.compile(danger()["people"])


@cache
def _dangers() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, danger()["now"]))
