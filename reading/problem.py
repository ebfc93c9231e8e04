"""Read a line of chat: which problem it tells of, how sure that is, or that it is none (field.md g).

Word lists find what is told; where there are weights, they decide how much it counts. Without them the words alone do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reading.danger import calls, others
from reading.evidence import HINT, NAMED
from reading.lexicon import Kind, Lexicon
from reading.told import OTHER, Told, Words
from reading.traits import traits

if TYPE_CHECKING:
    from reading.weights import Weighed, Weights

__all__ = ["Kind", "Problem", "ProblemReader"]

# By words alone: points, as in evidence.py, that are enough for a report. A photo is evidence by itself; without one a
# false ticket is likelier.
ENOUGH_WITH_PHOTO = 2.0
ENOUGH_WITHOUT = 2.4
CERTAIN = 4.0
# By weights: what is less likely than this is nothing, unless it is too short to tell.
NOTHING = 0.1
SHORT = 5  # characters
GUESS = 0.25  # a category less likely than this is not worth naming when no word speaks for it
MOST_LIKELY = 3


@dataclass(frozen=True)
class Problem:
    """What was read.

    `code` is the best category and may be set although the line is no report (for /report, where the person says it is
    one); `likely` the best up to three, best first; `sureness` 0 to 1, about the share of such firsts that are right;
    `urgent`: somebody can be hurt now, as told in the line itself; `words` what it hung on, in simplified script.
    Neither `is_report` nor `is_chatter`: ask. `others`: further problems plainly told in the same line. `calls`: the
    numbers to call first, at most two, the most important first; "gas" stands for the district's gas line; none when
    it is not urgent.
    """

    is_report: bool
    is_chatter: bool
    code: str | None
    sureness: float
    likely: tuple[str, ...]
    urgent: bool
    words: tuple[str, ...]
    others: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


class ProblemReader:
    """Reads lines against a catalogue of categories. Built once for a catalogue; reading keeps no state."""

    def __init__(self, kinds: Iterable[Kind], *, by_words_alone: bool = False) -> None:
        kinds = tuple(kinds)
        self._codes = frozenset(kind.code for kind in kinds)
        self._words = Words(Lexicon(kinds), has_other=OTHER in self._codes)
        self._weights = None if by_words_alone or not kinds else _shipped()

    def read(self, text: str, has_photo: bool = False) -> Problem:
        """Never raises, whatever the text."""
        told = self._words.told(text)
        if self._weights is None:
            return _by_words(told, has_photo)
        return self._by_weights(told, has_photo, self._weights)

    def _by_weights(self, told: Told, has_photo: bool, weights: "Weights") -> Problem:
        looked = traits(told, has_photo)
        weighed = weights.weigh(looked)
        likely = self._likely(told, weighed)
        code = next(iter(likely), None)
        facts = weights.facts
        is_report = code is not None and weighed.report >= facts["enough_with_photo" if has_photo else "enough_without"]
        if code is not None and code not in weighed.codes:
            # The weights never saw this category; its words speak for themselves.
            is_report = _by_words(told, has_photo).is_report
        if code is not None and not (is_report or told.codes or likely[code] >= GUESS):
            code, likely = None, {}
        urgent = weighed.urgent >= facts["danger"] and (is_report or not told.against)
        words = tuple(told.evidence[code].words) if code in told.evidence else ()
        if not words and code in weighed.codes:
            words = weights.words_for(looked, code)
        return Problem(
            is_report=is_report,
            is_chatter=not is_report
            and (_is_chatter(told) or (weighed.report < NOTHING and len(told.line) >= SHORT)),
            code=code,
            sureness=round(likely[code], 2) if code else 0.0,
            likely=tuple(likely)[:MOST_LIKELY],
            urgent=urgent,
            words=words,
            others=others(told, code) if is_report else (),
            calls=calls(told.line, code) if urgent else (),
        )

    def _likely(self, told: Told, weighed: "Weighed") -> dict[str, float]:
        """Categories of the catalogue, best first. What the weights never saw is placed by its words."""
        likely = {code: share for code, share in weighed.codes.items() if code in self._codes}
        strange = [code for code in told.codes if code not in weighed.codes]
        if not strange:
            return likely
        named = {code: _sureness(told) for code in strange if code == told.codes[0] and told.best.points >= NAMED}
        hinted = {code: 0.0 for code in strange if code not in named}
        best = dict(list(likely.items())[: MOST_LIKELY - len(hinted)])
        return {**named, **best, **hinted}


def _by_words(told: Told, has_photo: bool) -> Problem:
    is_report = told.points >= (ENOUGH_WITH_PHOTO if has_photo else ENOUGH_WITHOUT)
    code = told.codes[0] if told.codes else None
    urgent = (is_report or not told.against) and (told.best.urgent or bool(told.alarms))
    return Problem(
        is_report=is_report,
        is_chatter=not is_report and _is_chatter(told),
        code=code,
        sureness=_sureness(told),
        likely=told.codes[:MOST_LIKELY],
        urgent=urgent,
        words=tuple(told.best.words),
        others=others(told, code) if is_report else (),
        calls=calls(told.line, code) if urgent else (),
    )


def _is_chatter(told: Told) -> bool:
    return told.against > 0 or (told.best.total < HINT and told.is_harmless)


def _sureness(told: Told) -> float:
    """High when there is much evidence for the first category and little for the second."""
    if not told.codes:
        return 0.0
    first = told.best.total
    second = told.evidence[told.codes[1]].total if len(told.codes) > 1 else 0.0
    return round(min(first / CERTAIN, 1.0) * (1 - 0.5 * min(second / first, 1.0)), 2)


def _shipped() -> "Weights":
    from reading.weights import shipped  # numpy and the table are read when the first reader is built, not at import

    return shipped()
