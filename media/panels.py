"""Pictures side by side or one above the other: in one shape where that cuts little, each cut where it loses least."""

from collections.abc import Sequence
from math import exp, log

from PIL import Image, ImageFilter

WIDTH_PX = 1280
GAP_PX = 8
HALF_PX = (WIDTH_PX - GAP_PX) // 2
NARROWEST, WIDEST = 9 / 16, 16 / 9
"""Width : height of a panel; what is longer loses its ends."""
STACKS_FROM = 1.2
"""Two wider than this stand one above the other: on a phone that makes them twice as large."""
STACK_NARROWEST = 3 / 2
"""Two of 4 : 3 one above the other would be too high for a phone; a ninth less of each is not."""
ROWS_NARROWEST, ROWS_WIDEST = 3 / 4, 4 / 3
"""Of a panel among several; of three rows none is higher than wide, so that they fit a phone."""
ALONE_NARROWEST = 1.15
LIKE = 0.85
"""Two that would lose more than this leaves in one shape stand one above the other, each in its own …"""
OWN_NARROWEST, OWN_WIDEST = 4 / 3, 6.0
"""… as far as its panel is neither too high for a phone nor too flat for its words."""
KEPT = 0.75
"""At least so much of a picture among several is shown, whatever its shape; of two LIKE."""
LOWER = 0.7
"""Of what is cut off a picture's height so much goes at the top: the road is below, above are roofs and sky (measured,
docs/decisions/0028-pairs.md)."""

Box = tuple[int, int, int, int]
"""left, top, right, bottom, in pixels of the sheet."""


def shape_of(pictures: Sequence[Image.Image]) -> float:
    """Width : height that all of them can take with the least cut off: the middle of their own."""
    ratios = [min(max(picture.width / picture.height, NARROWEST), WIDEST) for picture in pictures]
    return exp(sum(log(ratio) for ratio in ratios) / len(ratios))


def lay_out(pictures: Sequence[Image.Image]) -> list[Box]:
    """Where each of them goes, the first before all others; the sheet is WIDTH_PX wide.

    One: in its own shape. Two: side by side, or one above the other where they are wide or of unlike shapes. More:
    rows of two; of an odd number the first has a row of its own.
    """
    ratio = shape_of(pictures)
    if len(pictures) == 1 or (len(pictures) == 2 and not _is_alike(pictures, ratio)):
        ratios = [min(max(one.width / one.height, OWN_NARROWEST), OWN_WIDEST) for one in pictures]
        return _rows([1] * len(ratios), ratios)
    if len(pictures) == 2 and ratio < STACKS_FROM:
        return _rows([2], [ratio])
    if len(pictures) == 2:
        ratio = max(ratio, STACK_NARROWEST)
        return _rows([1, 1], [ratio, ratio])
    rows = (len(pictures) + 1) // 2
    ratio = min(max(ratio, ROWS_NARROWEST if rows == 2 else 1), ROWS_WIDEST)
    if len(pictures) % 2 == 0:
        return _rows([2] * rows, [ratio] * rows)
    # Twice as wide as the others, it would be twice as high too.
    own = shape_of(pictures[:1])
    alone = max(own, min(own / KEPT, ROWS_WIDEST), ALONE_NARROWEST if rows == 2 else ROWS_WIDEST)
    return _rows([1, *[2] * (rows - 1)], [alone, *[ratio] * (rows - 1)])


def _is_alike(pictures: Sequence[Image.Image], ratio: float) -> bool:
    """Whether one shape cuts little of both; two that are narrower than any panel are not helped by another row."""
    owns = [picture.width / picture.height for picture in pictures]
    ratio = max(ratio, STACK_NARROWEST) if ratio >= STACKS_FROM else ratio
    return max(owns) <= NARROWEST or all(LIKE <= own / ratio <= 1 / LIKE for own in owns)


def kept_of(pictures: int) -> float:
    """How much is shown at least of each of so many."""
    return KEPT if pictures > 2 else LIKE


def _rows(counts: Sequence[int], ratios: Sequence[float]) -> list[Box]:
    boxes, top = list[Box](), 0
    for count, ratio in zip(counts, ratios, strict=True):
        width = WIDTH_PX if count == 1 else HALF_PX
        bottom = top + round(width / ratio)
        boxes += [(left, top, left + width, bottom) for left in (0, HALF_PX + GAP_PX)[:count]]
        top = bottom + GAP_PX
    return boxes


def fit(picture: Image.Image, size: tuple[int, int], kept: float) -> Image.Image:
    """The picture in this size, with so much of it kept at least (0 to 1); what then is still missing in the shape is
    filled with the picture itself, blurred and dark."""
    ratio, own = size[0] / size[1], picture.width / picture.height
    least = own * kept if own > ratio else own / kept
    is_near = kept <= own / ratio <= 1 / kept
    inner = ratio if is_near else least
    box = crop_box(picture, inner)
    if is_near:
        return picture.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3)
    ground = _ground(picture, size)
    inside = (size[0], max(1, round(size[0] / inner))) if inner > ratio else (max(1, round(size[1] * inner)), size[1])
    shown = picture.resize(inside, Image.Resampling.LANCZOS, box=box, reducing_gap=3)
    ground.paste(shown, ((size[0] - inside[0]) // 2, (size[1] - inside[1]) // 2))
    return ground


def crop_box(picture: Image.Image, ratio: float) -> tuple[float, float, float, float]:
    """The part of this shape (width : height): the middle of the width, the lower part of the height."""
    width, height = picture.size
    if width / height > ratio:
        left = (width - height * ratio) / 2
        return (left, 0, width - left, height)
    span = width / ratio
    top = (height - span) * LOWER
    return (0, top, width, top + span)


def _ground(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    small = (max(1, size[0] // 16), max(1, size[1] // 16))
    box = crop_box(picture, size[0] / size[1])
    blurred = picture.resize(small, Image.Resampling.BOX, box=box).filter(ImageFilter.GaussianBlur(3))
    return blurred.point(lambda level: level * 0.6).resize(size, Image.Resampling.BICUBIC)
