"""What is wrong in a folder: where it stands, and what to do about it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

AT_MOST = 10
"""Warnings of one kind that are told one by one; what ten rows have wrong, the next hundred have too."""


@dataclass(frozen=True)
class Fault:
    """One thing to mend (or, as a warning, to look at).

    line: counted from 1 as an editor counts; "feature 3 (CODE)" in a GeoJSON file; None: the file as a whole.
    column: None where the line or the file is meant.
    """

    file: str
    line: int | str | None
    column: str | None
    reason: str

    @property
    def kind(self) -> tuple[str, str | None, str]:
        """The same for two that differ only in the row, in numbers, and in what is quoted."""
        return self.file, self.column, re.sub(r'"[^"]*"|[0-9.,]+', "", self.reason)

    def __str__(self) -> str:
        """`people.csv:4 · role: "boss" is none of admin, leader, department, inspector`: one printable line."""
        spot = self.file if self.line is None else f"{self.file}:{self.line}"
        said = self.reason if self.column is None else f"{_short(self.column)}: {self.reason}"
        # The folder's own words are in it: nothing of them may move the cursor of a console.
        return "".join(char if char.isprintable() else "�" for char in f"{spot} · {said}")


def summed_up(warnings: Iterable[Fault]) -> Iterator[Fault]:
    """The first ten of each kind, and behind them how many more there are."""
    told = list(warnings)
    left = Counter(warning.kind for warning in told)
    seen: Counter[tuple[str, str | None, str]] = Counter()
    for warning in told:
        seen[warning.kind] += 1
        if seen[warning.kind] <= AT_MOST:
            yield warning
        elif seen[warning.kind] == AT_MOST + 1:
            yield Fault(warning.file, None, warning.column, f"… and {left[warning.kind] - AT_MOST} more of this kind")


class BadFolder(Exception):
    """The folder cannot be loaded; `str` gives one line a fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def quoted(value: object, limit: int = 40) -> str:
    """What somebody wrote, short enough for one line of a console."""
    return f'"{_short(str(value), limit)}"'


def _short(text: str, limit: int = 40) -> str:
    return f"{text[:limit]}…" if len(text) > limit else text
