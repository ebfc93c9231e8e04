"""The figures: what is found of faces and plates, what is hidden in vain, what can still be told of what was hidden."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
from PIL import Image

from tests.hiding.judging import ENOUGH, changed, likeness_left, share_changed
from tests.hiding.streets import Thing, on_its_side, street

Hide = Callable[[Image.Image], tuple[Image.Image, int]]


@dataclass
class Figures:
    """Each a list with one entry for each thing, by what it is sorted by."""

    found: dict[str, dict[str, list[bool]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    left: list[float] = field(default_factory=list)
    """Of plates that were hidden: what a matcher still tells."""
    again: list[int] = field(default_factory=list)
    """What the detector itself still finds in a copy."""
    vain: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Places hidden in pictures without anybody, by maker."""
    spoilt: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """Signs that were hidden, by kind."""
    seconds: list[float] = field(default_factory=list)
    """Processor time of one picture of 1280 x 960."""

    def recall(self, what: str, *, kind: str | None = None) -> float:
        hits = [hit for key, all_ in self.found[what].items() if key.startswith(f"kind {kind or ''}") for hit in all_]
        return sum(hits) / len(hits)

    def false_alarms(self) -> float:
        """Pictures of nobody in which something was hidden, as a share."""
        numbers = [number for all_ in self.vain.values() for number in all_]
        return sum(number > 0 for number in numbers) / len(numbers)


def measured(hide: Hide, *, seed: int, pictures: int) -> Figures:
    """pictures: so many of each sort."""
    figures = Figures()
    for number in range(pictures):
        for what in ("faces", "plates", "signs", "nothing"):
            made = street(seed, number, what)
            started = time.process_time()
            after, count = hide(made.picture)
            figures.seconds.append(time.process_time() - started)
            where = changed(made.picture, after)
            if what == "nothing":
                figures.vain[made.maker].append(count)
                continue
            for thing in made.signs:
                figures.spoilt[thing.kind].append(share_changed(thing, where) > 0.3)
            for thing in made.faces + made.plates:
                is_hidden = share_changed(thing, where) >= ENOUGH
                for key in _sorted_by(thing, made.look.light, made.maker):
                    figures.found[what][key].append(is_hidden)
                if is_hidden and what == "plates":
                    figures.left.append(likeness_left(thing, made.picture, after))
            if what in ("faces", "plates"):
                lying = on_its_side(made, number % 3 + 1)
                where = changed(lying.picture, hide(lying.picture)[0])
                for thing in lying.faces + lying.plates:
                    for key in (f"kind {thing.kind}", f"turned {90 * (number % 3 + 1)}", f"size {thing.size:3d} px"):
                        figures.found[f"{what} of turned pictures"][key].append(share_changed(thing, where) >= ENOUGH)
                # Only what was hidden before and is found anew at the same place counts.
                figures.again.append(hide(after)[1] if number % 3 == 0 else 0)
    return figures


def _sorted_by(thing: Thing, light: float, maker: str) -> Iterator[str]:
    yield f"kind {thing.kind}"
    yield f"size {thing.size:3d} px"
    yield f"light {light}"
    yield f"maker {maker}"


def lines(figures: Figures) -> Iterator[str]:
    for what, by in figures.found.items():
        yield f"{what}: hidden {figures.recall(what):.1%}"
        for key in sorted(by):
            yield f"    {key:20} {sum(by[key]):4d} of {len(by[key]):4d}  {sum(by[key]) / len(by[key]):6.1%}"
    if figures.left:
        worst = max(figures.left)
        mean = sum(figures.left) / len(figures.left)
        yield f"hidden plates: likeness of strokes left, mean {mean:.3f}, most {worst:.3f}"
    yield f"found again in copies: {sum(figures.again)} places"
    yield f"pictures of nobody: something hidden in {figures.false_alarms():.1%}"
    for maker, numbers in figures.vain.items():
        yield f"    {maker:20} {sum(numbers)} places in {len(numbers)} pictures"
    all_ = [one for kind in figures.spoilt.values() for one in kind]
    yield f"signs hidden in vain: {sum(all_)} of {len(all_)}  {sum(all_) / len(all_):.1%}"
    for kind in sorted(figures.spoilt):
        yield f"    {kind:20} {sum(figures.spoilt[kind]):4d} of {len(figures.spoilt[kind]):4d}"
    ordered = sorted(figures.seconds)
    yield f"one picture: {ordered[len(ordered) // 2] * 1000:.0f} ms of processor time (OpenCV {cv2.__version__})"
