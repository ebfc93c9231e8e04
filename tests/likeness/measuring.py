"""Counts of what is found and of what is found wrongly, maker by maker."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

from PIL import Image

from media.known import MANY, MANY_ALONE, Alike, Known, compare, spots_in
from media.likeness import likeness_of
from media.overlay import COPY, sameness
from media.photos import THUMBNAIL_SIDE_PX, to_jpeg
from tests.likeness.changes import CHANGES
from tests.makers import MAKERS, drawn, rendered
from tests.makers.borrowed import COUNT, WHOLE, quarter
from tests.makers.rendered import near

Found = tuple[Alike, float | None]
SIZES = ((640, 480), (480, 640))
SMALL = ((400, 300), (300, 400))
"""Strangers are made smaller, for there are many of them: still larger than what is looked at."""


@dataclass
class Counted:
    """found: of so many that should be, or, for false alarms, should not. alone: by spots, without a second look."""

    of: int = 0
    found: int = 0
    alone: int = 0

    @property
    def share(self) -> float:
        return self.found / self.of if self.of else 0.0


@dataclass
class Measured:
    """changes: (change, maker); retakes: honest pictures of the same place, mended; strangers: maker; nearest: how many
    spots two strangers have alike, counted over all pairs of a maker; missed: what the index did not find and a look at
    every picture does."""

    changes: dict[tuple[str, str], Counted] = field(default_factory=dict)
    retakes: dict[tuple[str, str], Counted] = field(default_factory=dict)
    strangers: dict[str, Counted] = field(default_factory=dict)
    nearest: dict[str, Counter[int]] = field(default_factory=dict)
    missed: Counted = field(default_factory=Counted)


class Town:
    """Pictures by number, as the bot keeps them: a likeness and a thumbnail each."""

    def __init__(self) -> None:
        self.known, self.thumbnails, self.likenesses = Known(), dict[int, bytes](), dict[int, bytes]()

    def keep(self, number: int, picture: Image.Image) -> None:
        self.thumbnails[number], self.likenesses[number] = thumbnail(picture), likeness_of(picture)
        self.known.add([number], [self.likenesses[number]])

    def asked(self, picture: Image.Image, likeness: bytes, *, but: int | None = None) -> list[Found]:
        """Who is alike, and how far the same on the second look."""
        found = [one for one in self.known.alike(likeness) if one.id != but]
        return [(one, sameness(thumbnail(picture), self.thumbnails[one.id], one.fit)) for one in found]


def thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX), Image.Resampling.BICUBIC)
    return to_jpeg(small)


def is_copy(sure: float | None) -> bool:
    return sure is not None and sure >= COPY


def measure(seed: int, count: int, strangers: int, told: Callable[[str], None] = lambda _: None) -> Measured:
    """count: pictures of each maker to be changed; strangers: of each maker, compared all with all."""
    measured, town = Measured(), Town()
    shown: dict[str, list[Image.Image]] = {}
    for at, (name, make) in enumerate(MAKERS.items()):
        number = min(count, WHOLE) if name == "borrowed" else count
        shown[name] = [make(seed * 1000 + one, SIZES[one % 2]) for one in range(number)]
        for one, picture in enumerate(shown[name]):
            town.keep(at * 1000 + one, picture)
        told(f"{name}: {number} made")
    for at, (name, pictures) in enumerate(shown.items()):
        for change, changed in CHANGES.items():
            counted = measured.changes[change, name] = Counted()
            for one, picture in enumerate(pictures):
                again = changed(picture, random.Random(f"{seed} {change} {one}"))
                is_there, likeness = _count(counted, town, again, at * 1000 + one)
                if compare(spots_in(likeness), spots_in(town.likenesses[at * 1000 + one])).many >= MANY:
                    measured.missed.of += 1
                    measured.missed.found += not is_there
        told(f"{name}: changed")
    for (what, name), retaken in RETAKES.items():
        counted = measured.retakes[what, name] = Counted()
        for one in range(count):
            at = list(MAKERS).index(name) * 1000 + one
            _count(counted, town, retaken(seed * 1000 + one, SIZES[one % 2]), at)
    for name in MAKERS:
        _strangers(measured, name, seed, strangers)
        told(f"{name}: strangers compared")
    return measured


def _count(counted: Counted, town: Town, picture: Image.Image, number: int) -> tuple[bool, bytes]:
    likeness = likeness_of(picture)
    found = [(one, sure) for one, sure in town.asked(picture, likeness) if one.id == number]
    counted.of += 1
    counted.found += any(is_copy(sure) for _, sure in found)
    counted.alone += any(one.fit.many >= MANY_ALONE for one, _ in found)
    return bool(found), likeness


def _strangers(measured: Measured, name: str, seed: int, count: int) -> None:
    make = quarter if name == "borrowed" else MAKERS[name]
    town, counted = Town(), measured.strangers.setdefault(name, Counted())
    pictures = [make(seed * 1000 + 500 + one, SMALL[one % 2]) for one in range(min(count, COUNT))]
    for one, picture in enumerate(pictures):
        town.keep(one, picture)
    for one, picture in enumerate(pictures):
        found = town.asked(picture, town.likenesses[one], but=one)
        counted.of += 1
        counted.found += any(is_copy(sure) for _, sure in found)
        counted.alone += any(alike.fit.many >= MANY_ALONE for alike, _ in found)
    spots = [spots_in(likeness) for likeness in town.likenesses.values()]
    measured.nearest[name] = Counter(compare(a, b).many for a, b in combinations(spots, 2))


RETAKES: dict[tuple[str, str], Callable[[int, tuple[int, int]], Image.Image]] = {
    ("mended, a step aside", "drawn"): lambda seed, size: drawn(seed, size, mended=True, camera=1, light=0.9),
    ("mended, a step aside", "rendered"): lambda seed, size: rendered(
        seed, size, pose=near(seed, 1), mended=True, light=0.9, shot=1
    ),
    ("mended, a hand's breadth aside", "rendered"): lambda seed, size: rendered(
        seed, size, pose=near(seed, 1, 0.2), mended=True, light=0.9, shot=1
    ),
    ("not mended, a hand's breadth aside", "rendered"): lambda seed, size: rendered(
        seed, size, pose=near(seed, 1, 0.2), shot=1
    ),
    ("mended, from a tripod", "drawn"): lambda seed, size: drawn(seed, size, mended=True, light=0.9),
    ("mended, from a tripod", "rendered"): lambda seed, size: rendered(seed, size, mended=True, light=0.9, shot=1),
}
"""Pictures of the same place that are no copies."""
