"""Labelled lines: those of the folder beside this file, the seen ones of the tests, and whatever leaders corrected."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.reading.lines import seen

FOLDER = Path(__file__).parent / "lines"


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
