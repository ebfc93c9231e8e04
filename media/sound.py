"""A voice as a messenger records it, without its comments: OGG pages with Opus in them (RFC 3533, RFC 7845)."""

import struct
from functools import cache

MAX_PAGES = 20_000
HEADER = 27  # bytes of a page before its table of segments
CHECKSUM = 22, 26  # where in it the checksum stands
BEGINS, GOES_ON = 2, 1


class BadFilm(ValueError):
    """A film or a voice that is not kept; reason: too_large, not_a_film or broken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def bare_ogg(data: bytes) -> bytes:
    """One stream of Opus whose second packet, the comments, says nothing. What follows the last page is cut off."""
    sound, at, stream, in_comments = bytearray(data), 0, b"", 0
    for number in range(MAX_PAGES):
        if data[at : at + 4] != b"OggS" or at + HEADER > len(data):
            break
        segments = data[at + HEADER : at + HEADER + data[at + 26]]
        body = at + HEADER + data[at + 26]
        end = body + sum(segments)
        if len(segments) != data[at + 26] or end > len(data):
            raise BadFilm("broken")
        serial, flags = data[at + 14 : at + 18], data[at + 5]
        if number == 0:
            if not data.startswith(b"OpusHead", body):
                raise BadFilm("not_a_film")
            stream = serial
        elif serial != stream or flags & BEGINS:
            raise BadFilm("not_a_film")  # several streams: whatever else there is, it is no voice message
        if in_comments == 0 and number == 1:
            if not data.startswith(b"OpusTags", body):
                raise BadFilm("broken")
            in_comments = 1
        if in_comments == 1 and number >= 1:
            in_comments = _blank_comments(sound, at, body, segments, is_first=number == 1)
        at = end
    else:
        raise BadFilm("broken")
    if in_comments != 2:
        raise BadFilm("broken")
    return bytes(sound[:at])


def _blank_comments(sound: bytearray, at: int, body: int, segments: bytes, *, is_first: bool) -> int:
    """Returns 2 where the packet of comments ends on this page, else 1."""
    length, is_over = 0, False
    for size in segments:
        length += size
        if size < 255:
            is_over = True
            break
    nothing = b"OpusTags" + struct.pack("<II", 0, 0) if is_first else b""
    if is_first and length < len(nothing):
        raise BadFilm("broken")
    sound[body : body + length] = nothing + bytes(length - len(nothing))
    end = body + sum(segments)
    sound[at + CHECKSUM[0] : at + CHECKSUM[1]] = bytes(4)
    sound[at + CHECKSUM[0] : at + CHECKSUM[1]] = struct.pack("<I", checksum(sound[at:end]))
    return 2 if is_over else 1


def checksum(page: bytes | bytearray) -> int:
    """Of a page whose own checksum is zero: CRC-32 with the polynomial 0x04C11DB7, nothing turned round."""
    total = 0
    for byte in page:
        total = (total << 8 & 0xFFFFFFFF) ^ _table()[(total >> 24) ^ byte]
    return total


@cache
def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 & 0xFFFFFFFF) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        found.append(value)
    return tuple(found)
