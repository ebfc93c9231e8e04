"""Files made to hurt: cut, changed, lying, nested, blown up, or something else altogether."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

from PIL import Image

from media.opening import MAX_SCANS
from tests.hostile.case import EITHER, PICTURE, REFUSED, Case
from tests.hostile.odd import KINDS, saved
from tests.media.pictures import SECRET, encode, four_colours, heic, many_scans, png, png_chunk, png_of_chunks

SIGNATURES = {
    "JPEG": b"\xff\xd8\xff\xe0", "PNG": b"\x89PNG\r\n\x1a\n", "WEBP": b"RIFF\xff\0\0\0WEBPVP8 ",
    "HEIC": b"\0\0\0\x18ftypheic",
}  # fmt: skip


def broken(seed: int) -> Iterator[Case]:
    dice = random.Random(seed)
    good = {kind: saved(four_colours((320, 240)), kind) for kind in KINDS}
    yield from _cut(good)
    yield from _changed(good, dice)
    yield from _lying()
    yield from _jpegs(good["JPEG"])
    yield from _pngs()
    yield from _boxes(good["HEIC"])
    yield from _polyglots(good)
    yield from _strangers(dice)


def _cut(good: dict[str, bytes]) -> Iterator[Case]:
    for kind, data in good.items():
        for percent in (1, 10, 30, 50, 70, 90, 99):
            must = EITHER if kind == "JPEG" or percent == 99 else REFUSED
            yield Case("cut", f"{kind} {percent} %", data[: len(data) * percent // 100], must)


def _changed(good: dict[str, bytes], dice: random.Random) -> Iterator[Case]:
    for kind, data in good.items():
        for number in range(12):
            bad = bytearray(data)
            # Half of them where the structure is, half anywhere.
            reach = min(len(bad), 400) if number % 2 else len(bad)
            for _ in range(dice.choice((1, 3, 10, 50))):
                bad[dice.randrange(reach)] = dice.randrange(256)
            yield Case("changed", f"{kind} {number}", bytes(bad))


def _lying() -> Iterator[Case]:
    jpeg, small = encode(four_colours()), encode(four_colours(), "WEBP", lossless=True)
    start = jpeg.index(b"\xff\xc0") + 5
    box = heic(four_colours())
    size = box.index(b"ispe") + 8
    for width, height in ((0, 0), (1, 1), (0, 64), (16, 16), (8000, 6000), (16_383, 16_383), (65_535, 65_535)):
        name = f"{width}x{height}"
        yield Case("lying", f"JPEG {name}", jpeg[:start] + struct.pack(">HH", height, width) + jpeg[start + 4 :])
        yield Case("lying", f"PNG {name}", png(width, height, rows=bytes(100)))
        yield Case("lying", f"HEIC {name}", box[:size] + struct.pack(">II", width, height) + box[size + 8 :])
        bits = struct.pack("<I", (max(width, 1) - 1) & 0x3FFF | ((max(height, 1) - 1) & 0x3FFF) << 14)
        yield Case("lying", f"WEBP {name}", small[:21] + bits + small[25:])
        canvas = (max(width, 1) - 1).to_bytes(3, "little") + (max(height, 1) - 1).to_bytes(3, "little")
        head = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas
        body = b"WEBP" + head + b"ANIM" + struct.pack("<I", 6) + bytes(6) + small[12:]
        yield Case("lying", f"WEBP canvas {name}", b"RIFF" + struct.pack("<I", len(body)) + body)
    for bits, colours in ((3, 0), (32, 2), (8, 5), (16, 3), (0, 0), (255, 255)):
        yield Case("lying", f"PNG {bits} bits, colours {colours}", png(8, 8, bits=bits, colour_type=colours), REFUSED)


def _jpegs(good: bytes) -> Iterator[Case]:
    start, scan = good.index(b"\xff\xc0"), good.index(b"\xff\xda")
    for marker in (0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCB, 0xCF, 0xC8, 0xFE):
        yield Case("JPEG", f"start of frame {marker:X}", good[: start + 1] + bytes([marker]) + good[start + 2 :])
    for precision in (2, 12, 16):
        yield Case("JPEG", f"{precision} bits", good[: start + 4] + bytes([precision]) + good[start + 5 :])
    for components in (0, 2, 5, 255):
        yield Case("JPEG", f"{components} components", good[: start + 9] + bytes([components]) + good[start + 10 :])
    for factors in (0x00, 0x14, 0x33, 0x44, 0xFF):
        yield Case("JPEG", f"sampling {factors:02X}", good[: start + 11] + bytes([factors]) + good[start + 12 :])
    yield Case("JPEG", "frame twice", good[:scan] + good[start:scan] + good[scan:])
    yield Case("JPEG", "no tables", good[:2] + good[start:], REFUSED)
    yield Case("JPEG", "no scan", good[:scan] + b"\xff\xd9", REFUSED)
    yield Case("JPEG", "only restarts", good[: scan + 14] + b"\xff\xd0\xff\xd1" * 50_000)
    yield Case("JPEG", "only fill", good[: scan + 14] + b"\xff" * 500_000)
    yield Case("JPEG", "start in start", b"\xff\xd8" + good)
    yield Case("JPEG", "20 scans", many_scans(20), PICTURE)
    yield Case("JPEG", "scan bomb", many_scans(MAX_SCANS), REFUSED)
    yield Case("JPEG", "many thousand scans", many_scans(20_000), REFUSED)
    yield Case("JPEG", "comment bomb", b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000, REFUSED)
    yield Case("JPEG", "segments of no length", b"\xff\xd8" + b"\xff\xe1\0\0" * 100_000, REFUSED)
    for marker in range(0xE0, 0xF0):
        segment = bytes([0xFF, marker]) + struct.pack(">H", 65_535) + (SECRET.encode() * 4000)[:65_533]
        yield Case("JPEG", f"full segment {marker:X}", good[:2] + segment * 3 + good[2:], PICTURE)


def _pngs() -> Iterator[Case]:
    good = encode(four_colours(), "PNG")
    head, body, end = good[:33], good[33:-12], good[-12:]
    zeros = zlib.compress(bytes(50_000_000), 9)
    yield Case("PNG", "zTXt bomb", head + png_chunk(b"zTXt", b"a\0\0" + zeros) + body + end)
    yield Case("PNG", "iTXt bomb", head + png_chunk(b"iTXt", b"a\0\1\0\0\0" + zeros) + body + end)
    yield Case("PNG", "iCCP bomb", head + png_chunk(b"iCCP", b"a\0\0" + zeros) + body + end)
    texts = b"".join(png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(900_000))) for _ in range(200))
    yield Case("PNG", "200 texts", head + texts + body + end)
    yield Case("PNG", "IDAT bomb", png(16, 16, rows=bytes(100_000_000)))
    yield Case("PNG", "5,000 chunks", png_of_chunks(5_000), PICTURE)
    yield Case("PNG", "100,000 chunks", png_of_chunks(100_000), REFUSED)
    pixels = zlib.compress((b"\0" + bytes(24)) * 8)
    crumbs = b"".join(png_chunk(b"IDAT", pixels[at : at + 1]) for at in range(len(pixels)))
    tiny = png(8, 8)[:33]
    yield Case("PNG", "IDAT in crumbs", tiny + crumbs + end, PICTURE)
    yield Case("PNG", "no end", head + body, REFUSED)
    yield Case("PNG", "no pixels", head + end, REFUSED)
    yield Case("PNG", "two heads", head + head[8:] + body + end)
    yield Case("PNG", "pixels first", good[:8] + body + head[8:] + end, REFUSED)
    yield Case("PNG", "no palette", png(8, 8, colour_type=3, rows=(b"\0" + bytes(8)) * 8))
    yield Case("PNG", "long tRNS", head + png_chunk(b"tRNS", bytes(5000)) + body + end)
    yield Case("PNG", "filter 9", png(8, 8, rows=(b"\x09" + bytes(24)) * 8))
    yield Case("PNG", "interlaced lie", head[:28] + b"\1" + head[29:33] + body + end, REFUSED)
    yield Case("PNG", "wrong checksum", good[:45] + bytes([good[45] ^ 1]) + good[46:], REFUSED)
    yield Case("PNG", "length 2^31", good[:33] + b"\xff\xff\xff\xffIDAT" + good[41:], REFUSED)
    control = png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 60_000, 60_000, 0, 0, 0, 0, 0, 0))
    yield Case("PNG", "frame of 3,600 MP", head + png_chunk(b"acTL", struct.pack(">II", 9, 0)) + control + body + end)


def _boxes(good: bytes) -> Iterator[Case]:
    kind = good[: int.from_bytes(good[:4], "big")]
    for name in (b"meta", b"moov", b"iprp", b"dinf", b"iinf"):
        nested = b""
        for _ in range(3000):
            nested = struct.pack(">I", len(nested) + 12) + name + bytes(4) + nested
        yield Case("boxes", f"3,000 of {name.decode()} in each other", kind + nested, REFUSED)
    for size in (0, 1, 7, 0x7FFFFFFF, 0xFFFFFFFF):
        at = good.index(b"meta") - 4
        yield Case("boxes", f"meta of {size}", good[:at] + struct.pack(">I", size) + good[at + 4 :])
    for name in (b"iloc", b"iinf", b"ipco", b"ipma", b"hvcC", b"pitm", b"hdlr", b"infe"):
        at = good.index(name) + 4
        yield Case("boxes", f"{name.decode()} of FF", good[:at] + b"\xff" * 24 + good[at + 24 :])
        yield Case("boxes", f"{name.decode()} gone", good[: at - 4] + b"free" + good[at:])
    for brand in (b"mif1", b"msf1", b"hevc", b"heix", b"avif", b"qt  "):
        yield Case("boxes", f"brand {brand.decode()}", good[:8] + brand + good[12:])


def _polyglots(good: dict[str, bytes]) -> Iterator[Case]:
    archive = BytesIO()
    with ZipFile(archive, "w") as inside:
        inside.writestr("run.sh", SECRET)
    page = f"<html><script>alert('{SECRET}')</script></html>".encode()
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for tail, behind in {"ZIP": archive.getvalue(), "HTML": page, "SVG": drawing, "PHP": b"<?php exit();"}.items():
        for kind, data in good.items():
            must = EITHER if kind == "HEIC" else PICTURE
            yield Case("polyglots", f"{kind} and {tail}", data + behind, must)
        yield Case("polyglots", f"{tail} and JPEG", behind + good["JPEG"], REFUSED)
        yield Case("polyglots", f"JPEG with {tail} as comment", encode(four_colours(), comment=behind), PICTURE)
    for kind, head in SIGNATURES.items():
        for other, data in good.items():
            if not other.startswith(kind) and (kind, other) not in (("JPEG", "progressive"), ("WEBP", "lossless")):
                yield Case("polyglots", f"{kind}'s head on {other}", head + data[len(head) :])


def _strangers(dice: random.Random) -> Iterator[Case]:
    for kind in ("GIF", "BMP", "TIFF", "ICO", "AVIF", "JPEG2000", "PPM", "TGA", "PDF", "EPS", "DDS"):
        yield Case("strangers", kind, encode(four_colours((16, 16)), kind), REFUSED)
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'
    for name, data in {
        "nothing": b"", "one byte": b"\xff", "two bytes": b"\xff\xd8", "HTML": b"<html>", "XML bomb": entities,
        "script": b"#!/bin/sh\nrm -rf /", "film": b"\0\0\0\x18ftypmp42" + bytes(99), "ZIP": b"PK\3\4" + bytes(99),
        "noise": dice.randbytes(1_000_000), "zeros": bytes(1_000_000), "21 MB": b"\xff\xd8\xff" + bytes(21 << 20),
    }.items():  # fmt: skip
        yield Case("strangers", name, data, REFUSED)
    for kind, head in SIGNATURES.items():
        yield Case("strangers", f"{kind}'s head alone", head, REFUSED)
        yield Case("strangers", f"{kind}'s head and zeros", head + bytes(300_000), REFUSED)
        yield Case("strangers", f"{kind}'s head and noise", head + dice.randbytes(300_000), REFUSED)


def heavy() -> Iterator[Case]:
    """As large as is let in, and larger: a second or more of work each, and as much to make them."""
    big = Image.linear_gradient("L").resize((8192, 6144))
    for mode, kind, must, options in (
        ("RGB", "JPEG", PICTURE, {}),
        ("RGB", "JPEG", EITHER, {"progressive": True, "subsampling": 0}),
        ("CMYK", "JPEG", EITHER, {"progressive": True}),
        ("L", "JPEG", PICTURE, {"progressive": True}),
        ("RGB", "PNG", EITHER, {"compress_level": 1}),
        ("RGBA", "PNG", EITHER, {"compress_level": 1}),
        ("LA", "PNG", EITHER, {"compress_level": 1}),
        ("1", "PNG", PICTURE, {}),
        ("RGB", "WEBP", EITHER, {"method": 0}),
        ("RGB", "HEIF", EITHER, {"quality": 30}),
    ):
        name = f"{kind} {mode} {' '.join(options)}"
        yield Case("50 megapixels", name, encode(big.convert(mode), kind, **options), must)
    white = zlib.compress(bytes(8192 * 8193), 9)
    head = png(65_535, 8192, bits=1, colour_type=0)[:33]
    yield Case("50 megapixels", "PNG 65535x8192, 1 bit", head + png_chunk(b"IDAT", white) + png(1, 1)[-12:], REFUSED)
