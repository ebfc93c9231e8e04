"""Files that are odd, yet somebody's photo: each must be opened."""

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import Base

from tests.hostile.case import EITHER, PICTURE, Case
from tests.media.pictures import HUIZHOU, PUNCTUAL, SECRET, encode, exif, four_colours, heic, png, png_chunk

KINDS = ("JPEG", "progressive", "PNG", "WEBP", "lossless", "HEIC")


def saved(picture: Image.Image, kind: str, marks: Image.Exif | None = None) -> bytes:
    """In one of KINDS, with what a camera writes."""
    marks = marks or exif(gps=HUIZHOU, times=PUNCTUAL, note=SECRET)
    match kind:
        case "HEIC":
            return heic(picture, exif=marks.tobytes())
        case "progressive":
            return encode(picture, exif=marks, progressive=True)
        case "lossless":
            return encode(picture, "WEBP", exif=marks, lossless=True)
        case _:
            return encode(picture, kind, exif=marks)


def odd() -> Iterator[Case]:
    yield from _turned()
    yield from _colours()
    yield from _sizes()
    yield from _marks()
    yield from _profiles()
    yield from _moving()


def _turned() -> Iterator[Case]:
    for kind in KINDS:
        for way in range(1, 9):
            marks = exif(way, gps=HUIZHOU, times=PUNCTUAL, note=SECRET)
            yield Case("turned", f"{kind} {way}", saved(four_colours(), kind, marks), PICTURE)
    for way in (0, 9, 65_535):
        yield Case("turned", f"JPEG {way}", saved(four_colours(), "JPEG", exif(way)), PICTURE)


def _colours() -> Iterator[Case]:
    grey = Image.linear_gradient("L").resize((64, 48))
    for kind, modes in {
        "JPEG": ("1", "L", "RGB", "CMYK", "YCbCr"),
        "PNG": ("1", "L", "LA", "P", "RGB", "RGBA"),
        "WEBP": ("RGB", "RGBA", "L"),
    }.items():
        for mode in modes:
            yield Case("colours", f"{kind} {mode}", encode(grey.convert(mode), kind), PICTURE)
    for mode in ("L", "RGB", "RGBA"):
        yield Case("colours", f"HEIC {mode}", heic(grey.convert(mode)), PICTURE)
    yield Case("colours", "PNG I;16", encode(Image.new("I;16", (40, 30), 0x8000), "PNG"), PICTURE)
    yield Case("colours", "PNG 16 bit RGB", png(8, 8, bits=16, rows=(b"\0" + bytes(48)) * 8), PICTURE)
    yield Case("colours", "PNG 16 bit RGBA", png(8, 8, bits=16, colour_type=6, rows=(b"\0" + bytes(64)) * 8), PICTURE)
    for bits in (1, 2, 4):
        rows = (b"\0" + bytes(bits)) * 8
        yield Case("colours", f"PNG {bits} bit grey", png(8, 8, bits=bits, colour_type=0, rows=rows), PICTURE)
    for sampling in ("4:4:4", "4:2:2", "4:2:0", "4:1:1"):
        yield Case("colours", f"JPEG {sampling}", encode(four_colours(), subsampling=sampling), PICTURE)
    for transparency in (0, b"\0\x80\xff"):
        palette = Image.new("P", (32, 32), 0)
        palette.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
        yield Case("colours", "PNG P clear", encode(palette, "PNG", transparency=transparency), PICTURE)


def _sizes() -> Iterator[Case]:
    for kind in KINDS:
        for size in ((1, 1), (1, 700), (700, 1), (2, 3), (1281, 20), (2600, 1300)):
            must = EITHER if kind == "HEIC" else PICTURE  # its codec knows no picture of one pixel
            yield Case("sizes", f"{kind} {size[0]}x{size[1]}", saved(four_colours(size), kind), must)
    for size in ((65_500, 1), (1, 65_500), (65_500, 16)):
        yield Case("sizes", f"JPEG {size[0]}x{size[1]}", encode(Image.new("RGB", size, "teal")), PICTURE)
    yield Case("sizes", "PNG 65535x1", encode(Image.new("1", (65_535, 1)), "PNG"), PICTURE)
    yield Case("sizes", "PNG 1x65535", encode(Image.new("1", (1, 65_535)), "PNG"), PICTURE)


