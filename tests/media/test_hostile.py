"""What is no photo, or made to hurt, is refused with a reason or comes out clean; nothing else ever happens."""

import random
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.opening import MAX_BYTES, MAX_PIXELS, MAX_SCANS
from media.photos import BadPicture, clean
from tests.media.pictures import (
    HUIZHOU,
    PUNCTUAL,
    SECRET,
    assert_bare,
    encode,
    exif,
    four_colours,
    heic,
    many_scans,
    png,
    png_chunk,
    png_of_chunks,
)

# As media.opening does for the program; pytest forgets such filters between tests.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")


def refusal(data: bytes) -> str:
    with pytest.raises(BadPicture) as refused:
        clean(data)
    return refused.value.reason


def test_a_huge_exif_does_no_harm() -> None:
    photo = clean(encode(four_colours(), exif=exif(gps=HUIZHOU, note=SECRET * 3000)))
    assert photo.latitude == pytest.approx(23.09)
    assert_bare(photo)


def test_exif_offsets_that_point_nowhere_do_no_harm() -> None:
    dice = random.Random(20261122)
    good = encode(four_colours(), exif=exif(gps=HUIZHOU, times=PUNCTUAL))
    start = good.index(b"Exif\0\0") + 6
    for _ in range(200):
        bad = bytearray(good)
        for _ in range(8):
            bad[start + dice.randrange(200)] = dice.randrange(256)
        assert_bare(clean(bytes(bad)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "not_a_picture", id="nothing"),
        pytest.param(b"<html><script>alert(1)</script></html>", "not_a_picture", id="html"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "not_a_picture", id="svg"),
        pytest.param(b"%PDF-1.7\n", "not_a_picture", id="pdf"),
        pytest.param(encode(four_colours(), "GIF"), "not_a_picture", id="gif"),
        pytest.param(encode(four_colours(), "BMP"), "not_a_picture", id="bmp"),
        pytest.param(encode(four_colours(), "TIFF"), "not_a_picture", id="tiff"),
        pytest.param(encode(four_colours(), "AVIF"), "not_a_picture", id="avif"),
        pytest.param(b"\xff\xd8\xff<html>", "broken", id="html behind a JPEG's first bytes"),
        pytest.param(b"\0\0\0\x18ftypheic", "broken", id="the head of a HEIC"),
        pytest.param(b"\0\0\0\x18ftypmp42" + bytes(99), "not_a_picture", id="a film"),
        pytest.param(png(65_535, 65_535), "too_many_pixels", id="bomb of 4,295 megapixels"),
        pytest.param(png(8_000, 6_000), "broken", id="header of 48 megapixels with nothing behind"),
        pytest.param(png(0, 0), "broken", id="no pixels"),
        pytest.param(png(16, 16, colour_type=6, rows=b"\0"), "broken", id="too few rows"),
        pytest.param(many_scans(MAX_SCANS), "broken", id="scan bomb"),
        pytest.param(b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000, "broken", id="comment bomb"),
        pytest.param(png_of_chunks(100_000), "broken", id="chunk bomb"),
        pytest.param(b"\xff\xd8\xff" + bytes(MAX_BYTES), "too_large", id="21 MB"),
    ],
)
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_there_is_no_gap_between_pillows_warning_and_its_error() -> None:
    assert refusal(png(9_000, 9_000)) == "too_many_pixels"


def test_a_broken_checksum_is_broken() -> None:
    good = encode(four_colours(), "PNG")
    at = good.index(b"IDAT") + 8
    assert refusal(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]) == "broken"


def test_a_text_chunk_bomb_is_broken_or_harmless() -> None:
    bomb = png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))
    good = encode(four_colours(), "PNG")
    assert refusal(good[:33] + bomb + good[33:]) == "broken"


def test_many_scans_are_fine_up_to_the_limit() -> None:
    assert_bare(clean(many_scans(20)))


def test_many_chunks_are_fine_up_to_the_limit() -> None:
    assert_bare(clean(png_of_chunks(5_000)))


def test_the_limits_let_a_phones_50_megapixels_in() -> None:
    assert MAX_PIXELS >= 8192 * 6144


GOOD = {
    "JPEG": encode(four_colours(), exif=exif(gps=HUIZHOU, times=PUNCTUAL)),
    "progressive": encode(four_colours(), progressive=True),
    "PNG": encode(four_colours(), "PNG"),
    "WEBP": encode(four_colours(), "WEBP"),
    "HEIC": heic(four_colours()),
}


def is_clean_or_refused(data: bytes) -> None:
    try:
        photo = clean(data)
    except BadPicture as refused:
        assert re.fullmatch("too_large|not_a_picture|too_many_pixels|broken", refused.reason)  # noqa: PT017
    else:
        assert_bare(photo)


@settings(max_examples=100, deadline=None)
@given(kind=st.sampled_from(sorted(GOOD)), share=st.floats(0, 0.9))
def test_truncated_anywhere(kind: str, share: float) -> None:
    data = GOOD[kind]
    assert refusal(data[: int(len(data) * share)]) in ("broken", "not_a_picture")


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(GOOD)), data=st.data())
def test_changed_anywhere(kind: str, data: st.DataObject) -> None:
    changed = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    is_clean_or_refused(bytes(changed))


@settings(max_examples=100, deadline=None)
@given(
    head=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\1\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]),
    tail=st.binary(max_size=2000),
)
def test_random_bytes(head: bytes, tail: bytes) -> None:
    is_clean_or_refused(head + tail)


def test_a_heic_that_claims_too_many_pixels() -> None:
    good = heic(four_colours())
    at = good.index(b"ispe") + 8  # kind, then version and flags, then width and height
    claims = (60_000).to_bytes(4, "big") * 2
    assert refusal(good[:at] + claims + good[at + 8 :]) in ("too_many_pixels", "broken")
