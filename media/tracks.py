"""Where the samples of a track lie in a film (ISO 14496-12, 8.7)."""

import struct
from collections.abc import Iterator, Mapping

from media.sound import BadFilm

MAX_SAMPLES = 500_000


def chunks_of(tables: Mapping[bytes, bytes], length: int) -> Iterator[tuple[int, int]]:
    """Start and end of each run of samples in a film of that length. tables: kind -> the body of stsz, stsc and stco
    or co64. Raises BadFilm where they are not all there or lead out of the film, struct.error where they are cut."""
    if b"stsz" not in tables:
        raise BadFilm("broken")
    sizes, count = _sizes(tables[b"stsz"])
    if not count:
        return
    if b"stsc" not in tables or not ({b"stco", b"co64"} & tables.keys()):
        raise BadFilm("broken")
    sample = 0
    for start, many in _chunks(tables):
        last = min(sample + many, count)
        end = start + (sum(sizes[sample:last]) if isinstance(sizes, tuple) else sizes * (last - sample))
        if end > length:
            raise BadFilm("broken")
        yield start, end
        sample = last
    if sample < count:
        raise BadFilm("broken")  # samples that lie nobody knows where


def _sizes(table: bytes) -> tuple[tuple[int, ...] | int, int]:
    """Of each sample its bytes, or of all of them where they are alike; and how many there are."""
    same, count = struct.unpack_from(">II", table, 4)
    if count > MAX_SAMPLES:
        raise BadFilm("broken")
    return same or struct.unpack_from(f">{count}I", table, 12), count


def _chunks(tables: Mapping[bytes, bytes]) -> Iterator[tuple[int, int]]:
    """Of each chunk its offset in the film, and how many samples it has."""
    is_wide = b"co64" in tables
    table, runs = tables[b"co64" if is_wide else b"stco"], tables[b"stsc"]
    (count,), (many,) = struct.unpack_from(">I", table, 4), struct.unpack_from(">I", runs, 4)
    if max(count, many) > MAX_SAMPLES or not many:
        raise BadFilm("broken")
    offsets = struct.unpack_from(f">{count}{'Q' if is_wide else 'I'}", table, 8)
    run, entries = 0, list(struct.iter_unpack(">III", runs[8 : 8 + 12 * many]))
    for number, offset in enumerate(offsets, 1):
        while run + 1 < len(entries) and entries[run + 1][0] <= number:
            run += 1
        yield offset, entries[run][1]
