"""Open a stranger's picture: what is let in, how large it may be, its colours, and which way is up."""

import re
import warnings
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms

from media.exif import Facts, read_facts

MAX_BYTES = 20 * 1024 * 1024  # telegram.md: getFile gives no more
MAX_PIXELS = 50 * 1024 * 1024  # a phone's "50 megapixels" are 8192 x 6144
MAX_SCANS = 64  # a progressive JPEG has about ten; thousands of empty ones decode for minutes
MAX_PIECES = 16_384  # segments of a JPEG, chunks of a PNG; a file of nothing else keeps Pillow busy for 10 s (measured)
MAX_RATIO = 20  # telegram.md: what is longer cannot be sent as a photo

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


class BadPicture(ValueError):
    """A file that is not worked on; reason: too_large, not_a_picture, too_many_pixels or broken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
        _verify(data)
        return _decode(data, side)
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("too_many_pixels") from error
    except Exception as error:  # bytes made to hurt a decoder make it raise nearly anything
        raise BadPicture("broken") from error


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
    """Of a PNG; the boxes of WebP and HEIC are read by their own libraries, which have limits."""
    if not data.startswith(b"\x89PNG"):
        return True
    at = 8
    for _ in range(MAX_PIECES):
        if at >= len(data) or data[at + 4 : at + 8] == b"IEND":
            return True
        at += 12 + int.from_bytes(data[at : at + 4], "big")  # length, kind and checksum are 12 bytes
    return False


def _verify(data: bytes) -> None:
    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        _check_pixels(picture)
        picture.verify()  # a picture is void afterwards and must be opened anew


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise BadPicture("too_many_pixels")


def _decode(data: bytes, side: int) -> tuple[Image.Image, Facts]:
    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        if _is_jpeg(data):
            picture.draft(None, (side, side))  # lets libjpeg decode at 1/2, 1/4 or 1/8, never below what is wanted
        facts = read_facts(picture)
        picture.load()
        _check_pixels(picture)  # a HEIC's size is known only now
        small = _shrink(_plain(picture), side)
        upright = _to_srgb(small, picture.info.get("icc_profile"))
    if facts.orientation in _TURNS:
        upright = upright.transpose(_TURNS[facts.orientation])
    # Comments, profiles and text hang on the opened picture and would be saved again: only pixels go on.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    return bare, facts


def _plain(picture: Image.Image) -> Image.Image:
    """A mode that can be resized: no palette, no single bits; transparency as RGBA."""
    if picture.mode.startswith("I"):
        return picture
    if picture.has_transparency_data:
        mode = "RGBA"
    else:
        mode = {"1": "L", "P": "RGB", "RGBX": "RGB", "YCbCr": "RGB"}.get(picture.mode, picture.mode)
    return picture if mode == picture.mode else picture.convert(mode)  # convert() would copy 200 MB for nothing


def _shrink(picture: Image.Image, side: int) -> Image.Image:
    width, height = picture.size
    short = min(width, height)
    if max(width, height) > MAX_RATIO * short:
        keep_w, keep_h = min(width, MAX_RATIO * short), min(height, MAX_RATIO * short)
        left, top = (width - keep_w) // 2, (height - keep_h) // 2
        picture = picture.crop((left, top, left + keep_w, top + keep_h))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bit grey: Pillow's own conversion cuts at 255 instead of scaling
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
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
