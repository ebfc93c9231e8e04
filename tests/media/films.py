"""Films and voices made on the spot, box by box: what a telephone writes beside them, and what is made to hurt."""

import struct

from media.sound import checksum

WHERE = b"+34.2610+108.9421/"
MAKER = b"Kept By The Camera"
FRAME, SAID, POSITION = b"\x01picture" * 8, b"\x02sound" * 8, b"\x03GPS5" + WHERE * 2


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def times(kind: bytes, rest: int) -> bytes:
    return box(kind, struct.pack(">IIII", 0, 3_800_000_000, 3_800_000_001, 1000), bytes(rest))


def handler(kind: bytes) -> bytes:
    return box(b"hdlr", bytes(8), kind, bytes(12), MAKER + b"\0")


def described(kind: bytes) -> bytes:
    if kind != b"vide":
        return box(b"stsd", bytes(4), struct.pack(">I", 1), box(b"mp4a", bytes(28)))
    entry = box(b"avc1", bytes(42), struct.pack(">B31s", len(MAKER), MAKER), bytes(4))
    return box(b"stsd", bytes(4), struct.pack(">I", 1), entry)


def track(kind: bytes, offset: int, sample: bytes, *, chunks: bytes = b"stco") -> bytes:
    where = struct.pack(">I" if chunks == b"stco" else ">Q", offset)
    table = box(
        b"stbl", described(kind),
        box(b"stts", bytes(4), struct.pack(">III", 1, 1, 1)),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 1, 1)),
        box(b"stsz", bytes(4), struct.pack(">III", 0, 1, len(sample))),
        box(chunks, bytes(4), struct.pack(">I", 1), where),
    )  # fmt: skip
    minf = box(b"minf", box(b"vmhd", bytes(12)), box(b"dinf", box(b"dref", bytes(8))), table)
    mdia = box(b"mdia", times(b"mdhd", 8), handler(kind), minf)
    return box(b"trak", times(b"tkhd", 72), mdia, box(b"udta", box(b"name", MAKER)), box(b"meta", bytes(4), WHERE))


def film(*, brand: bytes = b"isom", others: bool = True, behind: bytes = b"", chunks: bytes = b"stco") -> bytes:
    """As a telephone makes it: the samples first, then what is told of them, positions and the maker's name between."""
    front = box(b"ftyp", brand, bytes(4), b"isom") + box(b"free", MAKER)
    start = len(front) + 8
    samples = FRAME + SAID + POSITION
    tracks = [track(b"vide", start, FRAME, chunks=chunks), track(b"soun", start + len(FRAME), SAID, chunks=chunks)]
    if others:
        tracks.append(track(b"meta", start + len(FRAME) + len(SAID), POSITION, chunks=chunks))
    told = box(b"udta", box(b"\xa9xyz", WHERE), box(b"\xa9mak", MAKER), box(b"meta", bytes(4), MAKER))
    moov = box(b"moov", times(b"mvhd", 80), *tracks, told, box(b"uuid", bytes(16), WHERE), box(b"gps ", WHERE))
    return front + box(b"mdat", samples) + moov + box(b"uuid", bytes(16), b"<xmp>" + MAKER) + behind


def page(number: int, payload: bytes, *, flags: int = 0, serial: bytes = b"abcd", segments: bytes = b"") -> bytes:
    table = segments or bytes([255] * (len(payload) // 255)) + bytes([len(payload) % 255])
    head = b"OggS\0" + bytes([flags]) + bytes(8) + serial + struct.pack("<I", number)
    made = bytearray(head + bytes(4) + bytes([len(table)]) + table + payload)
    made[22:26] = struct.pack("<I", checksum(made))
    return bytes(made)


def voice(comment: bytes = b"LOCATION=" + WHERE) -> bytes:
    vendor = MAKER
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<II", 1, len(comment)) + comment
    head = b"OpusHead" + bytes([1, 1]) + bytes(9)
    return page(0, head, flags=2) + page(1, tags) + page(2, SAID) + page(3, SAID, flags=4)
