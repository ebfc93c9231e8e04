"""Was this picture ever used before? Asked of a million, against the bare scan that needs no index."""

import asyncio
import time
from statistics import median

import numpy as np

from media.known import Known, spots_in
from media.likeness import SPOT, SPOTS, likeness_of
from tests.benchmarks.figures import Line, bound, percentile
from tests.likeness.changes import saved
from tests.makers import MAKERS

PICTURES = 1_000_000
A_SLICE = 50_000
AIM_MS = 1.0
ASKED = 200
FLIPPED = 0.104
"""So many bits of a real spot are thrown over for each invented one: any two share a word as often as those of two real
pictures of our makers do, twenty times as often as by mere chance."""


async def measured(*, rounds: int, seed: int, pictures: int = PICTURES) -> list[Line]:
    return await asyncio.to_thread(_measured, rounds, seed, pictures)


def _measured(rounds: int, seed: int, pictures: int) -> list[Line]:
    dice = np.random.default_rng(seed)
    real = _real(seed)
    known = Known()
    began = time.perf_counter()
    for start in range(0, pictures, A_SLICE):
        invented = _invented(dice, real, min(A_SLICE, pictures - start))
        known.add(range(start + 1, start + 1 + len(invented)), [one.tobytes() for one in invented])
    filled = time.perf_counter() - began
    hashes = dice.integers(0, 2**63, (pictures, 4), np.uint64)
    strange, copies = _invented(dice, real, ASKED), invented[:ASKED]
    ours, again, scans = [], [], []
    for _ in range(rounds):
        ours.append(median(_took(known, one.tobytes()) for one in strange))
        again.append(median(_took(known, one.tobytes()) for one in copies))
        scans.append(median(_scanned(hashes, hashes[number]) for number in range(3)))
    slow = percentile([_took(known, one.tobytes()) for one in strange], 95)
    note = f"against: xor and popcount of {pictures:,} hashes of 256 bits; p95 {slow:.2f} ms; filled in {filled:.0f} s"
    name = f"one picture among {pictures:,}"
    return [
        bound(f"{name}: never seen", "ms", ours, AIM_MS, median(scans), note),
        bound(f"{name}: seen before", "ms", again, AIM_MS, median(scans), f"{known.memory / 2**20:.0f} MB"),
    ]


def _took(known: Known, likeness: bytes) -> float:
    began = time.perf_counter()
    known.alike(likeness)
    return (time.perf_counter() - began) * 1000


def _scanned(hashes: np.ndarray, asked: np.ndarray) -> float:
    began = time.perf_counter()
    np.flatnonzero(np.bitwise_count(hashes ^ asked).sum(1) < 32)
    return (time.perf_counter() - began) * 1000


def _real(seed: int) -> np.ndarray:
    """Spots of pictures of all makers."""
    shown = [saved(make(seed + number, (320, 240)), 80) for make in MAKERS.values() for number in range(20)]
    return np.concatenate([spots_in(likeness_of(picture)) for picture in shown])


def _invented(dice: np.random.Generator, real: np.ndarray, count: int) -> np.ndarray:
    spots = real[dice.integers(0, len(real), (count, SPOTS))].astype(SPOT)
    thrown = np.zeros(spots.shape, np.uint64)
    for bit in range(1, 64):
        thrown |= (dice.random(spots.shape, np.float32) < FLIPPED).astype(np.uint64) << np.uint64(bit)
    spots["code"] ^= thrown
    spots["x"], spots["y"] = dice.integers(0, 256, (2, *spots.shape))
    return spots
