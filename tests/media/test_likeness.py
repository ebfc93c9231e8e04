"""The same picture has the same spots, however it was saved; a picture of nothing has none."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from media.known import MANY, MIRROR, compare, spots_in
from media.likeness import BYTES, SIDE_PX, SPOTS, inner, likeness_of
from tests.likeness.changes import saved
from tests.makers import drawn, rendered

STREET = drawn(3, (640, 480))
OTHER = drawn(4, (640, 480))


def many(asked: Image.Image, kept: Image.Image) -> int:
    return compare(spots_in(likeness_of(asked)), spots_in(likeness_of(kept))).many


def test_a_likeness_is_whole_rows_of_32_bytes_whatever_the_picture() -> None:
    assert BYTES % 32 == 0
    assert {len(likeness_of(picture)) for picture in (STREET, Image.new("RGB", (1, 1)), Image.new("L", (9, 2000)))} == {
        BYTES
    }


def test_the_same_pixels_give_the_same_bytes() -> None:
    assert likeness_of(STREET) == likeness_of(STREET.copy())


@pytest.mark.parametrize("colour", ["black", "white", "#808080"])
def test_a_hand_before_the_lens_is_like_nothing(colour: str) -> None:
    dark = Image.new("RGB", (640, 480), colour)
    assert len(spots_in(likeness_of(dark))) == 0
    assert compare(spots_in(likeness_of(dark)), spots_in(likeness_of(dark))).many == 0


def test_the_dark_with_its_noise_is_like_no_other_dark() -> None:
    dice = np.random.default_rng(1)
    one, other = (Image.fromarray(dice.normal(8, 5, (480, 640)).clip(0, 255).astype(np.uint8)) for _ in range(2))
    assert many(one, other) < MANY


@pytest.mark.parametrize("quality", [85, 60, 30])
def test_saved_again_it_has_nearly_all_its_spots(quality: int) -> None:
    assert many(saved(STREET, quality), STREET) >= SPOTS * 2 // 3


def test_in_the_mirror_a_code_changes_by_its_mask_alone() -> None:
    fit = compare(spots_in(likeness_of(ImageOps.mirror(STREET))), spots_in(likeness_of(STREET)))
    assert fit.mirrored
    assert fit.many >= SPOTS * 2 // 3
    assert MIRROR.bit_count() == 32


def test_other_streets_have_other_spots() -> None:
    assert many(OTHER, STREET) < MANY
    assert many(rendered(3, (320, 240)), STREET) < MANY


@pytest.mark.parametrize("paper", ["black", "white", "#c03020"])
def test_a_frame_is_taken_off(paper: str) -> None:
    framed = ImageOps.expand(STREET, (40, 300, 40, 500), paper)
    assert inner(framed).shape == (192, SIDE_PX)
    assert many(framed, STREET) >= SPOTS * 2 // 3


def test_where_a_copy_lies_on_the_picture_is_told() -> None:
    cut = STREET.crop((32, 24, 608, 480))
    fit = compare(spots_in(likeness_of(cut)), spots_in(likeness_of(STREET)))
    assert fit.scale == pytest.approx(576 / 640, abs=0.02)
    assert (fit.x, fit.y) == (pytest.approx(32 / 640 * 255, abs=2), pytest.approx(24 / 640 * 255, abs=2))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_no_shape_and_no_pixels_make_it_stumble(width: int, height: int, seed: int) -> None:
    small = Image.frombytes("RGB", (8, 8), random.Random(seed).randbytes(192))
    likeness = likeness_of(small.resize((width, height)))
    assert len(likeness) == BYTES
    spots = spots_in(likeness)
    assert compare(spots, spots).many <= len(spots)
