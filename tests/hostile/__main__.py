"""`python -m tests.hostile`: every hostile and odd file through the real workshop, and what is left of us afterwards.

`--fuzz N --seed S`: N further files, good ones with a few bytes changed, cut out, doubled or swapped.
`--also PATH`: all pictures of a folder or a .tar.gz, such as Pillow's own test images:
    pip download --no-deps --no-binary pillow pillow && python -m tests.hostile --also pillow-*.tar.gz
Exit 0 only if every case was answered as it must, no metadata was left, and no worker ever held 400 MB.
"""

import argparse
import asyncio
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from media.workshop import Workshop
from tests.hostile.broken import broken, heavy
from tests.hostile.case import Case
from tests.hostile.changing import changed_files
from tests.hostile.judging import Verdict, judged
from tests.hostile.odd import odd

SEED = 20261122
PEAK_MB = 400
UNCONFINED = ("-m", "tests.hostile.misbehaving", "unconfined")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--fuzz", type=int, default=0, metavar="N")
    parser.add_argument("--also", type=Path, metavar="PATH")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    sys.exit(0 if asyncio.run(_all(asked.seed, asked.fuzz, asked.also)) else 1)


async def _all(seed: int, fuzz: int, also: Path | None) -> bool:
    if fuzz:
        cases: Iterator[Case] = changed_files(seed, fuzz)
    elif also:
        cases = _found(also)
    else:
        cases = (case for made in (odd(), broken(seed), heavy()) for case in made)
    async with Workshop(niceness=0) as workshop:
        verdicts = await judged(workshop, cases)
        peak = workshop.peak_kb / 1024
    _print(verdicts)
    wrong = [verdict for verdict in verdicts if not verdict.is_as_it_must]
    for verdict in wrong:
        print(f"NOT AS IT MUST: {verdict.case.group}, {verdict.case.name}: {verdict.answer}, must: {verdict.case.must}")
    left = sum(not verdict.is_bare for verdict in verdicts)
    print(
        f"cases {len(verdicts)} · unanswered {sum('unanswered' in v.answer for v in verdicts)} · metadata left {left}"
    )
    print(f"worker deaths {workshop.deaths} · peak of a worker {peak:.0f} MB (must be < {PEAK_MB})")
    for verdict in sorted(verdicts, key=lambda verdict: -verdict.seconds)[:3]:
        print(f"slowest: {verdict.seconds:.2f} s {verdict.case.group}, {verdict.case.name}: {verdict.answer}")
    return not wrong and peak < PEAK_MB and (bool(fuzz or also) or await _control())


async def _control() -> bool:
    """The same heavy files where nobody sets a limit must break the bound, or the bound shows nothing."""
    async with Workshop(niceness=0, program=UNCONFINED, picture_s=60) as workshop:
        await judged(workshop, heavy())
    print(f"control, no limits: peak of a worker {workshop.peak_kb / 1024:.0f} MB (must be > {PEAK_MB})")
    return workshop.peak_kb / 1024 > PEAK_MB


def _print(verdicts: Sequence[Verdict]) -> None:
    answers = [answer for answer, _ in Counter(verdict.answer for verdict in verdicts).most_common()]
    counts = Counter((verdict.case.group, verdict.answer) for verdict in verdicts)
    groups = list(dict.fromkeys(verdict.case.group for verdict in verdicts))
    wide = max(map(len, [*groups, "all"]))
    print(" " * wide, *(answer[:16].rjust(16) for answer in answers))
    for group in groups:
        print(group.ljust(wide), *(str(counts[group, answer] or "·").rjust(16) for answer in answers))
    totals = Counter(verdict.answer for verdict in verdicts)
    print("all".ljust(wide), *(str(totals[answer]).rjust(16) for answer in answers))


def _found(path: Path) -> Iterator[Case]:
    if path.is_dir():
        for file in sorted(one for one in path.rglob("*") if one.is_file()):
            yield Case(file.suffix, str(file), file.read_bytes())
        return
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() and "images/" in member.name else None
            if file is not None:
                yield Case(Path(member.name).suffix, member.name, file.read())


if __name__ == "__main__":
    main()
