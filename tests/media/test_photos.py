"""What comes out of clean() is small, upright, bare; what is no photo is refused with a reason and nothing worse."""

import random

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from media.photos import Picture, clean
from tests.media.pictures import (
    HUIZHOU,
    PUNCTUAL,
    QUARTERS,
    SECRET,
    assert_bare,
    corners,
    encode,
    exif,
    four_colours,
    heic,
    opened,
    png,
)


def colour_at(photo: Picture, spot: tuple[int, int]) -> tuple[int, ...]:
    seen = opened(photo.image).getpixel(spot)
    assert isinstance(seen, tuple)
    return seen


def swapped_primaries() -> bytes:
    """sRGB's profile with its tags for red and green exchanged: red in such a file means sRGB's green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


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
        encode(four_colours(), exif=facts, comment=SECRET),
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
    film = bytes(64) + b"\xff\xda\0\2" * 500 + random.Random(1).randbytes(2_000_000) + SECRET.encode()
    assert_bare(clean(encode(four_colours()) + film))


def test_a_name_counts_for_nothing() -> None:
    # clean() is never told a name; a PNG that claims to be a JPEG in its own text is still a PNG.
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "photo.jpg")
    assert corners(opened(clean(encode(four_colours(), "PNG", pnginfo=text)).image)) == QUARTERS


def test_the_same_file_gives_the_same_photo() -> None:
    data = encode(four_colours(), exif=exif(gps=HUIZHOU))
    assert clean(data) == clean(data)
