"""Same-sound slips of keyboards and voices: 井改 for 井盖, lou水 for 漏水."""

import re
from collections.abc import Iterable
from functools import cache

from reading.lexicon import slips
from reading.sounds import LATIN, sounds, spelt

LONGEST = 6  # characters of a word that is heard in Latin letters and what stands around them


class Slips:
    """Puts the word that was meant in the place of one that only sounds like it."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words`: those worth hearing when half of one is spelt in Latin letters."""
        self._words: dict[tuple[str, ...], list[str]] = {}
        for word in sorted(words):
            if 2 <= len(word) <= LONGEST and not LATIN.search(word):
                self._words.setdefault(sounds(word), []).append(word)

    def mended(self, line: str) -> str:
        """The line with the listed slips mended, and pinyin written out where it completes a known word."""
        line = _listed().sub(lambda slip: slips()[slip[0]], line)
        for run in reversed(list(LATIN.finditer(line))):
            line = self._written_out(line, run)
        return line

    def _written_out(self, line: str, run: re.Match[str]) -> str:
        """lou水 as 漏水: the longest known word that sounds so and has the characters beside the letters."""
        heard = spelt(run[0].lower())
        if not heard:
            return line
        widths = [
            (before, after)
            for before in range(min(LONGEST, run.start()) + 1)
            for after in range(min(LONGEST, len(line) - run.end()) + 1)
            if 0 < before + after <= LONGEST - len(heard)
        ]
        for before, after in sorted(widths, key=lambda width: -sum(width)):
            left, right = line[run.start() - before : run.start()], line[run.end() : run.end() + after]
            for word in self._words.get((*sounds(left), *heard, *sounds(right)), ()):
                if word.startswith(left) and word.endswith(right):
                    return line[: run.start() - before] + word + line[run.end() + after :]
        return line


@cache
def _listed() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(slips(), key=len, reverse=True))))
