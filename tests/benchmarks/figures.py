"""What a benchmark says, and of which machine it says it."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. value, other: ours and what it is held against, in `unit`; figure: what the aim is about.

    aim: the bound, as text; met: whether the figure keeps it. Both empty where a line only informs.
    """

    name: str
    unit: str
    value: float
    other: float | None = None
    figure: float | None = None
    aim: str = ""
    met: bool | None = None
    note: str = ""


def ratio(name: str, unit: str, ours: Sequence[float], theirs: Sequence[float], aim: float, note: str = "") -> Line:
    """Ours against theirs, round by round: what disturbs the machine for a while disturbs both. The median counts."""
    figure = median(our / their for our, their in zip(ours, theirs, strict=True))
    return Line(name, unit, median(ours), median(theirs), figure, f"≥ {aim:g}", figure >= aim, note)


def bound(
    name: str, unit: str, values: Sequence[float], below: float, other: float | None = None, note: str = ""
) -> Line:
    """The median of the rounds, which should stay below a bound."""
    figure = median(values)
    return Line(name, unit, figure, other, figure, f"< {below:g}", figure < below, note)


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def machine() -> str:
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"Python {platform.python_version()} · SQLite {sqlite3.sqlite_version} · {os.cpu_count()} cores · "
        f"load {load} · {platform.system()} {platform.machine()}"
    )


def table(lines: Sequence[Line]) -> str:
    rows = [("", "ours", "against", "figure", "aim", "")]
    for line in lines:
        kept = {True: "yes", False: "NO", None: ""}[line.met]
        name = f"{line.name} ({line.unit})" if line.unit else line.name
        rows.append((name, _number(line.value), _number(line.other), _number(line.figure), line.aim, kept))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    told = []
    for row, note in zip(rows, ["", *(line.note for line in lines)], strict=True):
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        told.append("  ".join([*cells, note]).rstrip())
    return "\n".join(told)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"
