"""What Telegram makes of a picture sent as a photo: upright JPEGs of up to four sizes with nothing else in them."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from simulator.refusal import bad

SIDES_PX = {"s": 90, "m": 320, "x": 800, "y": 1280}  # the longest side, by Telegram's letter for the size
LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_SUM_PX = 10_000
LARGEST_RATIO = 20


@dataclass(frozen=True, slots=True)
class Size:
    letter: str
    width: int
    height: int
    jpeg: bytes


def sizes(content: bytes) -> list[Size]:
    """Smallest first; the last is the whole picture, its longer side at most 1280 px. Raises Refused."""
    if not content:
        raise bad("file must be non-empty")
    if len(content) > LARGEST_BYTES:
        raise bad(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is {LARGEST_BYTES} bytes"
        )
    picture = opened(content)
    longest = max(picture.size)
    wanted = [(letter, side) for letter, side in SIDES_PX.items() if side < longest]
    # The whole picture has the letter of the first side it fits in, so a small one is told only once.
    whole = next((letter for letter, side in SIDES_PX.items() if longest <= side), "y")
    if all(letter != whole for letter, _ in wanted):
        wanted.append((whole, longest))
    return [shrunk(picture, letter, side) for letter, side in wanted]


def opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is judged below, before decoding
            picture = Image.open(io.BytesIO(content))
            width, height = picture.size
            if width + height > LARGEST_SUM_PX or max(width, height) > LARGEST_RATIO * min(width, height):
                raise bad("PHOTO_INVALID_DIMENSIONS")
            picture.draft("RGB", (1280, 1280))  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise bad("IMAGE_PROCESS_FAILED") from None
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        behind = Image.new("RGBA", upright.size, "white")
        behind.alpha_composite(upright.convert("RGBA"))
        upright = behind
    return upright.convert("RGB")


def shrunk(picture: Image.Image, letter: str, side: int) -> Size:
    small = picture.copy()
    small.thumbnail((side, side))
    out = io.BytesIO()
    # A new JPEG of the pixels alone: no EXIF, no colour profile, no comment.
    Image.frombytes("RGB", small.size, small.tobytes()).save(out, "JPEG", quality=85)
    return Size(letter, small.width, small.height, out.getvalue())
