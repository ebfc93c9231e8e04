"""Read a line of chat: which problem it tells of, how sure that is, or that it is none (field.md g).

Word lists find what is told; where there are weights, they decide how much it counts. Without them the words alone do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reading.danger import CLAUSE, calls, clauses, graver_first, others
from reading.evidence import HINT, NAMED, SAYS, is_certain_danger
from reading.lexicon import Kind, Lexicon
from reading.told import OTHER, Told, Words
from reading.traits import traits

if TYPE_CHECKING:
    from reading.weights import Weighed, Weights

__all__ = ["Kind", "Problem", "ProblemReader"]

MOST_LIKELY = 3
MOST_GUESSED = 6  # of mere guesses: not all of them may be asked about before a group

# By words alone: points, as in evidence.py, that are enough for a report. A photo is evidence by itself; without one a
# false ticket is likelier.
ENOUGH_WITH_PHOTO = 2.0
ENOUGH_WITHOUT = 2.4
CERTAIN = 4.0

# By weights: likelihoods. What is enough for a report or an alarm stands in the table, beside the weights.
NOTHING = 0.2  # less likely a report than this is nothing
NOTHING_SHORT = 0.1  # the same in a short line; one shorter than SHORT is too short to tell
UNLIKELY = 0.3  # the same where a guard says so, too
GUESS = 0.25  # a category less likely than this is not worth naming when no word speaks for it
# A bare thing (井盖), a few words of which no list knows anything (路口, 桥上不对劲), and what a guard speaks strongly
# against are no reports unless they plainly are.
SHORT = 5  # characters
VAGUE = 12
STRONG = 3.0  # points of guards
HARDLY = 1.0  # points of a report
PLAIN = 0.75
# In so few words that a problem is all they name (丢了一个井盖), and no guard speaks: less is enough.
IN_A_WORD = 10  # characters
ENOUGH_IN_A_WORD = 0.2
PLAINLY = 0.9  # of one clause: that it is a report, and of what
# A person in danger outranks a thing (部件), whatever the weights say.
PERSON = "X9010"
THING = "P"


@dataclass(frozen=True)
class Problem:
    """What was read.

    `code` is the best category and may be set although the line is no report (for /report, where the person says it is
    one); `likely` the best up to three (of mere guesses six), best first; `sureness` 0 to 1, about the share
    of such firsts that are right;
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
        if code is None or code not in weighed.codes:
            # The weights never saw this category; its words speak for themselves.
            return _by_words(told, has_photo)
        beside = self._beside_place(told, code, has_photo, likely, weights)
        likely = beside or likely
        code = next(iter(likely))
        is_vague = len(told.line) <= (VAGUE if not told.codes else SHORT) and told.best.points < NAMED
        is_report = weighed.report >= _enough(told, has_photo, is_vague, weights)
        if not (is_report or told.codes) and (is_vague or (likely[code] < GUESS and not beside)):
            code, likely = None, {}
        if not is_report and len(told.line) <= VAGUE:
            # A bare thing (垃圾桶): what can be wrong with it is what the lists know of it.
            likely = dict(sorted(likely.items(), key=lambda share: share[0] not in told.codes))
            code = next(iter(likely), None)
        urgent = (is_report or not told.against) and weighed.urgent >= weights.facts["danger"]
        urgent = urgent or (is_report and is_certain_danger(told.line))
        besides = self._others(told, code, weights) if is_report else ()
        if code is not None and code.startswith(THING) and urgent and PERSON in besides:
            likely = {PERSON: weighed.codes[PERSON], **likely}
            besides = graver_first({code, *besides} - {PERSON})
            code = PERSON
        return Problem(
            is_report=is_report,
            is_chatter=not is_report and _is_nothing(told, weighed.report),
            code=code,
            sureness=round(likely[code], 2) if code else 0.0,
            likely=tuple(likely)[: MOST_GUESSED if beside else MOST_LIKELY],
            urgent=urgent,
            words=_words(told, code) or _clause(told, weights.loudest(looked, code) if code else None),
            others=besides,
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
        best = dict(list(likely.items())[: max(1, MOST_LIKELY - len(hinted))])
        return {**named, **best, **hinted}

    def _beside_place(
        self, told: Told, code: str, has_photo: bool, likely: dict[str, float], weights: "Weights"
    ) -> dict[str, float]:
        """Where no words name the problem: what is as likely without those that name the place; {} where none do.
        The letters of 电影公司家属院 are no noise."""
        is_named = code in told.evidence and told.evidence[code].points >= NAMED
        rest = told.line if is_named else _without_place(told.line)
        if rest == told.line:
            return {}
        weighed = weights.weigh(traits(self._words.told(rest), has_photo))
        both = {code: min(share, weighed.codes[code]) for code, share in likely.items() if code in weighed.codes}
        order = sorted(both, key=lambda code: -likely[code] * weighed.codes[code])
        return {code: both[code] for code in order}

    def _others(self, told: Told, code: str | None, weights: "Weights") -> tuple[str, ...]:
        """What the words name besides, where a clause of the line by itself is plainly a report of it."""
        named = others(told, code)
        plain = set()
        for clause in clauses(told.line) if named else ():
            weighed = weights.weigh(traits(self._words.told(clause), has_photo=True))
            first, share = next(iter(weighed.codes.items()))
            if first in named and min(share, weighed.report) >= PLAINLY:
                plain.add(first)
        return graver_first(plain)


def _enough(told: Told, has_photo: bool, is_vague: bool, weights: "Weights") -> float:
    """How likely a report has to be, to be one."""
    if is_vague or (told.against >= STRONG and told.points < HARDLY):
        return PLAIN
    if not told.against and told.best.points >= SAYS and len(told.line) <= IN_A_WORD:
        return ENOUGH_IN_A_WORD
    return float(weights.facts["enough_with_photo" if has_photo else "enough_without"])


def _is_nothing(told: Told, report: float) -> bool:
    if _is_chatter(told):
        return report < UNLIKELY or told.points < HARDLY
    return report < (NOTHING if len(told.line) > VAGUE else NOTHING_SHORT) and len(told.line) >= SHORT


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
        words=_words(told, code),
        others=others(told, code) if is_report else (),
        calls=calls(told.line, code) if urgent else (),
    )


def _words(told: Told, code: str | None) -> tuple[str, ...]:
    return tuple(told.evidence[code].words) if code in told.evidence else ()


def _clause(told: Told, run: str | None) -> tuple[str, ...]:
    """Where only the weights speak: the clause they heard it in, for a run by itself (口那) says nothing to people."""
    return tuple(part for part in CLAUSE.split(told.line) if run and run in part)[:1]


def _is_chatter(told: Told) -> bool:
    return told.is_applause or told.against > 0 or (told.best.total < HINT and told.is_harmless)


def _sureness(told: Told) -> float:
    """High when there is much evidence for the first category and little for the second."""
    if not told.codes:
        return 0.0
    first = told.best.total
    second = told.evidence[told.codes[1]].total if len(told.codes) > 1 else 0.0
    return round(min(first / CERTAIN, 1.0) * (1 - 0.5 * min(second / first, 1.0)), 2)


def _without_place(line: str) -> str:
    from reading.placeless import without_place  # likewise

    return without_place(line)


def _shipped() -> "Weights":
    from reading.weights import shipped  # numpy and the table are read when the first reader is built, not at import

    return shipped()
