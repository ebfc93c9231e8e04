"""A film or a voice without what its maker wrote beside it: never decoded nor looked at, only its boxes are walked."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media.sound import BadFilm, bare_ogg
from media.tracks import chunks_of

__all__ = ["BadFilm", "bare"]

MAX_BYTES = 20 * 1024 * 1024  # telegram.md: getFile gives no more
MAX_BOXES = 20_000
DEEPEST = 8

HOLDS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex", b"edts", b"dinf"})
"""Boxes that hold boxes."""
KNOWN = {
    b"": frozenset(
        {b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix", b"pdin", b"free", b"skip", b"wide"}
    ),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"mdia", b"edts", b"tref", b"tapt"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf", b"elng"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stsz", b"stz2", b"stsc", b"stco", b"co64", b"sdtp", b"sbgp",
         b"sgpd", b"stsh", b"stps", b"subs", b"saiz", b"saio", b"padb"}
    ),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"saiz", b"saio", b"subs"}),
    b"mvex": frozenset({b"mehd", b"trex"}),
    b"edts": frozenset({b"elst"}),
    b"dinf": frozenset({b"dref"}),
}  # fmt: skip
"""What a film needs to be shown, by the box it stands in. Everything else (udta, meta, uuid, ©xyz, gps …) tells of who
made it, where and with what, and is emptied where it stands, so that no offset moves."""
EMPTY = frozenset({b"free", b"skip", b"wide"})
TIMED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
HANDLER_NAME = 24  # bytes of a hdlr before the name its maker gave it
ENTRY = 8  # bytes of an stsd before its first entry
COMPRESSOR = 50, 82  # of a picture's entry: often the maker of the camera
SHOWN = (b"vide", b"soun")


@dataclass(frozen=True, slots=True)
class Box:
    """head, body, end: offsets in the file; the body begins after the header."""

    kind: bytes
    head: int
    body: int
    end: int


def bare(data: bytes) -> bytes:
    """The same film (MP4, MOV, M4A) or voice (OGG Opus) without its metadata, of the same length or shorter.

    Only samples of pictures and of sound stay: those of other tracks (positions, time codes, subtitles), and whatever
    lies between them, are emptied. What stands within the pictures or the sound stays.
    Raises BadFilm (too_large, not_a_film, broken) and nothing else.
    """
    if len(data) > MAX_BYTES:
        raise BadFilm("too_large")
    if data.startswith(b"OggS"):
        return bare_ogg(data)
    if data[4:8] not in KNOWN[b""] or data[4:8] in (b"styp", b"moof"):
        raise BadFilm("not_a_film")
    film = bytearray(data)
    try:
        _Walk(film).all()
    except (struct.error, IndexError) as error:
        raise BadFilm("broken") from error
    return bytes(film)


class _Walk:
    """One way through the boxes of a film, emptying what is not known."""

    def __init__(self, film: bytearray) -> None:
        self.film, self.met, self.moovs = film, 0, 0
        self.has_pieces = self.has_others = False
        self.bodies: list[Box] = []
        self.shown: list[tuple[int, int]] = []

    def all(self) -> None:
        for box in self._within(0, len(self.film), is_file=True):
            self._look(box, b"", 0)
        # In a film in pieces nobody has looked where the samples of the other tracks lie.
        if self.moovs != 1 or (self.has_pieces and self.has_others):
            raise BadFilm("broken")
        if not self.has_pieces:
            self._wipe_between()

    def _wipe_between(self) -> None:
        """What belongs to no picture and no sound."""
        shown, number, at = sorted(self.shown), 0, 0
        for body in self.bodies:  # one behind the other, so that each piece is met once
            at = max(at, body.body)
            while number < len(shown) and shown[number][0] < body.end:
                start, end = shown[number]
                self._wipe(at, start)
                at = max(at, end)
                if end > body.end:
                    break  # it reaches into the next
                number += 1
            self._wipe(at, body.end)

    def _within(self, start: int, end: int, *, is_file: bool = False) -> Iterator[Box]:
        at = start
        while end - at >= 8:
            self.met += 1
            if self.met > MAX_BOXES:
                raise BadFilm("broken")
            size, kind = struct.unpack_from(">I4s", self.film, at)
            body = at + 8
            if size == 1 and end - at >= 16:
                (size,), body = struct.unpack_from(">Q", self.film, body), at + 16
            elif size == 0 and is_file:
                size = end - at
            if size < body - at or at + size > end:
                if is_file and self.moovs:
                    break  # what a camera hung on behind the film
                raise BadFilm("broken")
            yield Box(kind, at, body, at + size)
            at += size
        self._wipe(at, end)

    def _look(self, box: Box, within: bytes, depth: int) -> None:
        if depth > DEEPEST:
            raise BadFilm("broken")
        if box.kind not in KNOWN.get(within, ()):
            self.film[box.head + 4 : box.head + 8] = b"free"
            self._wipe(box.body, box.end)
        elif box.kind in EMPTY:
            self._wipe(box.body, box.end)
        elif box.kind in TIMED:
            self._forget_times(box)
        elif box.kind == b"mdat":
            self.bodies.append(box)
        elif box.kind == b"hdlr":
            self._wipe(min(box.body + HANDLER_NAME, box.end), box.end)
        elif box.kind in HOLDS:
            self.moovs += box.kind == b"moov"
            self.has_pieces |= box.kind == b"moof"
            if box.kind == b"trak":
                self._look_at_track(box)
            for inner in self._within(box.body, box.end):
                self._look(inner, box.kind, depth + 1)

    def _look_at_track(self, trak: Box) -> None:
        """Before its boxes are looked at: where its samples lie, if it is picture or sound."""
        handler, stbl = b"", dict[bytes, bytes]()
        for box in self._deep(trak, frozenset({b"mdia", b"minf", b"stbl"}), 0):
            if box.kind == b"hdlr" and not handler:
                handler = bytes(self.film[box.body + 8 : box.body + 12])
            elif box.kind in (b"stsc", b"stsz", b"stco", b"co64"):
                stbl.setdefault(box.kind, bytes(self.film[box.body : box.end]))
            elif box.kind == b"stsd" and handler == b"vide" and box.end >= box.body + ENTRY + COMPRESSOR[1]:
                self._wipe(box.body + ENTRY + COMPRESSOR[0], box.body + ENTRY + COMPRESSOR[1])
        if handler in SHOWN:
            self.shown += chunks_of(stbl, len(self.film))
        else:
            self.has_others = True

    def _deep(self, outer: Box, holds: frozenset[bytes], depth: int) -> Iterator[Box]:
        for box in self._within(outer.body, outer.end):
            if box.kind in holds and depth < DEEPEST:
                yield from self._deep(box, holds, depth + 1)
            else:
                yield box

    def _forget_times(self, box: Box) -> None:
        """When it was made, and when changed: two times of 4 bytes, of 8 in version 1, behind version and flags."""
        wide = 8 if self.film[box.body] == 1 else 4
        self._wipe(box.body + 4, min(box.body + 4 + 2 * wide, box.end))

    def _wipe(self, start: int, end: int) -> None:
        self.film[start:end] = bytes(max(0, end - start))
