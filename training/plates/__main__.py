"""`python -m training.plates`: makes media/hiding/plates.npz anew from drawn streets.

Same libraries: the same weights. Takes some minutes. The streets `tests.hiding` measures on are never shown here, nor
the typeface of half of its plates.
"""

import argparse
import random
import time
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from media.hiding.plates import WEIGHTS, traits
from media.hiding.spots import Pixels, Spot, spots_in
from tests.makers import MAKERS
from training.plates import drawing, signs
from training.plates.setting import Corners, set_in, some_look, taken

WIDTHS = (30, 38, 48, 60, 80, 110, 150, 220, 330)
FIRST_SEED = 10_000
"""tests.hiding counts from 0."""
SIDES = ((1280, 960), (960, 1280))
KEEP = 40  # spots of nothing kept of one picture; the ones of signs are all kept
BORROWED = range(0, 20, 2)  # the others are for measuring


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.plates", description=__doc__)
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    asked = parser.parse_args()
    started = time.perf_counter()
    rows, right = examples(asked.pictures)
    print(f"{len(rows)} spots, {int(right.sum())} of plates, {time.perf_counter() - started:.0f} s", flush=True)
    mean, spread = rows.mean(0), rows.std(0) + 0.05
    net = MLPClassifier((48,), alpha=3e-3, batch_size=256, learning_rate_init=7e-4, max_iter=40, early_stopping=True,
                        validation_fraction=0.1, n_iter_no_change=6, random_state=1)  # fmt: skip
    net.fit((rows - mean) / spread, right)
    first = net.coefs_[0] / spread[:, None]
    np.savez_compressed(
        asked.target,
        first=first.astype(np.float16),
        shift=(net.intercepts_[0] - mean @ first).astype(np.float32),
        second=net.coefs_[1][:, 0].astype(np.float32),
        last=net.intercepts_[1].astype(np.float32)[0],
    )
    print(f"{asked.target}: {asked.target.stat().st_size} bytes, {time.perf_counter() - started:.0f} s")


def examples(pictures: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What the net is told of each spot, and whether it is a plate."""
    rows: list[NDArray[np.float32]] = []
    right: list[bool] = []
    for number in range(pictures):
        picture, plates, boards = street(number)
        chance, empty = random.Random(number), 0  # noqa: S311
        spots = spots_in(picture)
        chance.shuffle(spots)
        for spot in spots:
            best = max((overlap(corners(spot), plate) for plate in plates), default=0.0)
            if 0.22 < best < 0.45:  # half a plate: neither
                continue
            is_sign = any(overlap(corners(spot), board) > 0.05 for board in boards)
            if best <= 0.22 and not is_sign:
                empty += 1
                if empty > KEEP:
                    continue
            rows.append(traits(picture, spot))
            right.append(best >= 0.45)
    return np.stack(rows), np.array(right)


def street(number: int) -> tuple[Pixels, list[Corners], list[Corners]]:
    """Training picture `number` (RGB), and the corners of its plates and of its signs."""
    chance = random.Random(f"plates {number}")  # noqa: S311
    scene = _empty(number // 10).copy()
    size = scene.shape[1], scene.shape[0]
    if chance.random() < 0.5:
        scene = scene[:, ::-1].copy()
    look = some_look(chance)
    plates: list[Corners] = []
    boards: list[Corners] = []
    for column, row in chance.sample([(x, y) for x in range(3) for y in range(5)], 11):
        centre = ((column + chance.uniform(0.4, 0.6)) * size[0] / 3, (row + chance.uniform(0.35, 0.65)) * size[1] / 5)
        wide = min(chance.choice(WIDTHS) * chance.uniform(0.85, 1.15), size[0] / 3.2)
        if len(plates) <= len(boards):
            plate = chance.choice(list(drawing.MAKERS.values()))(chance, drawing.sans)
            _bumper(scene, centre, wide, chance)
            plates.append(set_in(scene, plate.picture, centre, wide, look, chance))
        else:
            sign = chance.choice(list(signs.MAKERS.values()))(chance, drawing.sans)
            boards.append(set_in(scene, sign, centre, wide, look, chance))
    return np.asarray(taken(scene, look, chance)), plates, boards


@lru_cache(2)
def _empty(number: int) -> Pixels:
    """A street before anything is set into it."""
    maker = list(MAKERS)[number % len(MAKERS)]
    seed = BORROWED[number // 3 % len(BORROWED)] if maker == "borrowed" else FIRST_SEED + number
    return np.asarray(MAKERS[maker](seed, SIDES[number // 3 % 2]))


def _bumper(scene: Pixels, centre: tuple[float, float], wide: float, chance: random.Random) -> None:
    """Mostly a plate hangs on something of one colour."""
    if chance.random() < 0.3:
        return
    tone = chance.choice(
        ((235, 235, 235), (25, 25, 30), (150, 20, 25), (40, 70, 130), (120, 122, 126), (190, 170, 140))
    )
    x, y = round(centre[0]), round(centre[1])
    half, tall = round(wide * chance.uniform(0.6, 1.0)), round(wide * chance.uniform(0.25, 0.6))
    cv2.rectangle(scene, (x - half, y - tall), (x + half, y + tall), tone, -1)


def corners(spot: Spot) -> Corners:
    return np.asarray(cv2.boxPoints(spot), np.float32)


def overlap(one: Corners, other: Corners) -> float:
    """Shared area over joint area, 0 to 1."""
    both, _ = cv2.intersectConvexConvex(one, other)
    return float(both / (cv2.contourArea(one) + cv2.contourArea(other) - both + 1e-6))


if __name__ == "__main__":
    main()
