"""What is no photo, or made to hurt, is refused with a reason or comes out clean; nothing else ever happens."""

import asyncio
import random
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from media.opening import MAX_BYTES, MAX_PIXELS, MAX_SCANS
from media.photos import BadPicture, clean
from media.picture import Picture
from media.workshop import Workshop
from tests.hostile.broken import broken
from tests.hostile.case import REFUSED, Case
from tests.hostile.changing import changed, good_files
from tests.hostile.judging import judged
from tests.hostile.odd import odd
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
    opened,
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


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    opened = Workshop(niceness=0)
    yield opened
    opened.stop()


def is_clean_or_refused(workshop: Workshop, data: bytes) -> None:
    """In a worker: what hurts it must not hurt the test."""
    (verdict,) = asyncio.run(judged(workshop, [Case("", "", data)]))
    assert verdict.is_as_it_must, verdict.answer


async def test_every_second_file_of_the_corpus(workshop: Workshop) -> None:
    """All of them, the large ones too: `python -m tests.hostile`."""
    cases = [case for made in (odd(), broken(20261122)) for case in made][::2]
    verdicts = await judged(workshop, cases)
    assert len(verdicts) > 200
    assert [(v.case.group, v.case.name, v.answer) for v in verdicts if not v.is_as_it_must] == []
    assert workshop.peak_kb < 400_000
    assert workshop.deaths == 0


class AsTheyCome:
    """What was looked at is kept as the stranger sent it."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    async def clean(self, data: bytes, *, hides: bool = True) -> Picture:
        return replace(await self.workshop.clean(data, hides=hides), image=data)


class WithoutReasons(AsTheyCome):
    """Whatever is wrong with a file is only an error."""

    async def clean(self, data: bytes, *, hides: bool = True) -> Picture:
        try:
            return await self.workshop.clean(data, hides=hides)
        except BadPicture as bad:
            raise ValueError(bad.reason) from None


@pytest.mark.parametrize(("mutant", "answer"), [(AsTheyCome, "picture"), (WithoutReasons, "unanswered")])
async def test_control_kept_as_they_come_or_refused_without_a_reason(
    workshop: Workshop, mutant: type[AsTheyCome], answer: str
) -> None:
    shown = Case("", "", encode(four_colours(), exif=exif(gps=HUIZHOU, note=SECRET)))
    refused = Case("", "", b"\xff\xd8\xff<html>", REFUSED)
    verdicts = await judged(mutant(workshop), [shown, refused])  # type: ignore[arg-type]
    assert [verdict.answer.partition(":")[0] for verdict in verdicts if not verdict.is_as_it_must] == [answer]
    assert all(verdict.is_as_it_must for verdict in await judged(workshop, [shown, refused]))


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(good_files())), share=st.floats(0, 0.9))
def test_truncated_anywhere(workshop: Workshop, kind: str, share: float) -> None:
    data = good_files()[kind]
    cut = data[: int(len(data) * share)]
    if kind == "JPEG":
        is_clean_or_refused(workshop, cut)
    else:
        assert refusal(cut) in ("broken", "not_a_picture")


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(sorted(good_files())), dice=st.randoms(use_true_random=False))
def test_changed_anywhere(workshop: Workshop, kind: str, dice: random.Random) -> None:
    is_clean_or_refused(workshop, changed(good_files()[kind], dice))


@settings(max_examples=80, deadline=None)
@given(
    head=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\1\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]),
    tail=st.binary(max_size=2000),
)
def test_random_bytes(workshop: Workshop, head: bytes, tail: bytes) -> None:
    is_clean_or_refused(workshop, head + tail)


@pytest.mark.parametrize("size", [(640, 480), (3000, 2000)])  # as it is, and decoded at half its size
def test_a_jpeg_that_breaks_off_shows_what_came_through(size: tuple[int, int]) -> None:
    noisy = Image.effect_noise(size, 40).convert("RGB")
    whole = encode(noisy, quality=90)
    photo = clean(whole[: len(whole) * 7 // 10])
    assert photo.width == min(size[0], 1280)
    there = photo.height / photo.width / (size[1] / size[0])
    assert 0.6 < there < 0.72  # Pillow reads 64 kB at a time: the last rows may be missing
    lowest = opened(photo.image).convert("L").crop((0, photo.height - 8, photo.width, photo.height))
    assert lowest.getextrema() != (0, 0)
    assert ImageStat.Stat(lowest).mean[0] == pytest.approx(
        128, abs=25
    )  # noise to the very edge, neither black nor grey
    assert ImageStat.Stat(lowest).stddev[0] > 10


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_of_less_than_half_nothing_is_shown(share: float) -> None:
    whole = encode(Image.effect_noise((640, 480), 40).convert("RGB"), quality=90)
    assert refusal(whole[: int(len(whole) * share)]) == "broken"


def test_of_a_progressive_jpeg_that_breaks_off_there_is_nothing_to_show() -> None:
    whole = encode(Image.effect_noise((640, 480), 40).convert("RGB"), quality=90, progressive=True)
    assert refusal(whole[: len(whole) * 7 // 10]) == "broken"


def test_a_heic_that_claims_too_many_pixels() -> None:
    good = heic(four_colours())
    at = good.index(b"ispe") + 8  # kind, then version and flags, then width and height
    claims = (60_000).to_bytes(4, "big") * 2
    assert refusal(good[:at] + claims + good[at + 8 :]) in ("too_many_pixels", "broken")
