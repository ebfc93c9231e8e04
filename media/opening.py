"""Open a stranger's picture: what is let in, how large it may be, its colours, and which way is up."""

import re
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import pillow_heif
from PIL import Image, ImageCms, ImageFile

from media.exif import Facts, read_facts
from media.picture import MAX_BYTES, BadPicture

__all__ = ["MAX_BYTES", "BadPicture", "open_upright"]

MAX_PIXELS = 50 * 1024 * 1024  # a phone's "50 megapixels" are 8192 x 6144
MAX_SCANS = 64  # a progressive JPEG has about ten; thousands of empty ones decode for minutes
MAX_PIECES = 16_384  # segments of a JPEG, chunks of a PNG; a file of nothing else keeps Pillow busy for 10 s (measured)
MAX_RATIO = 20  # telegram.md: what is longer cannot be sent as a photo
LEAST_SHARE = 0.5  # of its rows; with less a JPEG that breaks off is broken
STRIP_PX = 1024 * 1024

Box = tuple[int, int, int, int]

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Content decides, never the name. Pillow looks again, this only tells "no picture" from "a broken one".
_SIGNATURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|....ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL
)
# A marker that is neither stuffing (00), nor a fill byte (FF), nor a restart (D0-D7).
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd9-\xfe])")
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow's own switches; they belong to the process. libheif turns a picture upright by itself and resets
# its EXIF orientation; embedded thumbnails, depth maps and the like are not the picture that was sent.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# Refused by _check_pixels; Pillow itself would only warn up to twice its limit.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# Broken EXIF is nobody's news, and each new text of these warnings would be remembered for ever.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")


def open_upright(data: bytes, side: int) -> tuple[Image.Image, Facts]:
    """Decode a JPEG, PNG, WebP or HEIC (of a moving one the first frame).

    side: the longer side of the result is at most so many pixels; nothing is made larger.
    Returns an upright sRGB picture (mode RGB, transparency on white, no info of any kind) and what EXIF said.
    A picture longer than 20 : 1 loses its ends. Raises BadPicture and nothing else.
    """
    if len(data) > MAX_BYTES:
        raise BadPicture("too_large")
    if not _SIGNATURE.match(data):
        raise BadPicture("not_a_picture")
    if not (_has_sane_segments(data) if _is_jpeg(data) else _has_sane_chunks(data)):
        raise BadPicture("broken")
    try:
        return _decode(data, side)
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("too_many_pixels") from error
    except MemoryError as error:
        raise BadPicture("too_much") from error
    except Exception as error:  # bytes made to hurt a decoder make it raise nearly anything
        raise BadPicture("too_much" if "memory" in str(error) else "broken") from error


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(b"\xff\xd8")


def _has_sane_segments(jpeg: bytes) -> bool:
    at, scans = 2, 0
    for _ in range(MAX_PIECES):
        found = _MARKER.search(jpeg, at)
        if found is None or found[1] == _END_OF_IMAGE:  # what follows the end (a motion photo's film) is never read
            return True
        scans += found[1] == _START_OF_SCAN
        if scans > MAX_SCANS:
            return False
        at = found.end() + int.from_bytes(jpeg[found.end() : found.end() + 2], "big")
    return False


def _has_sane_chunks(data: bytes) -> bool:
    """Of a PNG: not too many, all there, and every checksum right (Pillow looks at none while it decodes). The boxes of
    WebP and HEIC are read by their own libraries, which have limits."""
    if not data.startswith(b"\x89PNG"):
        return True
    seen, at = memoryview(data), 8
    for _ in range(MAX_PIECES):
        end = at + 8 + int.from_bytes(seen[at : at + 4], "big")  # length and kind are 8 bytes, the checksum 4
        if zlib.crc32(seen[at + 4 : end]) != int.from_bytes(seen[end : end + 4], "big") or end + 4 > len(data):
            return False
        if data[at + 4 : at + 8] == b"IEND":
            return True
        at = end + 4
    return False


def _decode(data: bytes, side: int) -> tuple[Image.Image, Facts]:
    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        _check_pixels(picture)
        if _is_jpeg(data):
            # Lets libjpeg decode at 1/2, 1/4 or 1/8, never below what is wanted.
            picture.draft(None, _fitting(_middle(picture.size)[2:], side))
        facts = read_facts(picture)
        small = _small_heic(data, side) if picture.format == "HEIF" else _small(_loaded(picture), side)
        upright = _to_srgb(small, picture.info.get("icc_profile"))
    if facts.orientation in _TURNS:
        upright = upright.transpose(_TURNS[facts.orientation])
    # Comments, profiles and text hang on the opened picture and would be saved again: only pixels go on.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare, facts


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise BadPicture("too_many_pixels")


