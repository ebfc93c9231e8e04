"""Heads to set into streets: photographs that stand inside scikit-image's wheel, and drawn ones of many kinds.

Each is RGBA. `face` (left, top, right, bottom; shares of the picture) is what must not be seen afterwards.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from skimage import data

SKINS = ((246, 214, 190), (232, 190, 156), (214, 168, 130), (186, 138, 100), (140, 96, 68), (96, 66, 50))
HAIRS = ((24, 20, 20), (52, 38, 30), (120, 116, 112), (92, 66, 44))
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Head:
    kind: str
    picture: Image.Image
    face: Box


def portrait(chance: random.Random) -> Head:
    """A photograph in colour (one person, either way round, lighter or darker)."""
    whole = Image.fromarray(data.astronaut()).crop((160, 10, 300, 190))
    if chance.random() < 0.5:
        whole = whole.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    pixels = np.asarray(whole, np.float32) * chance.choice((1.0, 0.9, 0.75, 0.6, 0.5))
    head = Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).convert("RGBA")
    head.putalpha(_oval(head.size, (0.05, 0.0, 0.95, 1.0)))
    return Head("portrait", head, (0.2, 0.34, 0.8, 0.83))


def photograph(chance: random.Random) -> Head:
    """One of a hundred small grey photographs (25 x 25 px) of the set LFW, toned as skin, on a drawn head. They were
    once found by a detector of the same family as ours: what is found of these is more than of faces in general."""
    grey = cv2.resize(_small_ones()[chance.randrange(100)], (100, 100), interpolation=cv2.INTER_CUBIC)
    skin = np.array(chance.choice(SKINS), np.float32)
    toned = np.clip(grey[..., None] * 255 / 150 * skin * 0.8, 0, 255).astype(np.uint8)
    head = _bust(chance, tuple(int(v * 0.9) for v in skin), chance.choice(HAIRS))
    face = Image.fromarray(toned)
    head.paste(face.resize((120, 120)), (40, 60), _oval((120, 120), (0.02, -0.1, 0.98, 1.08)))
    return Head("photograph", head, (0.2, 0.25, 0.8, 0.75))


def drawn(chance: random.Random) -> Head:
    return _drawn("drawn", chance)


def masked(chance: random.Random) -> Head:
    return _drawn("masked", chance, mask=True)


def helmeted(chance: random.Random) -> Head:
    return _drawn("helmeted", chance, helmet=True)


def rider(chance: random.Random) -> Head:
    """Helmet and mask: the eyes alone are to be seen."""
    return _drawn("rider", chance, helmet=True, mask=True)


def turned(chance: random.Random) -> Head:
    """Three quarters: the features stand to one side."""
    return _drawn("turned", chance, aside=chance.choice((-1, 1)) * chance.uniform(12, 22))


def profile(chance: random.Random) -> Head:
    """From the side."""
    skin, hair = chance.choice(SKINS), chance.choice(HAIRS)
    big = Image.new("RGBA", (400, 480))
    pen = ImageDraw.Draw(big)
    pen.ellipse((110, 40, 370, 330), fill=(*hair, 255))
    pen.polygon([(150, 110), (250, 90), (330, 220), (290, 400), (190, 420), (160, 380), (150, 350),
                 (140, 330), (150, 315),
                 (140, 300), (145, 280), (110, 262), (138, 200), (140, 160)], fill=(*skin, 255))  # fmt: skip
    pen.ellipse((150, 60, 360, 220), fill=(*hair, 255))
    pen.ellipse((265, 215, 300, 275), fill=_tone(skin, 0.85))
    dark = tuple(int(v * 0.4) for v in skin)
    pen.line((150, 182, 195, 176), fill=dark, width=9)
    pen.ellipse((155, 196, 185, 214), fill=(245, 245, 245, 255))
    pen.ellipse((157, 196, 171, 214), fill=(25, 18, 15, 255))
    pen.line((145, 318, 185, 322), fill=(150, 70, 66, 255), width=8)
    pen.rectangle((200, 400, 300, 480), fill=_tone(skin, 0.85))
    picture = _shaded(big, chance).resize((200, 240), Image.Resampling.LANCZOS)
    if chance.random() < 0.5:
        return Head("profile", picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (0.28, 0.3, 0.75, 0.86))
    return Head("profile", picture, (0.25, 0.3, 0.72, 0.86))


MAKERS: dict[str, Callable[[random.Random], Head]] = {
    "portrait": portrait,
    "photograph": photograph,
    "drawn": drawn,
    "helmeted": helmeted,
    "masked": masked,
    "rider": rider,
    "turned": turned,
    "profile": profile,
}


def _tone(colour: tuple[int, ...], by: float) -> tuple[int, ...]:
    return *(int(part * by) for part in colour), 255


def _drawn(kind: str, chance: random.Random, *, helmet: bool = False, mask: bool = False, aside: float = 0) -> Head:
    skin = chance.choice(SKINS)
    head = _bust(chance, skin, chance.choice(HAIRS), aside)
    picture = head.resize((400, 480), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(picture)
    shift = aside * 2
    dark = tuple(int(v * 0.35) for v in skin)
    wide = 56 + chance.uniform(-5, 5)
    for side in (-1, 1):
        x = 200 + shift + side * wide * (1 - side * aside / 90)
        pen.ellipse((x - 36, 214, x + 36, 262), fill=_tone(skin, 0.82))
        pen.line((x - 34, 208, x + 34, 204 + side * 2), fill=(*dark, 255), width=12)
        pen.ellipse((x - 26, 224, x + 26, 250), fill=(242, 242, 240, 255))
        pen.ellipse((x - 12, 225, x + 12, 249), fill=(30, 20, 16, 255))
        pen.arc((x - 28, 220, x + 28, 254), 190, 350, fill=(*dark, 255), width=5)
    if not mask:
        pen.line((200 + shift * 1.4, 250, 192 + shift * 1.6, 305), fill=tuple(int(v * 0.75) for v in skin), width=10)
        pen.ellipse((176 + shift * 1.5, 296, 226 + shift * 1.5, 322), fill=_tone(skin, 0.8))
        pen.ellipse((162 + shift, 344, 240 + shift, 372), fill=(168, 86, 82, 255))
        pen.line((162 + shift, 357, 240 + shift, 357), fill=(100, 44, 44, 255), width=4)
    else:
        cloth = chance.choice(((240, 244, 246), (130, 180, 215), (35, 36, 40)))
        pen.polygon(
            [(110, 280), (200 + shift, 268), (290, 280), (282, 380), (200, 420), (118, 380)], fill=(*cloth, 255)
        )
        for y in (310, 340):
            pen.line((120, y, 280, y), fill=tuple(int(v * 0.85) for v in cloth), width=4)
    if helmet:
        shell = chance.choice(((250, 205, 20), (30, 110, 200), (220, 40, 40), (235, 235, 235), (25, 25, 28)))
        pen.pieslice((84, 30, 316, 350), 180, 360, fill=(*shell, 255))
        pen.rounded_rectangle((84, 172, 316, 196), 12, fill=_tone(shell, 0.8))
        pen.line((104, 190, 150, 392), fill=(30, 30, 32, 255), width=8)
        pen.line((296, 190, 250, 392), fill=(30, 30, 32, 255), width=8)
    picture = _shaded(picture, chance).resize((200, 240), Image.Resampling.LANCZOS)
    return Head(kind, picture, (0.27, 0.38, 0.73, 0.86))


def _bust(chance: random.Random, skin: tuple[int, ...], hair: tuple[int, ...], aside: float = 0) -> Image.Image:
    big = Image.new("RGBA", (400, 480))
    pen = ImageDraw.Draw(big)
    pen.ellipse((88, 36, 312, 340), fill=(*hair, 255))
    pen.rectangle((150, 360, 250, 480), fill=_tone(skin, 0.8))
    for x in (92, 288):
        pen.ellipse((x, 220, x + 24, 290), fill=_tone(skin, 0.85))
    pen.ellipse((104, 100, 296, 420), fill=(*skin, 255))
    pen.pieslice((100, 60, 300, 260), 180, 360, fill=(*hair, 255))
    return big.resize((200, 240), Image.Resampling.LANCZOS)


def _shaded(head: Image.Image, chance: random.Random) -> Image.Image:
    """Light from one side, and the skin's own unevenness."""
    pixels = np.asarray(head, np.float32).copy()
    high, wide = pixels.shape[:2]
    across = np.linspace(-1, 1, wide)[None, :] * chance.uniform(-0.22, 0.22)
    round_ = 1.06 - 0.25 * (np.linspace(-1, 1, wide)[None, :] ** 2) - 0.1 * np.linspace(0, 1, high)[:, None]
    grain = np.random.default_rng(chance.randrange(2**31)).normal(0, 4, (high, wide))
    pixels[..., :3] = pixels[..., :3] * (round_ + across)[..., None] + grain[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8), "RGBA").filter(ImageFilter.GaussianBlur(1.5))


def _oval(size: tuple[int, int], box: Box) -> Image.Image:
    mask = Image.new("L", size)
    wide, high = size
    ImageDraw.Draw(mask).ellipse((box[0] * wide, box[1] * high, box[2] * wide, box[3] * high), fill=255)
    return mask.filter(ImageFilter.GaussianBlur(size[0] / 30))


@cache
def _small_ones() -> np.ndarray:
    return np.asarray(data.lfw_subset()[:100], np.float32)
