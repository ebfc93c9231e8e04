"""A film, a voice: kept as it is, less what its maker wrote beside it."""

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.films import BadFilm, bare
from media.sound import checksum
from tests.media.films import FRAME, MAKER, POSITION, SAID, WHERE, box, film, handler, page, track, voice


@pytest.mark.parametrize("made", [film(), film(brand=b"qt  "), film(chunks=b"co64"), film(others=False)])
def test_a_film_tells_neither_where_nor_when_nor_with_what(made: bytes) -> None:
    kept = bare(made)
    assert len(kept) == len(made)
    assert WHERE not in kept
    assert MAKER not in kept
    assert struct.pack(">I", 3_800_000_000) not in kept
    assert bare(kept) == kept


def test_what_is_seen_and_heard_stays_where_it_was() -> None:
    made = film()
    kept = bare(made)
    assert kept.index(FRAME) == made.index(FRAME)
    assert kept.index(SAID) == made.index(SAID)
    assert POSITION not in kept
    for table in (b"stco", b"stsz", b"stsc", b"stts"):
        assert kept.count(table) == made.count(table)


def test_what_a_camera_hung_on_behind_goes() -> None:
    kept = bare(film(behind=b"\0\0\0\x03SEFH" + MAKER + WHERE + b"SEFT"))
    assert MAKER not in kept
    assert WHERE not in kept


def test_times_of_64_bits_go_too() -> None:
    head = box(b"ftyp", b"isom", bytes(4))
    wide = box(b"mvhd", b"\1\0\0\0", struct.pack(">QQ", 7_800_000_000, 7_800_000_001), bytes(88))
    kept = bare(head + box(b"moov", wide))
    assert struct.pack(">Q", 7_800_000_000) not in kept
    assert kept.startswith(head)


def test_a_voice_says_only_what_was_said() -> None:
    made = voice()
    kept = bare(made)
    assert WHERE not in kept
    assert MAKER not in kept
    assert kept.count(SAID) == 2
    assert len(kept) == len(made)
    tags = bytearray(kept[kept.index(b"OggS", 1) : kept.index(b"OggS", kept.index(b"OggS", 1) + 1)])
    told, tags[22:26] = tags[22:26], bytes(4)
    assert told == struct.pack("<I", checksum(tags))
    assert bare(kept) == kept


def test_comments_over_several_pages_go_and_the_sound_behind_them_stays() -> None:
    head = b"OpusHead" + bytes([1, 1]) + bytes(9)
    first, rest = b"OpusTags" + MAKER * 20, MAKER + WHERE
    pages = page(0, head, flags=2)
    first = first[: len(first) // 255 * 255]
    pages += page(1, first, segments=bytes([255] * (len(first) // 255)))
    pages += page(2, rest + SAID, flags=1, segments=bytes([len(rest), len(SAID)]))
    kept = bare(pages + b"trailing " + MAKER)
    assert MAKER not in kept
    assert kept.endswith(SAID)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_a_film"),
        (b"\xff\xd8\xff\xe0 a photo", "not_a_film"),
        (b"\x1aE\xdf\xa3" + bytes(64), "not_a_film"),  # WebM
        (b"ID3\4" + bytes(64), "not_a_film"),
        (b"RIFF\0\0\0\0AVI " + bytes(64), "not_a_film"),
        (box(b"ftyp", b"isom"), "broken"),
        (film()[:-300], "broken"),
        (film() + film(), "broken"),
        (box(b"ftyp", b"isom") + struct.pack(">I4s", 7, b"moov"), "broken"),
        (box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"moov", 2**63), "broken"),
        (box(b"ftyp", b"isom") + box(b"moov", track(b"vide", 2**31, POSITION)), "broken"),
        (box(b"ftyp", b"isom") + box(b"moov", box(b"trak", box(b"mdia", handler(b"vide")))), "broken"),
        (film() + box(b"moof", box(b"mfhd", bytes(8))), "broken"),  # samples nobody has looked for
        (voice()[:60], "broken"),
        (page(0, b"OpusHead" + bytes(11), flags=2), "broken"),
        (page(0, b"\x01vorbis" + bytes(20), flags=2), "not_a_film"),
        (voice() + page(0, b"OpusHead" + bytes(11), flags=2, serial=b"efgh"), "not_a_film"),
        (bytes(20 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_what_is_not_understood_is_not_kept(data: bytes, reason: str) -> None:
    with pytest.raises(BadFilm) as refused:
        bare(data)
    assert refused.value.reason == reason


def test_a_film_in_pieces_without_other_tracks_is_kept() -> None:
    assert bare(film(others=False) + box(b"moof", box(b"mfhd", bytes(8)), box(b"uuid", WHERE)) + box(b"mdat", SAID))


@pytest.mark.parametrize(
    "hostile",
    [
        box(b"ftyp", b"isom") + box(b"moov", box(b"free") * 400_000),
        box(b"ftyp", b"isom") + box(b"free") * 2_000_000,
        b"".join([page(0, b"OpusHead" + bytes(11), flags=2), page(1, b"OpusTags" + bytes(8))])
        + page(2, b"", segments=b"\0") * 200_000,
    ],
)
def test_a_file_of_nothing_but_boxes_takes_no_second(hostile: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(BadFilm):
        bare(hostile)
    assert time.process_time() - begun < 1


def test_boxes_within_boxes_end() -> None:
    nest = b""
    for _ in range(500):
        nest = box(b"moov", nest)
    bare_or_bad(box(b"ftyp", b"isom") + nest)
    with pytest.raises(BadFilm):
        bare(box(b"ftyp", b"isom") + box(b"moov", box(b"trak", box(b"mdia", *[box(b"minf", box(b"stbl"))] * 30_000))))


def bare_or_bad(data: bytes) -> bytes | None:
    """None: refused, for one of the three reasons."""
    try:
        return bare(data)
    except BadFilm as bad:
        return None if bad.reason in ("too_large", "not_a_film", "broken") else b"?" * len(data) * 2


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([film(), film(brand=b"qt  "), voice()]), st.data())
def test_whatever_is_broken_in_it_nothing_else_is_raised(made: bytes, data: st.DataObject) -> None:
    hurt = bytearray(made)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(hurt) - 1))
        hurt[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    kept = bare_or_bad(bytes(hurt))
    assert kept is None or len(kept) <= len(hurt)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"\0\0\0\x10ftypisom\0\0\0\0", b"OggS"]))
def test_bytes_of_anybody_raise_nothing_else(data: bytes, front: bytes) -> None:
    bare_or_bad(front + data)
