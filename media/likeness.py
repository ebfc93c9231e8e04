"""How a picture looks, in a few hundred bytes: the same picture is known again however it was saved, cut or framed.

Not one hash of the whole, which a cut of a few percent changes: up to SPOTS spots that stand out (the extremes of
differences of Gaussians, as SIFT finds them), each with where it is, how large, and 63 bits of how its surroundings
look (signs of a cosine transform). Cutting, a frame or a phone's bars take away some spots and move the others all
alike; in the mirror a spot's bits are the same but for a mask.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

SPOTS = 24
SPOT = np.dtype([("code", "<u8"), ("x", "u1"), ("y", "u1"), ("size", "u1"), ("kind", "u1")])
"""x, y: of its middle, in 1/255 of the longer side. size: 16 to the octave, from 1/SIDE_PX of the longer side.
kind: 1 a bright spot, 2 a dark one; 0 is no spot: the bytes are filled up with these."""
BYTES = SPOTS * SPOT.itemsize

SIDE_PX = 256
_STEPS = 3  # scales to the octave
_OCTAVES = 4
_FIRST = 1.8  # px; what is finer does not outlive a JPEG of low quality or a screenshot
_FAINTEST = 0.6  # levels of 255; below that it is the sensor's noise
_EDGE = 10.0  # SIFT's own bound for spots that are no spots but points of an edge
_REACH = 5.0  # a spot's surroundings, times its size
_GRID, _WAVES = 16, 8
_FLAT = 6  # levels; the paper of a frame and the dark around a screenshot, after a JPEG
_PAPER = 0.7  # of a row is paper where there are words or signs on it
_LEAST = 0.25  # of a side is picture; what leaves less was no frame


def likeness_of(picture: Image.Image) -> bytes:
    """BYTES bytes; a picture of nothing (a lens covered by a hand) has no spots, and is like none."""
    return spots_of(inner(picture)).tobytes()


def inner(picture: Image.Image) -> Floats:
    """What of it is picture, without a frame or a phone's bars: grey levels, (height, width), SIDE_PX the longer."""
    small = _shrunk(picture)
    found = _inside(np.asarray(small, np.float32))
    if found is not None:
        scale = max(picture.size) / SIDE_PX
        left, top, right, bottom = (round(edge * scale) for edge in found)
        small = _shrunk(picture.crop((left, top, right, bottom)))
    return np.asarray(small, np.float32)


def spots_of(grey: Floats) -> NDArray[np.void]:
    """grey: levels 0 to 255, (height, width), SIDE_PX the longer. Returns SPOTS of SPOT, the clearest first."""
    stacks: list[list[Floats]] = []
    found: list[Floats] = []
    level = blurred(grey, (_FIRST**2 - 0.5**2) ** 0.5)
    for octave in range(_OCTAVES):
        if min(level.shape) < _GRID:
            break
        stacks.append(_scales(level))
        found += [_extremes(stacks[-1], octave, number) for number in range(1, _STEPS + 1)]
        level = stacks[-1][_STEPS][::2, ::2]
    spots, at = np.zeros(SPOTS, SPOT), 0
    if not found:
        return spots
    taken = np.zeros((SPOTS, 3), np.float32)
    every = np.concatenate(found)
    for value, x, y, size, octave, number in every[np.argsort(-np.abs(every[:, 0]), kind="stable")].tolist():
        # One place is told once: its neighbours of about the same size would say the same again.
        near = np.abs(taken[:at, :2] - (x, y)).sum(1) < 1.5 * np.minimum(taken[:at, 2], size)
        if near.any():
            continue
        step = 2**octave
        code = _code(stacks[int(octave)][int(number) - 1], x / step, y / step, _REACH * size / step)
        place = round(x * 255 / SIDE_PX), round(y * 255 / SIDE_PX)
        spots[at] = (code, *place, round(16 * np.log2(size)), 1 if value < 0 else 2)
        taken[at] = x, y, size
        at += 1
        if at == SPOTS:
            break
    return spots


def _shrunk(picture: Image.Image) -> Image.Image:
    """Grey, the longer side SIDE_PX; a smaller one is made larger, so that a size is a size."""
    scale = SIDE_PX / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.convert("L").resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)


def _inside(grey: Floats) -> tuple[int, int, int, int] | None:
    """left, top, right, bottom of what is inside a frame or between a phone's bars; None where there is neither."""
    top, bottom = _longest(_is_paper(grey))
    left, right = _longest(_is_paper(grey[top:bottom].T))
    height, width = grey.shape
    if right - left < _LEAST * width or bottom - top < _LEAST * height:
        return None
    return None if (right - left, bottom - top) == (width, height) else (left, top, right, bottom)


def _is_paper(grey: Floats) -> NDArray[np.bool_]:
    """Of each row, whether most of it is of the colour of the first one or of the last one, where those are flat."""
    papers = [np.median(edge) for edge in (grey[0], grey[-1]) if np.mean(np.abs(edge - np.median(edge)) < _FLAT) > 0.95]
    flat = np.zeros(len(grey), np.bool_)
    for paper in papers:
        flat |= np.mean(np.abs(grey - paper) < _FLAT, axis=1) > _PAPER
    return flat


