"""What comes out of clean() is small, upright, bare; what is no photo is refused with a reason and nothing worse."""

import random
import re
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from media.opening import MAX_BYTES, MAX_PIXELS, MAX_SCANS
from media.photos import BadPicture, Picture, clean
from tests.media.pictures import (
    HUIZHOU,
    PUNCTUAL,
    QUARTERS,
    corners,
    encode,
    exif,
    four_colours,
    heic,
    many_scans,
    png,
    png_chunk,
)

# As media.opening does for the program; pytest forgets such filters between tests.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")

SECRET = "kept-by-the-camera"


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(BytesIO(jpeg))
    picture.load()
    return picture


def colour_at(photo: Picture, spot: tuple[int, int]) -> tuple[int, ...]:
    seen = opened(photo.image).getpixel(spot)
    assert isinstance(seen, tuple)
    return seen


def swapped_primaries() -> bytes:
    """sRGB's profile with its tags for red and green exchanged: red in such a file means sRGB's green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def markers(jpeg: bytes) -> set[int]:
    """Every marker before the first scan."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def assert_bare(photo: Picture) -> None:
    for jpeg in (photo.image, photo.thumbnail):
        # APP0 is JFIF's empty head; APP1-15 would be EXIF, XMP, ICC and the like, FE a comment.
        assert not markers(jpeg) & {*range(0xE1, 0xF0), 0xFE}
        picture = opened(jpeg)
        assert picture.format == "JPEG"
        assert picture.mode == "RGB"
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert SECRET.encode() not in jpeg
    assert (photo.width, photo.height) == opened(photo.image).size


def refusal(data: bytes) -> str:
    with pytest.raises(BadPicture) as refused:
        clean(data)
    return refused.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_usual_kinds_are_let_in(kind: str) -> None:
    photo = clean(encode(four_colours(), kind))
    assert corners(opened(photo.image)) == QUARTERS
    assert_bare(photo)


def test_a_heic_is_let_in_upright_and_with_its_place() -> None:
    made = four_colours((640, 480))
    photo = clean(heic(made, exif=exif(gps=HUIZHOU).tobytes()))
    assert (photo.width, photo.height) == (640, 480)
    assert corners(opened(photo.image)) == QUARTERS
    assert photo.latitude == pytest.approx(23.09)
    assert_bare(photo)


def test_a_heic_is_turned_once_not_twice() -> None:
    # The encoder turns EXIF's orientation into HEIF's own "irot", as a phone does.
    sideways = four_colours((640, 480)).transpose(Image.Transpose.ROTATE_90)
    sideways.info["exif"] = exif(6).tobytes()
    photo = clean(encode(sideways, "HEIF", quality=90))
    assert (photo.width, photo.height) == (640, 480)
    assert corners(opened(photo.image)) == QUARTERS


@pytest.mark.parametrize(
    ("given_px", "kept_px"),
    [
        ((4000, 3000), (1280, 960)),
        ((3000, 4000), (960, 1280)),
        ((640, 480), (640, 480)),
        ((1, 1), (1, 1)),
        ((1281, 20), (400, 20)),  # longer than 20 : 1 cannot be sent as a photo
        ((3, 5000), (3, 60)),
    ],
)
def test_large_ones_are_shrunk_and_small_ones_left(given_px: tuple[int, int], kept_px: tuple[int, int]) -> None:
    photo = clean(encode(Image.new("RGB", given_px, "teal")))
    assert (photo.width, photo.height) == kept_px
    assert max(opened(photo.thumbnail).size) == min(320, max(kept_px))
    assert_bare(photo)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_ends_upright(orientation: int, kind: str) -> None:
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    upright = four_colours()
    stored = upright if undo is None else upright.transpose(undo)
    photo = clean(encode(stored, kind, exif=exif(orientation)))
    assert (photo.width, photo.height) == (64, 48)
    assert corners(opened(photo.image)) == QUARTERS
    assert_bare(photo)


