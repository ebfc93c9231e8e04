"""Pictures through the workshop, against Pillow alone on the same files and cores; and the loop meanwhile."""

import asyncio
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from PIL import Image

from media.workshop import MODEST, Workshop
from tests.benchmarks.figures import Line, bound, percentile, ratio

AIM_MS = 10.0
AIM_SHARE = 0.85
SIZE_PX = (4000, 3000)
TICK_S = 0.005
CORES = 2
BARE = """
import io, os, sys
from PIL import Image
os.nice({niceness})
kind, *files = sys.argv[1:]
print("ready", flush=True)
for names in sys.stdin:
    for name in names.split():
        with open(name, "rb") as file:
            data = file.read()
        picture = Image.open(io.BytesIO(data))
        picture.draft(None, (1280, 960))
        picture.load()
        if kind == "decode":
            continue
        small = picture.resize((1280, 960), Image.Resampling.BICUBIC)
        thumbnail = small.resize((320, 240), Image.Resampling.BICUBIC, reducing_gap=2.0)
        for one in (small, thumbnail):
            one.save(io.BytesIO(), "JPEG", quality=85)
    print("done", flush=True)
"""
"""What anybody would write who only wants the pixels: decode at half the size, and no more or also shrink and save."""


async def measured(*, count: int, rounds: int, seed: int) -> list[Line]:
    """Ours and the bare ones take turns: whatever else the machine does disturbs both."""
    shown = [await asyncio.to_thread(photograph, seed + number) for number in range(min(count, 6))]
    plain, hiding, decode, saved = [], [], [], []
    still, busy = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.jpg" for number in range(len(shown))]
        for file, data in zip(files, shown, strict=True):
            file.write_bytes(data)
        async with Workshop(CORES) as workshop:
            await asyncio.gather(*(workshop.clean(shown[0]) for _ in range(2 * CORES)))
            with Bare("decode") as only, Bare("all") as all_of_it:
                for _ in range(rounds):
                    decode.append(await asyncio.to_thread(only.pace, files, count))
                    still.append(percentile(await _lags(asyncio.sleep(1.0)), 99))
                    pace, lag = await _pace(workshop, shown, count, hides=False)
                    plain.append(pace)
                    busy.append(lag)
                    saved.append(await asyncio.to_thread(all_of_it.pace, files, count))
                    hiding.append((await _pace(workshop, shown, count, hides=True))[0])
        peak = workshop.peak_kb / 1024
    told = f"{count} of 12 MP, {len(shown[0]) / 1e6:.1f} MB each, {CORES} processes at niceness {MODEST} on both sides"
    return [
        ratio("pictures, no hiding; bare draft decode + resize + 2 JPEGs", "1/s", plain, saved, AIM_SHARE, told),
        _told("pictures, no hiding; bare draft decode alone", plain, decode, "which keeps and shows nothing"),
        _told("pictures with hiding; bare draft decode + resize + 2 JPEGs", hiding, saved, f"a worker: {peak:.0f} MB"),
        bound("loop lag p99 while pictures are worked on", "ms", busy, AIM_MS, sorted(still)[rounds // 2],
              "against: the same loop with nothing to do"),
    ]  # fmt: skip


def photograph(seed: int) -> bytes:
    """As heavy to decode as a phone's: large shapes, and fine grain all over."""
    width, height = SIZE_PX
    shapes = Image.frombytes("RGB", (width // 8, height // 8), random.Random(seed).randbytes(width * height * 3 // 64))
    grain = Image.effect_noise(SIZE_PX, 20).convert("RGB")
    made = io.BytesIO()
    Image.blend(shapes.resize(SIZE_PX, Image.Resampling.BICUBIC), grain, 0.3).save(made, "JPEG", quality=88)
    return made.getvalue()


class Bare:
    """Processes that do nothing but Pillow's part, started and warm before the clock runs."""

    def __init__(self, kind: str) -> None:
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-c", BARE.format(niceness=MODEST), kind], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            for _ in range(CORES)
        ]  # fmt: skip

    def __enter__(self) -> "Bare":
        self._hear()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.communicate()

    def pace(self, files: list[Path], count: int) -> float:
        """Pictures a second."""
        wanted = [str(files[number % len(files)]) for number in range(count)]
        began = time.perf_counter()
        for core, process in enumerate(self._processes):
            assert process.stdin is not None
            process.stdin.write(" ".join(wanted[core::CORES]) + "\n")
            process.stdin.flush()
        self._hear()
        return count / (time.perf_counter() - began)

    def _hear(self) -> None:
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline().strip() in ("ready", "done")


def _told(name: str, ours: list[float], theirs: list[float], note: str) -> Line:
    line = ratio(name, "1/s", ours, theirs, 0, note)
    return Line(line.name, line.unit, line.value, line.other, line.figure, note=note)


async def _pace(workshop: Workshop, shown: list[bytes], count: int, *, hides: bool) -> tuple[float, float]:
    """Pictures a second, and the loop's lag meanwhile."""
    began = time.perf_counter()
    work = asyncio.gather(*(workshop.clean(shown[number % len(shown)], hides=hides) for number in range(count)))
    lag = percentile(await _lags(work), 99)
    return count / (time.perf_counter() - began), lag


async def _lags(work: Awaitable[object]) -> list[float]:
    """Milliseconds too late, each time, until the work is done."""
    task, lags = asyncio.ensure_future(work), []
    while not task.done():
        due = time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        lags.append(max(0.0, time.perf_counter() - due) * 1000)
    await task
    return lags
