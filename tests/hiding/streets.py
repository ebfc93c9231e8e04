"""Streets with heads, plates and signs set into them, and what stands where."""

import random
from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageFont

from tests.hiding import heads
from tests.makers import LYING, MAKERS
from training.plates import drawing, signs
from training.plates.setting import Corners, Look, Pixels, set_in, some_look, taken

FACES_PX, PLATES_PX = (20, 28, 40, 60, 100, 160), (36, 50, 70, 100, 150, 240)
"""Height of a face from the brows to the chin; width of a plate."""
PHOTOGRAPHS = (1, 3, 13, 17, 9)
"""Of tests.makers.borrowed: streets and things without anybody in them, none of which training was shown."""
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"


@dataclass(frozen=True)
class Thing:
    """corners: of the face or the plate in the picture; size: of it in pixels, as above."""

    kind: str
    size: int
    corners: Corners
    text: str = ""


@dataclass(frozen=True)
class Street:
    picture: Image.Image
    maker: str
    look: Look
    faces: list[Thing] = field(default_factory=list)
    plates: list[Thing] = field(default_factory=list)
    signs: list[Thing] = field(default_factory=list)


def street(seed: int, number: int, what: str) -> Street:
    """what: faces, plates, signs or nothing. The same numbers give the same street."""
    chance = random.Random(f"{what} {seed} {number}")
    maker = list(MAKERS)[number % len(MAKERS)]
    scene = _empty(maker, seed, number // 3 % 4).copy()
    look = some_look(chance)
    things = [
        _thing(scene, what, (220 + column * 420, 160 + row * 300), look, chance)
        for column in range(3)
        for row in range(3)
        if what != "nothing"
    ]
    return Street(taken(scene, look, chance), maker, look, **({what: things} if what != "nothing" else {}))


def on_its_side(street: Street, quarters: int) -> Street:
    """The same as somebody took it who held the telephone otherwise: turned against the clock by so many quarters."""
    wide, high = street.picture.size
    corner = {1: (0, wide), 2: (wide, high), 3: (high, 0)}[quarters]
    turn = np.array({1: ((0, -1), (1, 0)), 2: ((-1, 0), (0, -1)), 3: ((0, 1), (-1, 0))}[quarters], np.float32)
    faces, plates, signs = (
        [replace(thing, corners=np.asarray(thing.corners @ turn + np.array(corner, np.float32))) for thing in things]
        for things in (street.faces, street.plates, street.signs)
    )
    picture = Image.fromarray(np.ascontiguousarray(np.rot90(np.asarray(street.picture), quarters)))
    return replace(street, picture=picture, faces=faces, plates=plates, signs=signs)


@lru_cache(16)
def _empty(maker: str, seed: int, number: int) -> Pixels:
    which = PHOTOGRAPHS[(seed + number) % len(PHOTOGRAPHS)] if maker == "borrowed" else seed * 4 + number
    return np.asarray(MAKERS[maker](which, LYING))


def _thing(scene: Pixels, what: str, centre: tuple[int, int], look: Look, chance: random.Random) -> Thing:
    if what == "faces":
        kind, high = chance.choice(list(heads.MAKERS)), chance.choice(FACES_PX)
        head = heads.MAKERS[kind](chance)
        left, top, right, bottom = head.face
        wide = high / (bottom - top) * head.picture.width / head.picture.height
        straight = Look(look.light, look.blur, look.quality, tilt=chance.gauss(0, 6))
        onto = set_in(scene, head.picture, centre, wide, straight, chance)
        whole = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
        part = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
        corners = cv2.perspectiveTransform(part, cv2.getPerspectiveTransform(whole, onto))[0]
        return Thing(kind, high, np.asarray(corners, np.float32))
    wide = chance.choice(PLATES_PX)
    face = _serif if chance.random() < 0.5 else drawing.sans
    if what == "plates":
        kind = chance.choice(list(drawing.MAKERS))
        plate = drawing.MAKERS[kind](chance, face)
        return Thing(kind, wide, set_in(scene, plate.picture, centre, wide, look, chance), plate.text)
    kind = chance.choice(list(signs.MAKERS))
    return Thing(kind, wide, set_in(scene, signs.MAKERS[kind](chance, face), centre, wide, look, chance))


def _serif(size: int) -> ImageFont.FreeTypeFont:
    """A typeface the net was never shown, where there is one."""
    try:
        return ImageFont.FreeTypeFont(SERIF, size, index=2)
    except OSError:
        return drawing.sans(size)
