"""What the words say of a line: whatever the lists know of it, before anybody weighs it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from reading.evidence import HINT, Evidence, alarms, gather, is_near_people, ranked
from reading.lexicon import Lexicon, Mention, applause, guards
from reading.normalise import normalise
from reading.slips import Slips

OTHER = "X9099"  # the category of what nobody could place
NAMELESS = "某"  # stands for each character of a name; no guard knows it
LONGEST = 1500  # characters read; a caption has 1024 at most

SPACE = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
SIGN = re.compile(r"[-.·*|/_~+=`'^]")
SPACED_OUT = re.compile(rf"[\u4e00-\u9fff](?:{SIGN.pattern}[\u4e00-\u9fff]){{2,}}")
# Cantonese as it is typed, one character for one: 冇咗 is 没了.
DIALECT = str.maketrans("冇唔嘅咗喺佢哋嚟啲\U00020bb6嗰俾畀揼睇瞓攞嘢咁", "没不的了在他们来些那那给给扔看睡拿物这")

# Points, as in evidence.py.
WISH = 2.6
UNPLACED = 2.0  # plainly a complaint, but of nothing we know
COMPLAINT = 0.5
MOST_COMPLAINTS = 2


@dataclass(frozen=True)
class Told:
    """`line` is normalised; `codes` best first; `against` points of the guards, whose numbers are `guarded`;
    `is_applause`: of the line as it was typed, of whose pictures `line` keeps nothing."""

    line: str
    mentions: tuple[Mention, ...]
    evidence: dict[str, Evidence]
    codes: tuple[str, ...]
    guarded: tuple[int, ...]
    against: float
    complaints: int
    is_wish: bool
    is_harmless: bool
    is_applause: bool
    alarms: tuple[int, ...]
    is_near_people: bool

    @property
    def best(self) -> Evidence:
        return self.evidence[self.codes[0]] if self.codes else Evidence()

    @property
    def points(self) -> float:
        """For a report, less what the guards say against it."""
        complained = COMPLAINT * min(self.complaints, MOST_COMPLAINTS) if self.best.total >= HINT else 0.0
        return self.best.total + complained - self.against


class Words:
    """The words of a catalogue, ready to be looked for in lines."""

    def __init__(self, lexicon: Lexicon, *, has_other: bool) -> None:
        self._lexicon = lexicon
        self._has_other = has_other
        self._slips = Slips(lexicon.words)

    def told(self, text: str) -> Told:
        """Never raises, whatever the text."""
        line = self._slips.mended(_joined(normalise(text))[:LONGEST])
        mentions = self._lexicon.mentions(line)
        evidence = gather(line, mentions, self._lexicon.turns)
        complaints = {mention.word for mention in mentions if mention.meaning.complaint}
        wish = next((found for pattern in _wishes() if (found := pattern.search(line))), None)
        if self._has_other:
            _add_other(evidence, mentions, complaints, wish)
        said = _names().sub(lambda name: NAMELESS * len(name[0]), line)
        guarded = tuple(number for number, (pattern, _) in enumerate(_guards()) if pattern.search(said))
        harmless = (mention for mention in mentions if mention.meaning.harmless)
        codes = ranked(evidence)
        return Told(
            line=line,
            mentions=mentions,
            evidence=evidence,
            codes=tuple(codes),
            guarded=guarded,
            against=sum(_guards()[number][1] for number in guarded),
            complaints=len(complaints),
            is_wish=wish is not None,
            is_harmless=any(said.startswith(mention.word, mention.start) for mention in harmless),
            is_applause=_is_applause(text),
            alarms=alarms(line),
            is_near_people=is_near_people(line),
        )


def _joined(line: str) -> str:
    """Spaces inside Chinese are typing habits, not words: 井盖 没了. So are the signs of 井.盖.没.了."""
    line = SPACED_OUT.sub(lambda run: SIGN.sub("", run[0]), line)
    return SPACE.sub("", line).translate(DIALECT)


def _add_other(
    evidence: dict[str, Evidence], mentions: Sequence[Mention], complaints: set[str], wish: re.Match[str] | None
) -> None:
    """A wish (想增设座椅) is for people to look at, not a broken bench; so is a complaint of something unknown."""
    if wish:
        evidence[OTHER].add(WISH, wish.start(), wish[0])
        return
    signs = [mention for mention in mentions if mention.meaning.signs and len(mention.word) > 1]
    if len(complaints) > 1 and signs:
        evidence[OTHER].add(UNPLACED, signs[0].start, signs[0].word)


@cache
def _guards() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(guard["pattern"]), float(guard["weight"])) for guard in guards()["guard"])


def _is_applause(text: str) -> bool:
    return re.fullmatch(applause()["pattern"], text) is not None


@cache
def _names() -> re.Pattern[str]:
    return re.compile(guards()["names"])


@cache
def _wishes() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(wish["pattern"]) for wish in guards()["wish"])
