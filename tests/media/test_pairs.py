"""Before and after: both there, in order, in one shape, whatever they were; and of several the best."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media.lettering import printable
from media.pairs import MARGIN_PX, MOST, Candidate, Words, job, pair
from media.panels import GAP_PX, HALF_PX, KEPT, LIKE, WIDTH_PX, crop_box, fit, lay_out
from media.photos import BadPicture
from media.typeface import FONT_FOLDERS, find_font
from tests.media.pictures import HUIZHOU, encode, exif, four_colours, nearest, opened
from tests.pairs.cases import UPRIGHT, WIDE, blurred, close_up, jpeg, lit, plan, sample, street

SIGNS = Words("前", "后")
WORDLESS: tuple[Path, ...] = ()
needs_font = pytest.mark.skipif(find_font() is None, reason="no Chinese typeface on this machine")


def plain(colour: str, size: tuple[int, int] = (900, 1200)) -> bytes:
    return encode(Image.new("RGB", size, colour))


def made(before: bytes, *after: bytes, words: Words = SIGNS, folders: tuple[Path, ...] = FONT_FOLDERS) -> Image.Image:
    parts = [Candidate(data, party) for party, data in enumerate(after)]
    return opened(pair([Candidate(before, None), *parts], words, font_folders=folders)[0])


def used(before: Sequence[Image.Image], after: Sequence[Image.Image], views: Sequence[str | None] = ()) -> list[int]:
    """Places among before and after of those that are shown."""
    sides = [None] * len(before) + [0] * len(after)
    seen = [*views, *[None] * (len(sides) - len(views))]
    pictures = [jpeg(picture) for picture in (*before, *after)]
    shots = [Candidate(data, side, view) for data, side, view in zip(pictures, sides, seen, strict=True)]
    return pair(shots, SIGNS, font_folders=WORDLESS)[1]


# --- the sheet ---------------------------------------------------------------------------------


def test_before_is_left_and_after_is_right() -> None:
    sheet = made(plain("red"), plain("blue"))
    assert sheet.format == "JPEG"
    assert sheet.width == WIDTH_PX
    assert nearest(sheet, (WIDTH_PX // 4, sheet.height // 2)) == "red"
    assert nearest(sheet, (3 * WIDTH_PX // 4, sheet.height // 2)) == "blue"


def test_two_wide_ones_stand_one_above_the_other() -> None:
    sheet = made(plain("red", (1600, 900)), plain("blue", (1600, 900)), folders=WORDLESS)
    assert sheet.size == (WIDTH_PX, 720 + GAP_PX + 720)
    assert nearest(sheet, (WIDTH_PX // 4, 300)) == "red"
    assert nearest(sheet, (WIDTH_PX // 4, 1100)) == "blue"


@pytest.mark.parametrize(
    ("first", "second", "height"),
    [
        ((900, 1200), (900, 1200), 848),  # both upright: nothing is cut
        ((1200, 900), (1200, 900), 853 + GAP_PX + 853),  # both wide: one above the other, a ninth is cut
        ((900, 1200), (1000, 1000), 734),  # nearly alike: they meet in between
        ((100, 2000), (100, 2000), 1131),  # never taller than 9 : 16
        ((900, 1200), (1200, 900), 960 + GAP_PX + 960),  # one of each: one above the other, each in its own
        ((6000, 800), (800, 3000), 213 + GAP_PX + 960),
        ((2000, 100), (2000, 100), 213 + GAP_PX + 213),  # never flatter than 6 : 1
        ((1, 1), (4000, 3000), 551),
    ],
)
def test_the_size_of_the_sheet(first: tuple[int, int], second: tuple[int, int], height: int) -> None:
    sheet = made(plain("red", first), plain("blue", second), folders=WORDLESS)
    assert sheet.size == (WIDTH_PX, height)


@pytest.mark.parametrize(("after", "rows"), [(2, [1, 2]), (3, [2, 2]), (4, [1, 2, 2]), (5, [2, 2, 2])])
@pytest.mark.parametrize("size", [UPRIGHT, WIDE, (320, 1280), (1280, 320)])
def test_each_department_has_its_panel(after: int, rows: list[int], size: tuple[int, int]) -> None:
    boxes = lay_out([Image.new("RGB", size)] * (1 + after))
    tops = sorted({top for _, top, _, _ in boxes})
    assert [sum(box[1] == top for box in boxes) for top in tops] == rows
    assert boxes[0][:2] == (0, 0)
    assert all(right - left in (WIDTH_PX, HALF_PX) for left, _, right, _ in boxes)
    assert max(bottom for *_, bottom in boxes) < 1.8 * WIDTH_PX
    colours = [plain(colour, size) for colour in ("red", "blue", "lime", "yellow", "blue", "lime")[: 1 + after]]
    sheet = made(*colours, folders=WORDLESS)
    for box, colour in zip(boxes, ("red", "blue", "lime", "yellow", "blue", "lime"), strict=False):
        assert nearest(sheet, ((box[0] + box[2]) // 2, box[1] + (box[3] - box[1]) // 3)) == colour


@pytest.mark.parametrize("first", [(4000, 3000), (3000, 4000), (6000, 800), (1080, 1080), (1920, 1080)])
@pytest.mark.parametrize("second", [(4000, 3000), (800, 3000), (1080, 1920), (3000, 4000), (100, 2000)])
def test_of_two_hardly_anything_is_cut_off(first: tuple[int, int], second: tuple[int, int]) -> None:
    """Each has a mark in the middle of its four edges, as far in as may be cut off: it is there still."""
    sheet = made(*(jpeg(marked(size)) for size in (first, second)), folders=WORDLESS)
    boxes = lay_out([Image.new("RGB", size) for size in (first, second)])
    assert max(bottom for *_, bottom in boxes) <= 1.6 * WIDTH_PX
    for box in boxes:
        seen = np.asarray(sheet.crop(box).convert("RGB"), np.int16)
        for colour in ((255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 0)):
            assert (np.abs(seen - np.array(colour)).max(axis=2) < 90).sum() > 20, colour


def marked(size: tuple[int, int]) -> Image.Image:
    """Black, with one colour at each edge as broad as may not be lost there."""
    picture, (width, height) = Image.new("RGB", size, "black"), size
    across, down = round(width * (1 - LIKE)) + width // 20, round(height * (1 - LIKE)) + height // 20
    for colour, box in {
        "red": (0, height // 3, across, height * 2 // 3), "blue": (width - across, height // 3, width, height * 2 // 3),
        "lime": (width // 3, 0, width * 2 // 3, down), "yellow": (width // 3, height - down, width * 2 // 3, height),
    }.items():  # fmt: skip
        picture.paste(colour, box)
    return picture


def test_without_a_before_the_after_stands_alone_in_its_own_shape() -> None:
    sheet, shown = pair([Candidate(plain("blue", (1200, 900)), 0)], SIGNS, font_folders=WORDLESS)
    assert opened(sheet).size == (WIDTH_PX, 960)
    assert shown == [0]
    with pytest.raises(BadPicture):
        pair([Candidate(b"<html>", 0)], SIGNS)
    dark = Image.new("RGB", (240, 320), "black")
    assert pair([Candidate(jpeg(dark), 0), Candidate(jpeg(sample("mended")), 0)], SIGNS)[1] == [1]


SIDES = st.integers(1, 400)


@given(SIDES, SIDES, st.integers(40, 400), st.integers(40, 400))
@settings(max_examples=60, deadline=None)
def test_nothing_is_cut_away_more_than_a_third(width: int, height: int, across: int, down: int) -> None:
    picture, shape = Image.new("RGB", (width, height), "red"), across / down
    assert fit(picture, (across, down), KEPT).size == (across, down)
    left, top, right, bottom = crop_box(picture, shape)
    assert 0 <= left < right <= width + 1e-6
    assert 0 <= top < bottom <= height + 1e-6
    assert (right - left) / (bottom - top) == pytest.approx(shape)
    if KEPT < (width / height) / shape < 1 / KEPT:
        assert (right - left) * (bottom - top) >= 0.99 * KEPT * width * height


def test_of_a_panorama_both_ends_are_nearly_seen() -> None:
    shown = fit(four_colours((1600, 200)), (600, 600), KEPT)
    assert nearest(shown, (4, 290)) == "red"
    assert nearest(shown, (595, 290)) == "lime"
    darker = shown.convert("L").getpixel((300, 20))
    assert isinstance(darker, int)
    assert darker < 200


def test_a_sideways_photo_stands_upright_in_it() -> None:
    lying = encode(Image.new("RGB", (1200, 900), "red"), exif=exif(6, gps=HUIZHOU))
    assert made(lying, plain("blue"), folders=WORDLESS).size == (WIDTH_PX, 848)


def test_nothing_but_pixels_comes_out() -> None:
    shot = encode(Image.new("RGB", (900, 1200), "red"), exif=exif(gps=HUIZHOU), comment="mine")
    sheet = made(shot, shot, words=Words("前", "后", place="标题"))
    assert not sheet.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(sheet.info)


def test_a_file_that_is_no_picture_is_refused_where_nothing_else_is_there() -> None:
    with pytest.raises(BadPicture):
        made(plain("red"), b"<html>")
    sides = [Candidate(plain("red"), None), Candidate(b"<html>", 0), Candidate(plain("blue"), 0)]
    assert pair(sides, SIGNS)[1] == [0, 2]
    with pytest.raises(BadPicture):
        pair(sides[:2] + sides[1:2], SIGNS)


def test_as_a_job_it_takes_and_gives_plain_data() -> None:
    shots: list[dict[str, Any]] = [{"party": None, "view": None}, {"party": 0, "view": None}]
    told, files = job([plain("red"), plain("blue")], shots=shots, words={"before": "前", "parties": ["市政"]})
    assert told == {"used": [0, 1]}
    assert len(files) == 1


# --- words -----------------------------------------------------------------------------------------


@needs_font
def test_place_and_dates_stand_on_paper_below() -> None:
    bare = made(plain("red"), plain("blue"))
    one = made(plain("red"), plain("blue"), words=Words("前", "后", facts="#LH2611210007"))
    both = made(plain("red"), plain("blue"), words=Words("前", "后", place="印刷技校门口", facts="#LH2611210007"))
    assert bare.height < one.height < both.height
    strip = both.crop((0, bare.height + 8, WIDTH_PX, both.height)).convert("L")
    darkest, lightest = strip.getextrema()
    assert isinstance(darkest, int | float)
    assert isinstance(lightest, int | float)
    assert darkest < 80  # ink
    assert lightest > 240  # on paper


@needs_font
def test_captions_are_seen() -> None:
    with_words = made(plain("red"), plain("blue"))
    without = made(plain("red"), plain("blue"), words=Words())
    assert with_words.size == without.size
    corner = (24, 24, 120, 90)
    assert with_words.crop(corner).tobytes() != without.crop(corner).tobytes()


@needs_font
def test_where_several_worked_each_panel_says_who() -> None:
    files, short, long = (plain("red"), plain("blue"), plain("lime")), ("市", "排"), ("市政工程", "排水公司")
    named = [made(*files, words=Words("前", "后", parties=parties)) for parties in (short, long)]
    assert named[0].tobytes() != named[1].tobytes()
    alone = [made(*files[:2], words=Words("前", "后", parties=parties)) for parties in (short, long)]
    assert alone[0].tobytes() == alone[1].tobytes()


def test_without_a_typeface_the_words_are_left_out() -> None:
    words = Words("前", "后", ("市政",), "标题", "#LH")
    assert (
        made(plain("red"), plain("blue"), words=words, folders=WORDLESS).tobytes()
        == made(plain("red"), plain("blue"), words=Words(), folders=WORDLESS).tobytes()
    )


HOSTILE = [
    "路" * 5000, "一行\n两行\r\n\t三行", "\u202e反过来\u200b\x00\ufeff", "👷‍♂️🚧️ 修好了", "\ud800", "   ",
    "<b>#LH2611210007</b>", "Gate of the printing school, on the corner " * 9, "𠮷祥里𪚥胡同", "مرحبا ก",
]  # fmt: skip


@needs_font
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_fit(words: str) -> None:
    sheet = made(plain("red"), plain("blue"), words=Words(words, words, (words,), words, words))
    assert 848 <= sheet.height <= 848 + 260
    if sheet.height > 848:
        margin = sheet.crop((WIDTH_PX - MARGIN_PX + 4, 848 + 8, WIDTH_PX, sheet.height)).convert("L")
        assert margin.getextrema()[0] == pytest.approx(255, abs=6)


@needs_font
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("👷‍♂️🚧️ 修好了", "修好了"),
        ("𪚥胡同", "〓胡同"),  # it has no such character: a mark that one is missing
        ("☎ 3 号\u202e门", "3 号门"),
        ("Cafe\u0301 №3 · → ①", "Café №3 · → ①"),
    ],
)
def test_what_the_typeface_lacks_is_no_empty_box(words: str, shown: str) -> None:
    face = find_font()
    assert face is not None
    if face.has("𪚥"):  # another typeface than the one this was written with
        shown = shown.replace("〓", "𪚥")
    assert printable(words, face) == shown


# --- the best of several: cases of which the best is known -----------------------------------------


@pytest.mark.parametrize("spoilt", [blurred, lambda one: lit(one, 0.15), lambda one: lit(one, 4)])
@pytest.mark.parametrize("seed", [3, 8])
def test_a_sharp_and_well_lit_one_is_taken(spoilt: object, seed: int) -> None:
    assert callable(spoilt)
    before, after = street(seed, (480, 640)), street(seed, (480, 640), mended=True, shot=1)
    assert used([spoilt(before), before], [spoilt(after), after]) == [1, 3]
    assert used([before, spoilt(before)], [after, spoilt(after)]) == [0, 2]


@pytest.mark.parametrize("seed", [2, 4, 6])
def test_of_two_places_the_one_that_matches_is_taken(seed: int) -> None:
    size = (480, 640)
    other = sample("cat").resize(size)
    before, after = plan(seed, size), plan(seed, size, mended=True, camera=1)
    assert used([before], [other, after]) == [0, 2]
    assert used([other, before], [after]) == [1, 2]


def test_of_two_shapes_the_one_of_the_other_side_is_taken() -> None:
    upright, wide = (480, 640), (640, 480)
    lying, standing = street(3, wide, mended=True), street(3, upright, mended=True)
    assert used([street(3, upright)], [lying, standing]) == [0, 2]
    assert used([street(3, wide)], [lying, standing]) == [0, 1]


def test_a_close_up_without_words_stands_beside_none_that_is_not() -> None:
    before, after = sample("hole"), sample("mended")
    assert used([before], [close_up(after), after]) == [0, 2]
    assert used([close_up(before), before], [after]) == [1, 2]


def test_near_goes_with_near_and_far_with_far() -> None:
    near, far = close_up(sample("hole")), sample("hole")
    views = ["near", "far", "far", "near"]
    assert used([near], [sample("mended"), close_up(sample("mended"))], ["near", "far", "near"]) == [0, 2]
    assert used([far], [close_up(sample("mended")), sample("mended")], ["far", "near", "far"]) == [0, 2]
    one, other = used([near, far], [sample("mended"), close_up(sample("mended"))], views)
    assert views[one] == views[other]


def test_a_signpost_is_the_last_choice() -> None:
    before = sample("hole")
    assert used([before], [sample("mended"), sample("mended")], [None, "landmark", None]) == [0, 2]


def test_the_first_of_equals_is_taken() -> None:
    before, after = sample("hole").resize((240, 320)), sample("mended").resize((240, 320))
    assert used([before] * 3, [after] * 3) == [0, 3]


def test_no_more_than_ten_of_a_side_are_looked_at() -> None:
    before, dark = sample("hole").resize((240, 320)), Image.new("RGB", (240, 320), "black")
    assert used([dark] * MOST + [before], [before]) == [0, MOST + 1]


def test_a_department_whose_pictures_cannot_be_opened_has_no_panel() -> None:
    red, blue = plain("red"), plain("blue")
    shots = [Candidate(red, None), Candidate(b"nothing", 0), Candidate(blue, 1), Candidate(blue, 2)]
    assert pair(shots, SIGNS)[1] == [0, 2, 3]


# --- typefaces -----------------------------------------------------------------------------------


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
