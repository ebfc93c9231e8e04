"""`python -m tests.likeness.scenes --seed 1`: before and after of one place, the camera moved, the light changed, the
repair done; against before and after of two places."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

from media.photos import to_jpeg
from media.scene import SAME, same_scene
from tests.makers import drawn, rendered
from tests.makers.rendered import Card, near, passer_by

LINE = 0.05
SIZE = (640, 480)
LIGHTS = (0.5, 0.8, 1.15)
OTHERS = (1, 2, 5)


@dataclass
class Told:
    """Shares of 0 to 1 as `same_scene` told them; None where it could not."""

    same: list[float | None] = field(default_factory=list)
    other: list[float | None] = field(default_factory=list)

    @property
    def false_different(self) -> float:
        return sum(one is not None and one < SAME for one in self.same) / len(self.same)

    @property
    def false_same(self) -> float:
        return sum(one is not None and one >= SAME for one in self.other) / len(self.other)


def pairs(name: str, seed: int, count: int) -> Iterator[tuple[Image.Image, Image.Image]]:
    for number in range(seed * 1000, seed * 1000 + count):
        light = LIGHTS[number % len(LIGHTS)]
        if name == "drawn":
            yield drawn(number, SIZE), drawn(number, SIZE, mended=True, camera=1, light=light)
        else:
            somebody = Card(passer_by(number), 0.3, 5, 0.6, 1.75)
            pose = near(number, 1, 1 + number % 3)
            after = rendered(number, SIZE, pose=pose, mended=True, light=light, shot=1, cards=[somebody])
            yield rendered(number, SIZE), after


def measure(name: str, seed: int, count: int) -> Told:
    befores, afters = zip(*((to_jpeg(one), to_jpeg(other)) for one, other in pairs(name, seed, count)), strict=True)
    told = Told()
    for at, before in enumerate(befores):
        told.same.append(same_scene(before, afters[at]))
        told.other += [same_scene(before, afters[(at + step) % count]) for step in OTHERS if step < count]
    return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.likeness.scenes", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=30, help="places of each maker")
    asked = parser.parse_args()
    for name in ("drawn", "rendered"):
        told = measure(name, asked.seed, asked.count)
        weak = " BELOW THE LINE" if max(told.false_different, told.false_same) > LINE else ""
        print(
            f"{name:10} taken for another place {told.false_different:.1%} of {len(told.same)}, "
            f"for the same place {told.false_same:.1%} of {len(told.other)}, "
            f"cannot tell {sum(one is None for one in (*told.same, *told.other))}{weak}"
        )


if __name__ == "__main__":
    main()
