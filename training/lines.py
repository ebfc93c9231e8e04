"""Labelled lines: those of the folder beside this file, the seen ones of the tests, and whatever leaders corrected.

Beside them fragments, which are known to belong to a category, and vague lines, which could be anything.
"""

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.reading.lines import seen

HERE = Path(__file__).parent
FOLDER = HERE / "lines"


@dataclass(frozen=True)
class Line:
    """`codes`: all categories that count as right, the best first; none for chatter."""

    text: str
    is_report: bool
    codes: tuple[str, ...]
    urgent: bool
    has_photo: bool
    source: str


def all_lines(corrections: Iterable[Path] = ()) -> list[Line]:
    """Every line once; of two with the same text the later, so that a correction wins."""
    lines = [line for path in sorted(FOLDER.glob("*.csv")) for line in read(path)]
    lines += [
        Line(line.text, line.is_report, line.codes, line.urgent, line.has_photo, "lines_dev.csv") for line in seen()
    ]
    lines += [line for path in corrections for line in read(path)]
    return list({line.text: line for line in lines}.values())


def fragments() -> list[tuple[str, str]]:
    """What people call things and say of them: category and words."""
    lists = tomllib.loads((HERE / "phrases.toml").read_text(encoding="utf-8"))
    return [(code, words) for code, text in lists.items() for words in text.split()]


def vague() -> list[str]:
    text = (HERE / "vague.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read(path: Path) -> list[Line]:
    """ValueError names the row that is not labelled as the others are."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_line(row, f"{path.name}:{number}") for number, row in enumerate(csv.DictReader(file), 2)]


def _line(row: dict[str, str], where: str) -> Line:
    codes = tuple(code for code in (row["category"], *(row["alt_categories"] or "").split("|")) if code)
    is_report = row["is_report"] == "1"
    if row["is_report"] not in ("0", "1") or is_report != bool(codes):
        raise ValueError(f"{where}: a report has a category, and nothing else has one")
    return Line(row["text"], is_report, codes, row["urgent"] == "1", row["has_photo"] == "1", where)
