"""Pictures made on the spot: good ones, odd ones, and ones made to hurt."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from media.photos import Picture

SECRET = "kept-by-the-camera"

QUARTERS = {"left top": "red", "right top": "lime", "left bottom": "blue", "right bottom": "yellow"}
PUNCTUAL = {Base.DateTimeOriginal: "2026:11:21 08:30:15", Base.OffsetTimeOriginal: "+08:00"}
HUIZHOU = {
    GPS.GPSLatitudeRef: "N",
    GPS.GPSLatitude: (23.0, 5.0, 24.0),
    GPS.GPSLongitudeRef: "E",
    GPS.GPSLongitude: (114.0, 24.0, 36.0),
}


Tags = Mapping[Any, Any]


def four_colours(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red, lime / blue, yellow: every turn and mirror of it looks different."""
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    w, h = size
    for (across, down), colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), QUARTERS.values(), strict=True):
        draw.rectangle((across * w // 2, down * h // 2, (across + 1) * w // 2, (down + 1) * h // 2), fill=colour)
    return picture


def encode(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 1, gps: Tags | None = None, times: Tags | None = None, note: str = "") -> Image.Exif:
    made = Image.Exif()
    made[Base.Orientation] = orientation
    if note:
        made[Base.ImageDescription] = note
    if gps:
        made.get_ifd(IFD.GPSInfo).update(gps)
    if times:
        made.get_ifd(IFD.Exif).update(times)
    return made


def heic(picture: Image.Image, **options: Any) -> bytes:
    file = BytesIO()
    pillow_heif.from_pillow(picture).save(file, quality=90, **options)
    return file.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *, bits: int = 8, colour_type: int = 2, rows: bytes = b"") -> bytes:
    """A PNG written by hand, so that header and content may disagree."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def png_of_chunks(chunks: int) -> bytes:
    """A good PNG with so many empty chunks before its pixels."""
    good = encode(four_colours(), "PNG")
    return good[:33] + png_chunk(b"puNk", b"") * chunks + good[33:]


def many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan stands there over and over."""
    jpeg = encode(four_colours(), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * scans + jpeg[-2:]


def corners(picture: Image.Image) -> dict[str, str]:
    """The nearest of the four colours in each quarter."""
    w, h = picture.size
    spots = ((w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4))
    return dict(zip(QUARTERS, (nearest(picture, spot) for spot in spots), strict=True))


def nearest(picture: Image.Image, spot: tuple[int, int]) -> str:
    known = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}
    seen = picture.convert("RGB").getpixel(spot)
    assert isinstance(seen, tuple)
    return min(known, key=lambda name: sum((a - b) ** 2 for a, b in zip(seen, known[name], strict=True)))


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(BytesIO(jpeg))
    picture.load()
    return picture


def markers(jpeg: bytes) -> set[int]:
    """Every marker before the first scan."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def assert_bare(photo: Picture) -> None:
    for jpeg in (photo.image, photo.thumbnail):
        # APP0 is JFIF's empty head; APP1-15 would be EXIF, XMP, ICC and the like, FE a comment.
        assert not markers(jpeg) & {*range(0xE1, 0xF0), 0xFE}
        picture = opened(jpeg)
        assert picture.format == "JPEG"
        assert picture.mode == "RGB"
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert SECRET.encode() not in jpeg
    assert (photo.width, photo.height) == opened(photo.image).size
