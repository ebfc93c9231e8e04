"""How well the reader reads the labelled lines."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reading.place import PlaceReader
from reading.problem import Kind, ProblemReader
from tests.reading.lines import DATA, Line


def catalogue() -> tuple[Kind, ...]:
    with (DATA / "categories.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            Kind(
                code=row["code"],
                name=row["name_zh"],
                keywords=tuple(word for word in row["keywords"].split("|") if word),
                urgent=row["urgency"] == "紧急",
            )
            for row in csv.DictReader(file)
        )


@dataclass(frozen=True)
class Share:
    """A numerator and a denominator; nothing of nothing is None."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} = {self.value:.3f}" if self.value is not None else "–"


@dataclass(frozen=True)
class Figures:
    precision: Share
    recall: Share
    top1: Share  # of all reports, read as one or not; an alternative category counts as right
    top3: Share
    urgent: Share  # recall
    urgent_in_vain: Share  # of the lines that are not urgent
    place_found: Share  # words that contain the labelled place
    place_exact: Share
    confused: Counter[tuple[str, str]]  # the code that was right, and the one that was read; no texts

    @property
    def f1(self) -> float:
        return 2 * self.precision.hits / (self.precision.of + self.recall.of)


def figures(lines: Iterable[Line], *, by_words_alone: bool = False) -> Figures:
    lines = tuple(lines)
    problems = ProblemReader(catalogue(), by_words_alone=by_words_alone)
    places = PlaceReader(())
    read = [(line, problems.read(line.text, line.has_photo)) for line in lines]
    hits = sum(problem.is_report and line.is_report for line, problem in read)
    reports = [(line, problem) for line, problem in read if line.is_report]
    hints = [(line.place, places.read(line.text)) for line in lines if line.place]
    calm = [problem for line, problem in read if not line.urgent]
    return Figures(
        precision=Share(hits, sum(problem.is_report for _, problem in read)),
        recall=Share(hits, len(reports)),
        top1=Share(sum(problem.code in line.codes for line, problem in reports), len(reports)),
        top3=Share(sum(not set(problem.likely).isdisjoint(line.codes) for line, problem in reports), len(reports)),
        urgent=Share(sum(problem.urgent for line, problem in read if line.urgent), sum(line.urgent for line in lines)),
        urgent_in_vain=Share(sum(problem.urgent for problem in calm), len(calm)),
        place_found=Share(sum(hint is not None and label in hint.words for label, hint in hints), len(hints)),
        place_exact=Share(sum(hint is not None and hint.words == label for label, hint in hints), len(hints)),
        confused=Counter(
            (line.codes[0], problem.code or "–") for line, problem in reports if problem.code not in line.codes
        ),
    )