def _loaded(picture: Image.Image) -> Image.Image:
    """The picture decoded; of a JPEG that breaks off, what came through, if that is half of it or more.

    A rider's phone that lost the network leaves such files, and the upper half of a pothole is worth more than
    "cannot be opened". What is missing is cut away, not painted: nobody should take a grey field for a road.
    Not with Pillow's LOAD_TRUNCATED_IMAGES: that is a switch of the process, and tells nobody how much is missing.
    """
    try:
        picture.load()
    except OSError as error:
        if picture.format != "JPEG" or "truncated" not in str(error):
            raise
        assert isinstance(picture, ImageFile.ImageFile)
        picture.tile = []  # nothing more to decode: the rows so far stay, the rest is black
        there = picture.getbbox()
        if there is None or there[3] < picture.height * LEAST_SHARE:
            raise
        return picture.crop((0, 0, picture.width, there[3]))
    return picture


def _small(picture: Image.Image, side: int) -> Image.Image:
    """At most `side` pixels long, without a palette, single bits or 16 of them; transparency as RGBA."""
    if max(picture.size) < 4 * side and _middle(picture.size)[2:] == picture.size:
        return _resized(_plain(picture), side)  # small enough for a copy
    return _averaged(picture.crop, picture.size, side)


def _small_heic(data: bytes, side: int) -> Image.Image:
    """The same from libheif's own pixels: beside them, Pillow's copy of a phone's 48 megapixels would be too much."""
    heic = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    pixels, stride, mode = heic.data, heic.stride, heic.mode  # its size is sure only once it is decoded
    width, height = heic.size
    if width * height > MAX_PIXELS:
        raise BadPicture("too_many_pixels")

    def cut(box: Box) -> Image.Image:
        left, top, right, bottom = box
        rows = pixels[top * stride : bottom * stride]
        return Image.frombytes(mode, (width, bottom - top), rows, "raw", mode, stride).crop(
            (left, 0, right, bottom - top)
        )

    return _averaged(cut, (width, height), side)


def _averaged(cut: Callable[[Box], Image.Image], size: tuple[int, int], side: int) -> Image.Image:
    """cut: a part of a large picture. Strip by strip: another copy of 50 megapixels would be another 200 MB."""
    left, top, width, height = _middle(size)
    factor = max(1, max(width, height) // (2 * side))  # leaves at least twice what is wanted to the better filter
    rows = factor * max(1, STRIP_PX // (width * factor))
    edges = [*range(0, height, rows), height]
    strips = [
        _plain(cut((left, top + upper, left + width, top + lower))).reduce(factor) for upper, lower in pairwise(edges)
    ]
    sheet = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for upper, strip in zip(edges, strips, strict=False):
        sheet.paste(strip, (0, upper // factor))
    return _resized(sheet, side, (width, height), factor)


def _resized(sheet: Image.Image, side: int, whole: tuple[int, int] | None = None, factor: int = 1) -> Image.Image:
    """whole: the size it had before it was reduced by factor; its last column and row may stand for less."""
    width, height = whole or sheet.size
    target = _fitting((width, height), side)
    if sheet.size == target:
        return sheet
    return sheet.resize(target, Image.Resampling.BICUBIC, (0, 0, width / factor, height / factor))


def _middle(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, width and height of what stays of a very long one."""
    most = MAX_RATIO * min(size)
    width, height = min(size[0], most), min(size[1], most)
    return (size[0] - width) // 2, (size[1] - height) // 2, width, height


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    share = min(1.0, side / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _plain(picture: Image.Image) -> Image.Image:
    """A mode that can be resized: L, RGB, CMYK, or with transparency RGBA."""
    if picture.mode.startswith("I"):  # 16 bit grey: Pillow's own conversion cuts at 255 instead of scaling
        return picture.convert("I").point(lambda level: level / 256).convert("L")
    if picture.has_transparency_data:
        mode = "RGBA"
    else:
        mode = {"1": "L", "P": "RGB", "RGBX": "RGB", "YCbCr": "RGB"}.get(picture.mode, picture.mode)
    return picture if mode == picture.mode else picture.convert(mode)


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    if profile and picture.mode in ("L", "RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            seen = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            seen = None  # a broken profile, or one for other channels: the colours are taken as they stand
        if seen is not None:
            return seen
    return picture.convert("RGB")
