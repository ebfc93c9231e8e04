"""`python -m tests.benchmarks.reading`: how well the labelled lines are read, seen and held back, and how fast."""

import time

from reading.problem import ProblemReader
from tests.reading.figures import Figures, catalogue, figures
from tests.reading.lines import all_lines, held_back, seen

ROWS = (
    ("report precision", "precision"),
    ("report recall", "recall"),
    ("category, first", "top1"),
    ("category, first three", "top3"),
    ("urgent recall", "urgent"),
    ("urgent in vain", "urgent_in_vain"),
    ("place found", "place_found"),
    ("place exact", "place_exact"),
)


def main() -> None:
    columns: list[Figures] = [figures(seen()), figures(held_back())]
    print(f"{'':24}{'seen (120)':>20}{'held back (40)':>20}")
    print(f"{'report F1':24}" + "".join(f"{column.f1:>20.3f}" for column in columns))
    for title, name in ROWS:
        print(f"{title:24}" + "".join(f"{getattr(column, name)!s:>20}" for column in columns))
    started = time.perf_counter()
    reader = ProblemReader(catalogue())
    built = time.perf_counter()
    lines = all_lines()
    for line in lines:
        reader.read(line.text, line.has_photo)
    per_line = (time.perf_counter() - built) / len(lines)
    print(f"\nbuilt in {built - started:.2f} s, {per_line * 1000:.2f} ms a line")


if __name__ == "__main__":
    main()
