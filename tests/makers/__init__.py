"""Three makers of street pictures with nothing in common: shapes on a plane, rays in a street, strangers' photographs.

Each gives a PIL picture (RGB) of `size`, the same one for the same seed. What a measure promises must hold on all.
"""

from collections.abc import Callable

from PIL import Image

from tests.makers.borrowed import borrowed
from tests.makers.drawn import drawn
from tests.makers.rendered import rendered

__all__ = ["LYING", "MAKERS", "UPRIGHT", "borrowed", "drawn", "rendered"]

LYING, UPRIGHT = (1280, 960), (960, 1280)
"""A phone's, in pixels, as Telegram passes them on."""

Maker = Callable[[int, tuple[int, int]], Image.Image]
MAKERS: dict[str, Maker] = {"drawn": drawn, "rendered": rendered, "borrowed": borrowed}