def test_all_the_camera_wrote_is_gone() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET)
    text.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET}</x>")
    facts = exif(gps=HUIZHOU, times=PUNCTUAL, note=SECRET)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (
        encode(four_colours(), exif=facts, comment=SECRET, xmp=SECRET.encode(), icc_profile=profile),
        encode(four_colours(), "PNG", exif=facts, pnginfo=text, icc_profile=profile),
        encode(four_colours(), "WEBP", exif=facts, xmp=SECRET.encode(), icc_profile=profile),
        heic(four_colours((64, 64)), exif=facts.tobytes(), xmp=SECRET.encode()),
    ):
        assert SECRET.encode() in data
        photo = clean(data)
        assert_bare(photo)
        assert photo.latitude == pytest.approx(23.09)
        assert photo.longitude == pytest.approx(114.41)
        assert photo.taken_at is not None


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


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_a_png_may_have(mode: str) -> None:
    grey = Image.new("I;16", (40, 30), 0x8000) if mode == "I;16" else Image.new("L", (40, 30), 128).convert(mode)
    photo = clean(encode(grey, "PNG"))
    assert_bare(photo)
    if mode != "1":  # a single bit has no middle grey
        assert colour_at(photo, (20, 15)) == pytest.approx((128, 128, 128), abs=3)


def test_a_16_bit_colour_png() -> None:
    orange = b"\xff\xff\x80\x00\x00\x00"
    photo = clean(png(8, 8, bits=16, rows=(b"\0" + orange * 8) * 8))
    assert colour_at(photo, (4, 4)) == pytest.approx((255, 128, 0), abs=4)


def test_transparency_becomes_white_paper() -> None:
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    palette = Image.new("P", (32, 32), 0)
    palette.putpalette([10, 20, 30])
    for data in (
        encode(clear, "PNG"),
        encode(clear, "WEBP", lossless=True),
        encode(palette, "PNG", transparency=0),
        encode(Image.new("RGB", (32, 32), (9, 9, 9)), "PNG", transparency=(9, 9, 9)),
    ):
        assert colour_at(clean(data), (16, 16)) == pytest.approx((255, 255, 255), abs=2)


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    photo = clean(encode(Image.new("CMYK", (32, 32), (0, 255, 255, 0))))
    red, green, blue = colour_at(photo, (16, 16))
    assert red > 200
    assert max(green, blue) < 60
    assert_bare(photo)


def test_colours_of_another_space_are_brought_to_srgb() -> None:
    swapped = swapped_primaries()
    red = encode(Image.new("RGB", (32, 32), (255, 0, 0)), "PNG", icc_profile=swapped)
    assert colour_at(clean(red), (16, 16)) == pytest.approx((0, 255, 0), abs=6)


def test_a_profile_that_makes_no_sense_is_left_aside() -> None:
    grey = Image.new("RGB", (32, 32), (128, 128, 128))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"no profile"):
        assert colour_at(clean(encode(grey, icc_profile=profile)), (16, 16)) == pytest.approx((128, 128, 128), abs=2)


def test_a_moving_picture_shows_its_first_frame() -> None:
    first, second = Image.new("RGB", (32, 32), "red"), Image.new("RGB", (32, 32), "blue")
    for kind in ("PNG", "WEBP"):
        photo = clean(encode(first, kind, save_all=True, append_images=[second], duration=100))
        red, _, blue = colour_at(photo, (16, 16))
        assert red > 200 > 50 > blue


def test_what_hangs_behind_a_photo_is_left_behind() -> None:
    film = random.Random(1).randbytes(2_000_000) + b"\xff\xda" * 500 + SECRET.encode()
    assert_bare(clean(encode(four_colours()) + film))


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
        pytest.param(png(9_000, 9_000), "too_many_pixels", id="between Pillow's warning and its error"),
        pytest.param(png(8_000, 6_000), "broken", id="header of 48 megapixels with nothing behind"),
        pytest.param(png(0, 0), "broken", id="no pixels"),
        pytest.param(png(16, 16, colour_type=6, rows=b"\0"), "broken", id="too few rows"),
        pytest.param(many_scans(MAX_SCANS), "broken", id="scan bomb"),
        pytest.param(b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000, "broken", id="comment bomb"),
        pytest.param(b"\xff\xd8\xff" + bytes(MAX_BYTES), "too_large", id="21 MB"),
    ],
)
def test_what_is_refused_and_why(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


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


def test_a_name_counts_for_nothing() -> None:
    # clean() is never told a name; a PNG that claims to be a JPEG in its own text is still a PNG.
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "photo.jpg")
    assert corners(opened(clean(encode(four_colours(), "PNG", pnginfo=text)).image)) == QUARTERS


def test_the_same_file_gives_the_same_photo() -> None:
    data = encode(four_colours(), exif=exif(gps=HUIZHOU))
    assert clean(data) == clean(data)


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
