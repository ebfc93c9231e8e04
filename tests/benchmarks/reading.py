"""`python -m tests.benchmarks.reading`: how well lines are read, by words alone and with the weights, and how fast.

Of the held-back lines it prints figures and pairs of categories, never a text.
"""

import json
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import ahocorasick

from reading.problem import ProblemReader
from tests.reading.figures import Figures, catalogue, figures
from tests.reading.lines import examined, held_back, seen

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
ROUNDS = 5
MEMORY = """
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
import json, sys
kinds = json.load(sys.stdin)
before = resident()
from reading.problem import Kind, ProblemReader
imported = resident()
reader = ProblemReader(Kind(code, name, tuple(keywords)) for code, name, keywords in kinds)
reader.read("路灯不亮")
print(f"{imported - before:.1f} {resident() - before:.1f}")
"""


def main() -> None:
    groups = {"seen (120)": seen(), "held back (40)": held_back(), f"examiner's ({len(examined())})": examined()}
    for title, by_words_alone in (("words alone", True), ("with weights", False)):
        columns = [figures(lines, by_words_alone=by_words_alone) for lines in groups.values()]
        print(f"\n{title:24}" + "".join(f"{name:>22}" for name in groups))
        print(f"{'report F1':24}" + "".join(f"{column.f1:>22.3f}" for column in columns))
        for row, name in ROWS:
            print(f"{row:24}" + "".join(f"{getattr(column, name)!s:>22}" for column in columns))
    _print_confusions(columns[1:])
    _print_speed([line.text for line in seen()])
    _print_memory()


def _print_confusions(columns: Sequence[Figures]) -> None:
    confused = sum((column.confused for column in columns), start=Counter[tuple[str, str]]())
    pairs = sorted(confused.items(), key=lambda pair: (-pair[1], pair[0]))
    print("\nconfused, held back (right > read): " + ", ".join(f"{a} > {b} {count}" for (a, b), count in pairs))


def _print_speed(texts: Sequence[str]) -> None:
    reader, alone = ProblemReader(catalogue()), ProblemReader(catalogue(), by_words_alone=True)
    bare = ahocorasick.Automaton()
    for kind in catalogue():
        for keyword in kind.keywords:
            bare.add_word(keyword, kind.code)
    bare.make_automaton()
    whole = _median_us(reader.read, texts)
    words = _median_us(alone.read, texts)
    keywords = _median_us(lambda text: list(bare.iter(text)), texts)
    print(f"\none line, median on one core of {_processor()}: {whole:.0f} µs; by words alone {words:.0f} µs")
    share = keywords / whole
    print(f"the bare automaton of the catalogue's keywords (pyahocorasick): {keywords:.1f} µs, {share:.1%} of it")


def _median_us(read: Callable[[str], object], texts: Sequence[str]) -> float:
    for text in texts:
        read(text)
    taken: list[float] = []
    for _ in range(ROUNDS):
        for text in texts:
            started = time.perf_counter()
            read(text)
            taken.append(time.perf_counter() - started)
    return median(taken) * 1e6


def _print_memory() -> None:
    kinds = json.dumps([(kind.code, kind.name, kind.keywords) for kind in catalogue()])
    done = subprocess.run([sys.executable, "-c", MEMORY], input=kinds, capture_output=True, text=True, check=True)
    imported, built = done.stdout.split()
    print(f"memory: the import adds {imported} MB; import, a reader built and a line read {built} MB")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
