"""Faces and plates: what is found is gone for good, what is nobody stays as it is."""

import random
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from media import hiding, photos
from media.hiding import CannotLook, hide, why_not
from tests.hiding import heads
from tests.hiding.judging import ENOUGH, changed, likeness_left, share_changed
from tests.hiding.streets import Thing
from tests.media.pictures import encode
from training.plates import drawing
from training.plates.setting import Look, set_in, taken

BY_DAY = Look()


def road(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """Grey, with the grain of asphalt."""
    grain = np.random.default_rng(5).normal(0, 6, (size[1], size[0], 1))
    return np.clip(118 + grain, 0, 255).astype(np.uint8).repeat(3, 2)


def with_plate(kind: str, wide: int = 150) -> tuple[Image.Image, Thing]:
    chance, scene = random.Random(kind), road()
    scene[180:300, 200:440] = (40, 42, 46)
    plate = drawing.MAKERS[kind](chance, drawing.sans)
    corners = set_in(scene, plate.picture, (320, 240), wide, BY_DAY, chance)
    return taken(scene, BY_DAY, chance), Thing(kind, wide, corners, plate.text)


def with_head(kind: str, wide: int) -> tuple[Image.Image, Thing]:
    chance, scene = random.Random(3), road()
    head = heads.MAKERS[kind](chance)
    around = set_in(scene, head.picture, (320, 240), wide, BY_DAY, chance)
    (left, top), (right, bottom) = around[0], around[2]
    wide_, high = right - left, bottom - top
    a, b, c, d = head.face
    box = [(left + a * wide_, top + b * high), (left + c * wide_, top + b * high),
           (left + c * wide_, top + d * high), (left + a * wide_, top + d * high)]  # fmt: skip
    return taken(scene, BY_DAY, chance), Thing(kind, wide, np.array(box, np.float32))


def turned(picture: Image.Image, thing: Thing, degrees: int) -> tuple[Image.Image, Thing]:
    """About the middle, against the clock, nothing of the thing cut off."""
    turning = cv2.getRotationMatrix2D((320, 240), degrees, 1)
    aslant = picture.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(118, 118, 118))
    return aslant, replace(thing, corners=np.float32(thing.corners @ turning[:, :2].T + turning[:, 2]))


@pytest.mark.parametrize("kind", ["blue", "green", "yellow", "lorry", "police"])
def test_a_plate_is_hidden_and_cannot_be_read(kind: str) -> None:
    picture, plate = with_plate(kind)
    copy, places = hide(picture)
    assert places >= 1
    assert share_changed(plate, changed(picture, copy)) >= ENOUGH
    assert likeness_left(plate, picture, copy) < 0.35 < likeness_left(plate, picture, picture)


@pytest.mark.parametrize(("kind", "wide"), [("portrait", 60), ("portrait", 200), ("drawn", 120), ("helmeted", 160)])
def test_a_face_is_hidden(kind: str, wide: int) -> None:
    picture, face = with_head(kind, wide)
    copy, places = hide(picture)
    assert places >= 1
    assert share_changed(face, changed(picture, copy)) >= ENOUGH
    assert likeness_left(face, picture, copy) < 0.5


@pytest.mark.parametrize("turn", [35, 90, 180, 270])
def test_a_face_is_hidden_however_it_is_turned(turn: int) -> None:
    picture, face = turned(*with_head("portrait", 260), turn)
    copy, _ = hide(picture)
    assert share_changed(face, changed(picture, copy)) >= ENOUGH


@pytest.mark.parametrize("turn", [75, 90, 180, 270])
def test_a_plate_is_hidden_however_it_is_turned(turn: int) -> None:
    picture, plate = turned(*with_plate("blue"), turn)
    copy, _ = hide(picture)
    assert share_changed(plate, changed(picture, copy)) >= ENOUGH
    assert likeness_left(plate, picture, copy) < 0.35


def test_the_measure_sees_what_was_not_hidden() -> None:
    picture, plate = with_plate("blue")
    assert share_changed(plate, changed(picture, picture)) == 0
    light = picture.copy()
    x, y = (int(value) for value in plate.corners.min(0))
    part = (x, y, x + 150, y + 50)
    light.paste(picture.crop(part).filter(ImageFilter.GaussianBlur(1.5)), part[:2])
    assert likeness_left(plate, picture, light) > 0.35  # a light blur can be read


def test_the_picture_itself_is_left_alone_and_the_rest_of_it_too() -> None:
    picture, _ = with_plate("blue")
    same = picture.copy()
    copy, _ = hide(picture)
    assert copy is not picture
    assert ImageChops.difference(picture, same).getbbox() is None
    touched = changed(picture, copy)
    assert touched.mean() < 0.08
    assert not touched[:100].any()


def test_where_nobody_is_the_very_picture_comes_back() -> None:
    picture = Image.fromarray(road())
    copy, places = hide(picture)
    assert copy is picture
    assert places == 0


@settings(max_examples=25, deadline=None)
@given(
    width=st.integers(1, 400), height=st.integers(1, 400), seed=st.integers(0, 9), grain=st.sampled_from([0, 20, 90])
)
def test_any_size_is_looked_at(width: int, height: int, seed: int, grain: int) -> None:
    pixels = np.random.default_rng(seed).normal(128, grain + 0.1, (height, width, 3)).clip(0, 255).astype(np.uint8)
    copy, places = hide(Image.fromarray(pixels))
    assert copy.size == (width, height)
    assert places >= 0


@pytest.mark.parametrize("size", [(1, 1), (1280, 64), (64, 1280), (17, 17), (1280, 1)])
def test_odd_shapes(size: tuple[int, int]) -> None:
    assert hide(Image.new("RGB", size, "navy"))[1] == 0


def test_switched_off_nothing_is_hidden() -> None:
    picture, _ = with_plate("blue")
    looked, not_looked = photos.clean(encode(picture)), photos.clean(encode(picture), hides=False)
    assert looked.hidden
    assert looked.public is not None
    assert (not_looked.hidden, not_looked.public) == (0, None)


def test_where_nobody_can_look_nothing_is_called_fit_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "media.hiding.looking", None)
    with pytest.raises(CannotLook):
        hide(Image.new("RGB", (64, 64)))
    assert why_not()
    assert photos.clean(encode(Image.new("RGB", (64, 64)))).hidden is None


def test_here_it_can_be_looked() -> None:
    assert hiding.why_not() is None


def test_the_bot_itself_carries_no_detector() -> None:
    code = "import media.workshop, media.hiding, sys; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
