"""A picture of nothing, to stand in place of one that is no longer for everybody: a message cannot lose its picture."""

import io
from functools import cache

from PIL import Image

SIZE_PX = (320, 180)
GREY = (232, 232, 232)


@cache
def blank() -> bytes:
    """A small grey PNG."""
    made = io.BytesIO()
    Image.new("RGB", SIZE_PX, GREY).save(made, "PNG")
    return made.getvalue()
