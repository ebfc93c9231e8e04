"""Photographs that stand inside the wheels of scikit-image and scikit-learn; nothing is fetched."""

from functools import cache
from pathlib import Path

import skimage
import sklearn
from PIL import Image, ImageOps

SHOWN = (
    "china.jpg", "motorcycle_left.png", "rocket.jpg", "coffee.png", "chelsea.png", "astronaut.png", "camera.png",
    "flower.jpg", "coins.png", "retina.jpg", "hubble_deep_field.jpg", "moon.png", "ihc.png", "gravel.png",
    "brick.png", "grass.png", "page.png", "clock_motion.png", "cell.png", "text.png",
)  # fmt: skip
"""The first are of things and places; then skies, cells and plain ground, in which there is little to tell apart."""
WHOLE = len(SHOWN)
COUNT = WHOLE * 4
"""So many borrowed pictures show nothing in common: the quarters of each."""


def borrowed(seed: int, size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """Picture number `seed` (they come round after WHOLE), cut to the shape of `size` about its middle."""
    return ImageOps.fit(_photograph(SHOWN[seed % WHOLE]), size, Image.Resampling.BICUBIC)


def quarter(seed: int, size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """A quarter of a photograph, of COUNT in all; no two show the same spot."""
    whole = _photograph(SHOWN[seed % COUNT // 4])
    x, y = seed % 2 * whole.width // 2, seed // 2 % 2 * whole.height // 2
    part = whole.crop((x, y, x + whole.width // 2, y + whole.height // 2))
    return ImageOps.fit(part, size, Image.Resampling.BICUBIC)


@cache
def _photograph(name: str) -> Image.Image:
    places = (Path(skimage.__file__).parent / "data", Path(sklearn.__file__).parent / "datasets" / "images")
    found = next(path for place in places if (path := place / name).is_file())
    with Image.open(found) as picture:
        return picture.convert("RGB")
