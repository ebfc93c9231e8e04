"""The labelled chat lines: 160 of the field, 40 of them held back, and 480 more that an examiner wrote and held back.

The 40 were drawn by this seed before the first word list was written. Whoever tunes words or trains weights looks at
`seen()` only, and of the others at figures.
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
HELD_BACK = 40
SEED = 20261122


@dataclass(frozen=True)
class Line:
    """One chat line with its labels; `codes` are all categories that count as right, the first one best."""

    id: str
    text: str
    is_report: bool
    codes: tuple[str, ...]
    urgent: bool
    place: str
    has_photo: bool
    note: str


def all_lines() -> tuple[Line, ...]:
    with (DATA / "lines_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(_line(row) for row in csv.DictReader(file))


def examined() -> tuple[Line, ...]:
    """What the examiner wrote; held back like the 40."""
    with (DATA / "lines_held_back.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(_line({"id": f"X{number:03}", **row}) for number, row in enumerate(csv.DictReader(file), 1))


def _line(row: dict[str, str]) -> Line:
    codes = [row["category"], *row["alt_categories"].split("|")]
    return Line(
        id=row["id"],
        text=row["text"],
        is_report=row["is_report"] == "1",
        codes=tuple(code for code in codes if code),
        urgent=row["urgent"] == "1",
        place=row["place"],
        has_photo=row["has_photo"] == "1",
        note=row["note"],
    )


def held_back() -> tuple[Line, ...]:
    return _split(all_lines())[1]


def seen() -> tuple[Line, ...]:
    return _split(all_lines())[0]


def _split(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    chosen = set(random.Random(SEED).sample([line.id for line in sorted(lines, key=lambda line: line.id)], HELD_BACK))
    return (
        tuple(line for line in lines if line.id not in chosen),
        tuple(line for line in lines if line.id in chosen),
    )
