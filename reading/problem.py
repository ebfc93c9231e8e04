"""Read a line of chat: which problem it tells of, how sure that is, or that it is none (field.md g)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from reading.evidence import HINT, Evidence, gather, is_alarm, ranked
from reading.lexicon import Kind, Lexicon, Mention, guards
from reading.normalise import normalise

__all__ = ["Kind", "Problem", "ProblemReader"]

OTHER = "X9099"  # the category of what nobody could place
NAMELESS = "某"  # stands for each character of a name; no guard knows it
LONGEST = 1500  # characters read; a caption has 1024 at most

# Points, as in evidence.py.
WISH = 2.6
UNPLACED = 2.0  # plainly a complaint, but of nothing we know
COMPLAINT = 0.5
MOST_COMPLAINTS = 2
# Enough for a report. A photo is evidence by itself; without one a false ticket is likelier.
ENOUGH_WITH_PHOTO = 2.0
ENOUGH_WITHOUT = 2.4
CERTAIN = 4.0


@dataclass(frozen=True)
class Problem:
    """What was read.

    `code` is the best category and may be set although the line is no report (for /report, where the person says it is
    one); `likely` the best up to three, best first; `sureness` 0 to 1; `urgent`: somebody can be hurt now, as told in
    the line itself; `words` what it hung on, in simplified script. Neither `is_report` nor `is_chatter`: ask.
    """

    is_report: bool
    is_chatter: bool
    code: str | None
    sureness: float
    likely: tuple[str, ...]
    urgent: bool
    words: tuple[str, ...]


class ProblemReader:
    """Reads lines against a catalogue of categories. Built once for a catalogue; reading keeps no state."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        kinds = tuple(kinds)
        self._has_other = any(kind.code == OTHER for kind in kinds)
        self._lexicon = Lexicon(kinds)

    def read(self, text: str, has_photo: bool = False) -> Problem:
        """Never raises, whatever the text."""
        line = _joined(normalise(text[: 2 * LONGEST]))[:LONGEST]
        mentions = self._lexicon.mentions(line)
        evidence = gather(line, mentions, self._lexicon.turns)
        complaints = {mention.word for mention in mentions if mention.meaning.complaint}
        if self._has_other:
            _add_other(evidence, line, mentions, complaints)
        codes = ranked(evidence)
        best = evidence[codes[0]] if codes else Evidence()
        said = _names().sub(lambda name: NAMELESS * len(name[0]), line)
        against = sum(weight for pattern, weight in _guards() if pattern.search(said))
        complained = COMPLAINT * min(len(complaints), MOST_COMPLAINTS) if best.total >= HINT else 0.0
        is_report = best.total + complained - against >= (ENOUGH_WITH_PHOTO if has_photo else ENOUGH_WITHOUT)
        harmless = (mention for mention in mentions if mention.meaning.harmless)
        is_harmless = best.total < HINT and any(said.startswith(mention.word, mention.start) for mention in harmless)
        return Problem(
            is_report=is_report,
            is_chatter=not is_report and (against > 0 or is_harmless),
            code=codes[0] if codes else None,
            sureness=_sureness(codes, evidence),
            likely=tuple(codes[:3]),
            urgent=(is_report or not against) and (best.urgent or is_alarm(line)),
            words=tuple(best.words),
        )


def _joined(line: str) -> str:
    """Spaces inside Chinese are typing habits, not words: 井盖 没了."""
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", line)


def _add_other(evidence: dict[str, Evidence], line: str, mentions: Sequence[Mention], complaints: set[str]) -> None:
    """A wish (想增设座椅) is for people to look at, not a broken bench; so is a complaint of something unknown."""
    wish = next((found for pattern in _wishes() if (found := pattern.search(line))), None)
    if wish:
        evidence[OTHER].add(WISH, wish.start(), wish[0])
        return
    signs = [mention for mention in mentions if mention.meaning.signs and len(mention.word) > 1]
    if len(complaints) > 1 and signs:
        evidence[OTHER].add(UNPLACED, signs[0].start, signs[0].word)


def _sureness(codes: Sequence[str], evidence: Mapping[str, Evidence]) -> float:
    """High when there is much evidence for the first category and little for the second."""
    if not codes:
        return 0.0
    first = evidence[codes[0]].total
    second = evidence[codes[1]].total if len(codes) > 1 else 0.0
    return round(min(first / CERTAIN, 1.0) * (1 - 0.5 * min(second / first, 1.0)), 2)


@cache
def _guards() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(guard["pattern"]), float(guard["weight"])) for guard in guards()["guard"])


@cache
def _names() -> re.Pattern[str]:
    return re.compile(guards()["names"])


@cache
def _wishes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(wish["pattern"]) for wish in guards()["wish"])