def _marks() -> Iterator[Case]:
    huge = exif(gps=HUIZHOU, note=SECRET * 3000)
    for kind in KINDS:
        yield Case("EXIF", f"{kind} huge", saved(four_colours(), kind, huge), PICTURE)
    for name, tail in _bent_exif().items():
        for kind in ("JPEG", "PNG", "WEBP"):
            marks = b"Exif\0\0" + tail
            yield Case("EXIF", f"{kind} {name}", encode(four_colours(), kind, exif=marks), PICTURE)
    xmp = f"<x>{SECRET}</x>".encode() * 500
    yield Case("EXIF", "JPEG XMP", encode(four_colours(), xmp=xmp, comment=SECRET), PICTURE)
    yield Case("EXIF", "WEBP XMP", encode(four_colours(), "WEBP", xmp=xmp), PICTURE)
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET)
    text.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
    yield Case("EXIF", "PNG texts", encode(four_colours(), "PNG", pnginfo=text), PICTURE)


def _bent_exif() -> dict[str, bytes]:
    """TIFF blocks that lead a reader astray."""
    head = b"II*\0\x08\0\0\0"

    def entry(tag: int, kind: int, count: int, value: int) -> bytes:
        return struct.pack("<HHII", tag, kind, count, value)

    def block(*entries: bytes, following: int = 0) -> bytes:
        return head + struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", following)

    pointers = (0x8769, 0x8825, 0xA005)  # Exif, GPS, Interop
    return {
        "loop to itself": block(entry(0x8769, 4, 1, 8), following=8),
        "loop of three": block(*(entry(tag, 4, 1, 8) for tag in pointers)),
        "beyond the end": block(*(entry(tag, 4, 1, 0xFFFFFFF0) for tag in pointers)),
        "four thousand million": block(entry(Base.Orientation, 3, 0xFFFFFFFF, 0), entry(Base.Make, 2, 0xFFFFFFFF, 8)),
        "unknown types": block(entry(Base.Orientation, 99, 1, 1), entry(Base.Make, 0, 1, 1)),
        "65535 entries": head + b"\xff\xff" + entry(Base.Make, 2, 4, 0) * 300,
        "orientation as text": block(entry(Base.Orientation, 2, 4, 0x36363636)),
        "zeros": bytes(300),
        "nothing": b"",
        "big endian lie": b"MM\0*\x08\0\0\0" + bytes(40),
        "bomb as thumbnail": block(entry(0x0201, 4, 1, 8), entry(0x0202, 4, 1, 0xFFFFFFFF), following=8),
    }


def _profiles() -> Iterator[Case]:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    lying = srgb[:128] + (0xFFFFFFFF).to_bytes(4, "big") + srgb[132:]
    for name, profile in {
        "sRGB": srgb, "Lab": lab, "no profile": b"no profile", "cut": srgb[:200], "4,294,967,295 tags": lying,
        "two megabytes": srgb + bytes(2_000_000), "zeros": bytes(5000),
    }.items():  # fmt: skip
        for kind in ("JPEG", "PNG", "WEBP"):
            must = EITHER if (kind, name) == ("PNG", "two megabytes") else PICTURE  # Pillow unpacks no more than one
            yield Case("profiles", f"{kind} {name}", encode(four_colours(), kind, icc_profile=profile), must)
    yield Case("profiles", "CMYK with sRGB", encode(Image.new("CMYK", (32, 32)), icc_profile=srgb), PICTURE)


def _moving() -> Iterator[Case]:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("blue", "lime", "teal")]
    for kind in ("PNG", "WEBP"):
        data = encode(four_colours(), kind, save_all=True, append_images=[f.resize((64, 48)) for f in frames])
        yield Case("moving", f"{kind} 4 frames", data, PICTURE)
    many = [frames[number % 3] for number in range(4999)]
    yield Case("moving", "WEBP 5,000 frames", encode(frames[0], "WEBP", save_all=True, append_images=many, method=0),
               PICTURE)  # fmt: skip
    yield Case("moving", "APNG 5,000 frames", encode(frames[0], "PNG", save_all=True, append_images=many), PICTURE)
    film = BytesIO()
    frames[0].resize((64, 64)).save(
        film, "HEIF", save_all=True, append_images=[f.resize((64, 64)) for f in frames], quality=50
    )
    yield Case("moving", "HEIC 4 pictures", film.getvalue(), PICTURE)
    several = BytesIO()
    four_colours().save(several, "MPO", save_all=True, append_images=frames)
    yield Case("moving", "MPO", several.getvalue(), PICTURE)
    yield Case("moving", "motion photo", encode(four_colours()) + heic(four_colours()) * 3 + SECRET.encode(), PICTURE)
    good = encode(four_colours(), "PNG")
    acting = png_chunk(b"acTL", struct.pack(">II", 5000, 0))
    yield Case("moving", "APNG that only says so", good[:33] + acting + good[33:], EITHER)
