"""Before and after: both there, in order, in one shape, whatever the two were."""

from pathlib import Path

import pytest
from PIL import Image

from media.pairs import STRIP_PX, WIDTH_PX, pair
from media.photos import BadPicture
from media.typeface import FONT_FOLDERS, find_font
from tests.media.pictures import HUIZHOU, encode, exif, nearest, opened

CAPTIONS = ("前", "后")
WORDLESS: tuple[Path, ...] = ()
needs_font = pytest.mark.skipif(find_font() is None, reason="no Chinese typeface on this machine")


def plain(colour: str, size: tuple[int, int] = (900, 1200)) -> bytes:
    return encode(Image.new("RGB", size, colour))


def test_before_is_left_and_after_is_right() -> None:
    made = opened(pair(plain("red"), plain("blue"), CAPTIONS))
    assert made.format == "JPEG"
    assert made.width == WIDTH_PX
    assert nearest(made, (WIDTH_PX // 4, made.height // 2)) == "red"
    assert nearest(made, (3 * WIDTH_PX // 4, made.height // 2)) == "blue"


@pytest.mark.parametrize(
    ("first", "second", "height"),
    [
        ((900, 1200), (900, 1200), 848),  # both upright: nothing is cut
        ((1200, 900), (1200, 900), 477),
        ((900, 1200), (1200, 900), 636),  # one of each: they meet in a square
        ((100, 2000), (100, 2000), 1131),  # never taller than 9 : 16
        ((2000, 100), (2000, 100), 477),  # never flatter than 4 : 3
        ((1, 1), (4000, 3000), 551),
    ],
)
def test_both_get_one_shape(first: tuple[int, int], second: tuple[int, int], height: int) -> None:
    made = opened(pair(plain("red", first), plain("blue", second), CAPTIONS, font_folders=WORDLESS))
    assert made.size == (WIDTH_PX, height)


def test_a_sideways_photo_stands_upright_in_it() -> None:
    lying = encode(Image.new("RGB", (1200, 900), "red"), exif=exif(6, gps=HUIZHOU))
    made = opened(pair(lying, plain("blue"), CAPTIONS, font_folders=WORDLESS))
    assert made.size == (WIDTH_PX, 848)


def test_nothing_but_pixels_comes_out() -> None:
    shot = encode(Image.new("RGB", (900, 1200), "red"), exif=exif(gps=HUIZHOU), comment="mine")
    made = pair(shot, shot, CAPTIONS, "标题")
    assert not opened(made).getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(opened(made).info)


@needs_font
def test_a_title_adds_a_strip_of_paper() -> None:
    bare = opened(pair(plain("red"), plain("blue"), CAPTIONS))
    titled = opened(pair(plain("red"), plain("blue"), CAPTIONS, "#LH2611210007 印刷技校门口"))
    assert titled.height == bare.height + STRIP_PX
    strip = titled.crop((0, bare.height + 8, WIDTH_PX, titled.height)).convert("L")
    darkest, lightest = strip.getextrema()
    assert isinstance(darkest, int | float)
    assert isinstance(lightest, int | float)
    assert darkest < 80  # ink
    assert lightest > 240  # on paper


@needs_font
def test_captions_are_seen() -> None:
    with_words = opened(pair(plain("red"), plain("blue"), CAPTIONS))
    without = opened(pair(plain("red"), plain("blue"), ("", "")))
    assert with_words.size == without.size
    corner = (24, 24, 120, 90)
    assert with_words.crop(corner).tobytes() != without.crop(corner).tobytes()


def test_without_a_typeface_the_words_are_left_out() -> None:
    made = pair(plain("red"), plain("blue"), CAPTIONS, "标题", font_folders=WORDLESS)
    assert made == pair(plain("red"), plain("blue"), ("", ""), "", font_folders=WORDLESS)


@needs_font
@pytest.mark.parametrize(
    "title",
    [
        "路" * 5000,
        "一行\n两行\r\n\t三行",
        "\u202e反过来\u200b\x00\ufeff",
        "👷‍♂️🚧️ 修好了",
        "\ud800",
        "   ",
        "<b>#LH2611210007</b>",
    ],
)
def test_a_hostile_title_fits(title: str) -> None:
    made = opened(pair(plain("red"), plain("blue"), (title, title), title))
    assert made.size in ((WIDTH_PX, 848), (WIDTH_PX, 848 + STRIP_PX))
    if made.height > 848:
        right_margin = made.crop((WIDTH_PX - 20, 848 + 8, WIDTH_PX, made.height)).convert("L")
        assert right_margin.getextrema()[0] == pytest.approx(255, abs=6)


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(BadPicture):
        pair(plain("red"), b"<html>", CAPTIONS)


def test_a_folder_without_fonts_has_none(tmp_path: Path) -> None:
    (tmp_path / "NotoSansCJK-Bold.ttc").write_bytes(b"not a font")
    (tmp_path / "notes.txt").write_text("x")
    assert find_font((tmp_path, tmp_path / "missing")) is None


@needs_font
def test_the_mainlands_shapes_are_chosen_from_a_collection() -> None:
    face = find_font(FONT_FOLDERS)
    assert face is not None
    if "cjk" in face.path.name.lower():
        assert "SC" in str(face.at(20).getname()[0]).split()
