"""Things set into a picture as a camera would have seen them: aslant, dirty, dark, unsharp, pressed."""

import random
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
Corners = NDArray[np.float32]


@dataclass(frozen=True)
class Look:
    """light: 1 by day; blur: sigma in pixels; quality: of the JPEG; dirt: share of the thing under mud; tilt: degrees;
    squeeze: how far it is turned away, 1 is straight on."""

    light: float = 1.0
    blur: float = 0.4
    quality: int = 85
    dirt: float = 0.0
    tilt: float = 0.0
    squeeze: float = 1.0


def some_look(chance: random.Random) -> Look:
    """As pictures of a street are: mostly fair, sometimes dark, dirty or shaken."""
    return Look(
        light=chance.choice((1.0, 1.0, 1.15, 0.8, 0.6, 0.4)),
        blur=chance.choice((0.0, 0.4, 0.6, 0.9)),
        quality=chance.choice((60, 75, 85, 85, 92)),
        dirt=chance.choice((0, 0, 0, 0.08, 0.18)),
        tilt=chance.gauss(0, 4),
        squeeze=chance.choice((1, 1, 0.9, 0.8, 0.68)),
    )


def set_in(scene: Pixels, thing: Image.Image, centre: tuple[float, float], width: float, look: Look,
           chance: random.Random) -> Corners:  # fmt: skip
    """Paint thing (RGBA) into scene (RGB, changed), `width` pixels wide before it is turned.

    Its four corners, clockwise from the upper left."""
    if look.dirt:
        thing = _dirty(thing, look.dirt, chance)
    height = width * thing.height / thing.width
    lean = chance.choice((-1, 1)) * (1 - look.squeeze) * 0.25 * height  # the far edge is shorter
    half, tall = width * look.squeeze / 2, height / 2
    flat = np.array(
        [[-half, -tall + lean], [half, -tall - lean], [half, tall + lean], [-half, tall - lean]], np.float32
    )
    turn = np.radians(look.tilt)
    turned = flat @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    corners = (turned + np.array(centre, np.float32)).astype(np.float32)
    scale = min(1.0, 2.0 * width / thing.width)  # first shrunk as an area, so that thin strokes do not vanish
    small = np.asarray(thing.resize((max(4, round(thing.width * scale)), max(4, round(thing.height * scale))),
                                    Image.Resampling.BOX), np.float32)  # fmt: skip
    high, wide = small.shape[:2]
    source = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    small[..., :3] *= small[..., 3:] / 255
    left, top = np.maximum(np.floor(corners.min(0)).astype(int) - 1, 0)
    right, bottom = np.ceil(corners.max(0)).astype(int) + 2
    part = scene[top:bottom, left:right]
    onto = cv2.getPerspectiveTransform(source, corners - np.array((left, top), np.float32))
    seen = cv2.warpPerspective(small, onto, (part.shape[1], part.shape[0]), flags=cv2.INTER_AREA)
    part[:] = np.clip(part * (1 - seen[..., 3:] / 255) + seen[..., :3], 0, 255).astype(np.uint8)
    return corners


def taken(scene: Pixels, look: Look, chance: random.Random) -> Image.Image:
    """The picture of it: light, blur, noise of the sensor, JPEG."""
    seen: Pixels = scene.astype(np.float32) * look.light
    if look.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), look.blur)
    dice = np.random.default_rng(chance.randrange(2**31))
    seen += dice.normal(0, 3 if look.light > 0.7 else 6, seen.shape[:2])[..., None]
    file = BytesIO()
    Image.fromarray(seen.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=look.quality)
    return Image.open(file).convert("RGB")


def _dirty(thing: Image.Image, share: float, chance: random.Random) -> Image.Image:
    pixels = np.asarray(thing, np.float32).copy()
    dice = np.random.default_rng(chance.randrange(2**31))
    field = cv2.resize(
        dice.normal(0, 1, (6, 16)).astype(np.float32), (thing.width, thing.height), interpolation=cv2.INTER_CUBIC
    )
    mud = (field > np.quantile(field, 1 - share))[..., None] * 0.85
    pixels[..., :3] = pixels[..., :3] * (1 - mud) + np.array((96, 82, 66), np.float32) * mud
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8), "RGBA")