def _longest(flat: NDArray[np.bool_]) -> tuple[int, int]:
    """The longest run of what is not flat; all of it where everything is."""
    ends = np.flatnonzero(np.diff(np.concatenate(([1], flat, [1]))))
    if not len(ends):
        return 0, len(flat)
    runs = ends.reshape(-1, 2)
    start, end = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return int(start), int(end)


def _scales(first: Floats) -> list[Floats]:
    stack = [first]
    for step in range(_STEPS + 2):
        before, after = (_FIRST * 2 ** (number / _STEPS) for number in (step, step + 1))
        stack.append(blurred(stack[-1], (after**2 - before**2) ** 0.5))
    return stack


def _extremes(stack: list[Floats], octave: int, number: int) -> Floats:
    """Of one scale. Columns: the difference (dark spots are above 0); x, y, size in px of the whole; octave, number."""
    finer, here, coarser = (stack[number + at + 1] - stack[number + at] for at in (-1, 0, 1))
    middle = here[1:-1, 1:-1]
    dark = (middle > _FAINTEST) & (middle >= _neighbours(here, np.maximum))
    dark &= (middle > _neighbours(finer, np.maximum)) & (middle > _neighbours(coarser, np.maximum))
    bright = (middle < -_FAINTEST) & (middle <= _neighbours(here, np.minimum))
    bright &= (middle < _neighbours(finer, np.minimum)) & (middle < _neighbours(coarser, np.minimum))
    y, x = np.nonzero(dark | bright)
    y, x = y + 1, x + 1
    value, left, right, upper, lower = here[y, x], here[y, x - 1], here[y, x + 1], here[y - 1, x], here[y + 1, x]
    xx, yy = left + right - 2 * value, upper + lower - 2 * value
    xy = (here[y + 1, x + 1] + here[y - 1, x - 1] - here[y + 1, x - 1] - here[y - 1, x + 1]) / 4
    corner = xx * yy - xy * xy
    fine_x, fine_y = x + _top(left, value, right), y + _top(upper, value, lower)
    size = _FIRST * 2 ** ((number + _top(finer[y, x], value, coarser[y, x])) / _STEPS)
    reach, (height, width) = _REACH * size, here.shape
    good = (corner > 0) & ((xx + yy) ** 2 * _EDGE <= (_EDGE + 1) ** 2 * corner)
    good &= (np.minimum(fine_x, fine_y) >= reach) & (fine_x < width - 1 - reach) & (fine_y < height - 1 - reach)
    step, same = 2**octave, np.ones_like(value)
    columns = value, fine_x * step, fine_y * step, size * step, octave * same, number * same
    table: Floats = np.stack(columns, 1)[good].astype(np.float32)
    return table


def _neighbours(plane: Floats, which: np.ufunc) -> Floats:
    rows: Floats = which(which(plane[:-2], plane[1:-1]), plane[2:])
    whole: Floats = which(which(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return whole


def _top(before: Floats, here: Floats, after: Floats) -> Floats:
    """Where between its neighbours a parabola through the three has its top, -0.5 to 0.5."""
    bend = before + after - 2 * here
    top: Floats = np.clip((before - after) / np.where(bend == 0, np.inf, 2 * bend), -0.5, 0.5)
    return top


def _code(plane: Floats, x: float, y: float, reach: float) -> int:
    steps = (np.arange(_GRID) + 0.5) / (_GRID / 2) - 1
    columns, rows = x + reach * steps, y + reach * steps
    left, low = columns.astype(int), rows.astype(int)
    a, b = (columns - left).astype(np.float32), (rows - low).astype(np.float32)[:, None]
    upper, lower = plane[low], plane[low + 1]
    patch = (upper[:, left] * (1 - a) + upper[:, left + 1] * a) * (1 - b)
    patch += (lower[:, left] * (1 - a) + lower[:, left + 1] * a) * b
    waves = _cosines()
    signs = (waves @ patch @ waves.T).ravel() > 0
    signs[0] = False  # how bright it is, says nothing
    return int.from_bytes(np.packbits(signs, bitorder="little").tobytes(), "little")


@cache
def _cosines() -> Floats:
    grid = (np.arange(_GRID) + 0.5) * np.pi / _GRID
    return np.cos(np.arange(_WAVES)[:, None] * grid).astype(np.float32)


def blurred(plane: Floats, sigma: float) -> Floats:
    """Through a Gaussian of so many pixels; the edge goes on outside."""
    weights = _bell(sigma)
    far = len(weights) // 2
    for _ in (0, 1):  # along the rows, then, turned over, along the columns
        padded = np.pad(plane, ((far, far), (0, 0)), mode="edge")
        soft = padded[far:-far] * weights[far]
        for at in range(far):
            soft += (padded[at : at + len(plane)] + padded[2 * far - at : 2 * far - at + len(plane)]) * weights[at]
        plane = np.ascontiguousarray(soft.T)
    return plane


@cache
def _bell(sigma: float) -> tuple[np.float32, ...]:
    far = int(np.ceil(2.5 * sigma))
    bell = np.exp(-(np.arange(-far, far + 1) ** 2) / (2 * sigma**2))
    return tuple(np.float32(one) for one in bell / bell.sum())
