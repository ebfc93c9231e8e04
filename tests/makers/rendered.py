"""A street in three dimensions, a ray for each pixel: what a camera sees of a place from one spot and from another.

Metres, x to the right, y up, z along the street; the camera looks along z. Made of numbers alone, nothing is fetched.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Floats = NDArray[np.float32]
FOCAL = 0.85
"""Of a phone: the focal length over the longer side of the picture."""


@dataclass(frozen=True, slots=True)
class Pose:
    """x, z, height: metres; yaw to the right and pitch downwards: degrees."""

    x: float = 0.0
    z: float = 0.0
    height: float = 1.5
    yaw: float = 0.0
    pitch: float = 14.0


@dataclass(frozen=True, slots=True)
class Card:
    """A flat thing that stands in the street and faces the camera's end of it: picture with alpha; metres."""

    picture: Image.Image
    x: float
    z: float
    width: float
    height: float
    bottom: float = 0.0


def rendered(
    seed: int,
    size: tuple[int, int] = (1280, 960),
    *,
    pose: Pose | None = None,
    mended: bool = False,
    light: float = 1.0,
    grain: float = 4.0,
    shot: int = 0,
    cards: Sequence[Card] = (),
) -> Image.Image:
    """Street number `seed` with a hole in the road, or `mended`.

    pose: None is where the first picture was taken. light: 1 is by day. grain, shot: noise of the sensor in levels, and
    which taking of it. cards: passers-by, cars (see `passer_by`, `car`), beside what the street has itself.
    """
    street = _Street.of(seed)
    eye, rays = _rays(size, pose or street.pose)
    colour = _sky(rays, street)
    depth = np.full(rays.shape[:2], np.inf, np.float32)
    for paint in (_ground, _walls):
        paint(colour, depth, eye, rays, street, mended)
    for card in sorted((*street.cards, *cards), key=lambda one: -one.z):
        _stand(colour, depth, eye, rays, card)
    haze = np.exp(-np.minimum(depth, 200) / 90)[..., None]
    colour = colour * haze + np.array((190, 198, 205), np.float32) * (1 - haze)
    dice = np.random.default_rng((seed, shot, 11))
    colour = colour * light + dice.normal(0, grain, (*colour.shape[:2], 1)).astype(np.float32)
    return Image.fromarray(colour.clip(0, 255).astype(np.uint8))


def near(seed: int, shot: int, reach: float = 1.0) -> Pose:
    """Another stand before the same trouble: up to half a metre aside and a few degrees, times reach."""
    first, chance = _Street.of(seed).pose, random.Random(f"near {seed} {shot}")
    return Pose(
        first.x + reach * chance.uniform(-0.5, 0.5),
        first.z + reach * chance.uniform(-0.6, 0.6),
        first.height + reach * chance.uniform(-0.15, 0.15),
        first.yaw + reach * chance.uniform(-5, 5),
        first.pitch + reach * chance.uniform(-3, 3),
    )


def passer_by(seed: int) -> Image.Image:
    """Somebody from the front, 200 x 600 px with alpha: about 0.6 x 1.75 m."""
    chance = random.Random(f"passer-by {seed}")
    image = Image.new("RGBA", (200, 600))
    draw = ImageDraw.Draw(image)
    skin, coat = (224, 184, 154, 255), (*(chance.randint(30, 220) for _ in range(3)), 255)
    draw.rectangle((60, 320, 95, 600), fill=(45, 48, 70, 255))
    draw.rectangle((105, 320, 140, 600), fill=(45, 48, 70, 255))
    draw.rounded_rectangle((35, 115, 165, 340), 30, fill=coat)
    draw.ellipse((62, 10, 138, 115), fill=skin)
    draw.pieslice((60, 4, 140, 100), 180, 360, fill=(35, 28, 25, 255))
    for eye in (84, 116):
        draw.ellipse((eye - 6, 56, eye + 6, 64), fill=(250, 250, 250, 255))
        draw.ellipse((eye - 3, 57, eye + 3, 63), fill=(30, 20, 15, 255))
    draw.line((100, 66, 96, 82, 104, 82), fill=(180, 140, 115, 255), width=2)
    draw.arc((84, 82, 116, 102), 20, 160, fill=(160, 70, 70, 255), width=3)
    return image


def car(seed: int, plate: Image.Image | None = None) -> Image.Image:
    """A car from behind, 600 x 500 px with alpha: about 1.8 x 1.5 m; plate is set 150 x 48 px in its middle."""
    chance = random.Random(f"car {seed}")
    image = Image.new("RGBA", (600, 500))
    draw = ImageDraw.Draw(image)
    paint = (*chance.choice(((235, 235, 235), (25, 25, 30), (150, 20, 25), (40, 70, 130))), 255)
    draw.polygon(((110, 20), (490, 20), (560, 200), (40, 200)), fill=paint)
    draw.polygon(((140, 45), (460, 45), (500, 180), (100, 180)), fill=(45, 55, 62, 255))
    draw.rounded_rectangle((15, 190, 585, 440), 40, fill=paint)
    for left in (30, 470):
        draw.rectangle((left, 220, left + 100, 265), fill=(190, 30, 30, 255))
    for left in (60, 450):
        draw.rectangle((left, 430, left + 90, 500), fill=(20, 20, 20, 255))
    if plate is not None:
        image.paste(plate.convert("RGBA").resize((150, 48), Image.Resampling.LANCZOS), (225, 300))
    return image


@dataclass(frozen=True)
class _Street:
    seed: int
    pose: Pose
    road: float
    wall: float
    tall: float
    end: float
    tones: tuple[Floats, ...]
    hole: tuple[float, float, float]
    cards: tuple[Card, ...]

    @classmethod
    def of(cls, seed: int) -> "_Street":
        chance = random.Random(f"rendered {seed}")
        road = chance.uniform(2.2, 4.5)
        wall = road + chance.uniform(1.2, 3.0)
        hole = (chance.uniform(-1.2, 1.2), chance.uniform(3.2, 5.0), chance.uniform(0.35, 0.8))
        pose = Pose(hole[0] + chance.uniform(-1, 1), chance.uniform(-0.6, 0.4), chance.uniform(1.35, 1.7),
                    chance.uniform(-14, 14), chance.uniform(10, 24))  # fmt: skip
        tones = tuple(
            np.array(tone, np.float32) + np.float32(chance.uniform(-22, 22))
            for tone in (
                (96, 95, 97), (158, 150, 140),
                chance.choice(((170, 120, 95), (190, 185, 175), (120, 115, 110))),
                chance.choice(((200, 190, 170), (140, 150, 155), (165, 130, 110))),
                (70, 88, 105), (160, 195, 228),
            )
        )  # fmt: skip
        cards = []
        for number in range(chance.randint(2, 5)):
            side = chance.choice((-1, 1)) * chance.uniform(road + 0.2, wall - 0.3)
            picture, width, height = _furniture(chance)
            cards.append(Card(picture, side, chance.uniform(4, 16) + number * 0.01, width, height))
        return cls(seed, pose, road, wall, chance.uniform(5, 14), chance.uniform(22, 50), tones, hole, tuple(cards))


def _furniture(chance: random.Random) -> tuple[Image.Image, float, float]:
    image = Image.new("RGBA", (120, 240))
    draw = ImageDraw.Draw(image)
    kind = chance.choice(("bin", "pole", "tree"))
    if kind == "bin":
        colour = (*chance.choice(((40, 120, 60), (60, 60, 65), (40, 70, 150))), 255)
        draw.rectangle((10, 40, 110, 240), fill=colour)
        draw.rectangle((0, 20, 120, 50), fill=(30, 30, 32, 255))
        draw.rectangle((35, 100, 85, 150), fill=(230, 230, 225, 255))
        return image, 0.6, 1.1
    if kind == "pole":
        draw.rectangle((54, 0, 66, 240), fill=(80, 82, 86, 255))
        draw.rectangle((20, 10, 100, 60), fill=(*(chance.randint(30, 230) for _ in range(3)), 255))
        return image, 0.7, 3.2
    draw.rectangle((50, 100, 70, 240), fill=(80, 62, 48, 255))
    for _ in range(60):
        x, y, r = chance.gauss(60, 22), chance.gauss(65, 25), chance.uniform(6, 16)
        green = chance.randint(70, 140)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(40, green, 40, 255))
    return image, 2.2, 4.0


def _rays(size: tuple[int, int], pose: Pose) -> tuple[Floats, Floats]:
    width, height = size
    focal = FOCAL * max(size)
    x, y = np.meshgrid((np.arange(width) - width / 2 + 0.5) / focal, (height / 2 - np.arange(height) - 0.5) / focal)
    yaw, pitch = np.radians(pose.yaw), np.radians(pose.pitch)
    up, ahead = y * np.cos(pitch) - np.sin(pitch), y * np.sin(pitch) + np.cos(pitch)
    side, along = x * np.cos(yaw) + ahead * np.sin(yaw), ahead * np.cos(yaw) - x * np.sin(yaw)
    eye = np.array((pose.x, pose.height, pose.z), np.float32)
    return eye, np.stack((side, up, along), -1).astype(np.float32)


def _sky(rays: Floats, street: _Street) -> Floats:
    rise = np.clip(rays[..., 1:2], 0, 1)
    cloud = _noise(rays[..., 0] * 4, rays[..., 1] * 9, street.seed + 5)[..., None]
    return (street.tones[5] + 40 * (0.5 - rise) + 25 * cloud).astype(np.float32)


def _ground(colour: Floats, depth: Floats, eye: Floats, rays: Floats, street: _Street, mended: bool) -> None:
    below = rays[..., 1] < -1e-3
    far = np.where(below, -eye[1] / np.where(below, rays[..., 1], -1), np.inf)
    hit = below & (far < 120)
    distance = far[hit]
    x, z = eye[0] + distance * rays[..., 0][hit], eye[2] + distance * rays[..., 2][hit]
    seed = street.seed
    # What is finer than a pixel is grey: without this, far ground would glitter.
    fine = np.clip(3.0 / distance, 0, 1)
    stone = 26 * fine * _noise(x * 22, z * 22, seed) + 16 * _noise(x * 4, z * 4, seed + 1) + 14 * _noise(x, z, seed + 2)
    tone = street.tones[0] + stone[:, None]
    line = (np.abs(x) < 0.07) & (np.mod(z + seed % 7, 4) < 2)
    tone = np.where(line[:, None], np.float32(215) + stone[:, None], tone)
    seams = np.abs(_noise(x * 1.5, z * 1.5, seed + 3) - 0.05) < 0.018
    tone = np.where(seams[:, None], tone * 0.6, tone)
    walk = np.abs(x) > street.road
    tiles = (np.mod(x, 0.4) < 0.03) | (np.mod(z, 0.4) < 0.03)
    tile = np.floor(x / 0.4) * 7 + np.floor(z / 0.4) * 13
    paved = street.tones[1] + (14 * np.sin(tile * 1.7 + seed) - 35 * tiles * fine + 0.7 * stone)[:, None]
    tone = np.where(walk[:, None], paved, tone)
    kerb = np.abs(np.abs(x) - street.road) < 0.12
    tone = np.where(kerb[:, None], np.float32(195) + 0.6 * stone[:, None], tone)
    at_x, at_z, large = street.hole
    away = np.hypot(x - at_x, (z - at_z) * 1.2) / large + 0.35 * _noise(x * 3, z * 3, seed + 4)
    if mended:
        patch = (np.abs(x - at_x) < large * 1.15) & (np.abs(z - at_z) < large * 1.1)
        tone = np.where(
            patch[:, None], np.float32(58) + 0.8 * 22 * fine[:, None] * _noise(x * 30, z * 30, seed + 9)[:, None], tone
        )
    else:
        rim = (away > 0.9) & (away < 1.05)
        tone = np.where(rim[:, None], tone * 1.25, tone)
        rubble = 34 + 30 * _noise(x * 12, z * 12, seed + 6) + 25 * np.clip(away, 0, 1)
        tone = np.where((away <= 0.9)[:, None], rubble[:, None] * np.array((1.0, 0.9, 0.8), np.float32), tone)
    shade = _noise(x * 0.35 + 9, z * 0.35, seed + 8) > 0.25
    colour[hit] = np.where(shade[:, None], tone * 0.72, tone)
    depth[hit] = distance


def _walls(colour: Floats, depth: Floats, eye: Floats, rays: Floats, street: _Street, mended: bool) -> None:
    for side, base in ((-1, street.tones[2]), (1, street.tones[3]), (0, street.tones[2] * 0.8)):
        axis, where = (0, side * street.wall) if side else (2, street.end)
        with np.errstate(divide="ignore", invalid="ignore"):
            far = (where - eye[axis]) / rays[..., axis]
        up = eye[1] + far * rays[..., 1]
        other = eye[2 - axis] + far * rays[..., 2 - axis]
        tall = street.tall * (1 + 0.35 * np.sin(np.floor(other / 9) * 2.3 + street.seed + side))
        hit = (
            (far > 0.1)
            & (far < depth)
            & (up > 0)
            & (up < tall)
            & ((other < street.end) if side else (np.abs(other) < street.wall))
        )
        u, v, distance = other[hit], up[hit], far[hit]
        fine = np.clip(5.0 / distance, 0, 1)
        house = np.floor(u / 9) * 3 + side + street.seed
        tone = (
            base
            + (
                20 * np.sin(house * 1.9)
                + 22 * fine * _noise(u * 9, v * 9, street.seed + 20 + side)
                + 14 * _noise(u, v, street.seed + 30 + side)
            )[:, None]
        )
        bricks = (np.mod(v, 0.25) < 0.03) | (np.mod(u + 0.3 * np.floor(v / 0.25), 0.6) < 0.03)
        tone = tone - (18 * fine * bricks)[:, None]
        step = 2.0 + 0.5 * np.sin(house)
        cell = np.floor(u / step) * 17 + np.floor(v / 3) * 29 + street.seed
        window = (
            (np.mod(u, step) > step * 0.3) & (np.mod(u, step) < step * 0.8) & (np.mod(v, 3) > 1) & (np.mod(v, 3) < 2.3)
        )
        tone = np.where(window[:, None], street.tones[4] * (0.75 + 0.5 * np.abs(np.sin(cell * 1.3)))[:, None], tone)
        sign = (v > 2.5) & (v < 3.0) & (np.sin(house * 5.1) > -0.4)
        ink = np.stack([120 + 110 * np.sin(house * k) for k in (1.1, 2.3, 3.7)], -1)
        strokes = (_noise(u * 8, v * 8, street.seed + 40) > 0.25)[:, None]
        tone = np.where(sign[:, None], np.where(strokes, np.float32(235), ink), tone)
        colour[hit], depth[hit] = tone, distance


def _stand(colour: Floats, depth: Floats, eye: Floats, rays: Floats, card: Card) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (card.z - eye[2]) / rays[..., 2]
    u = (eye[0] + far * rays[..., 0] - card.x) / card.width + 0.5
    v = 1 - (eye[1] + far * rays[..., 1] - card.bottom) / card.height
    hit = (far > 0.1) & (far < depth) & (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    if not hit.any():
        return
    # Shrunk to about what is seen of it, as a lens would: single far pixels would tear a face apart.
    rows, columns = np.nonzero(hit)
    scale = max(
        1.0, card.picture.height / max(1, np.ptp(rows) + 1), card.picture.width / max(1, np.ptp(columns) + 1) / 2
    )
    small = card.picture.resize(
        (max(1, round(card.picture.width / scale)), max(1, round(card.picture.height / scale))), Image.Resampling.BOX
    )
    paint = np.asarray(small, np.float32)
    seen = paint[(v[hit] * small.height).astype(int), (u[hit] * small.width).astype(int)]
    alpha = seen[:, 3:] / 255
    colour[hit] = seen[:, :3] * alpha + colour[hit] * (1 - alpha)
    solid = alpha[:, 0] > 0.5
    depth[rows[solid], columns[solid]] = far[hit][solid]


def _noise(x: NDArray[np.floating], y: NDArray[np.floating], seed: int) -> Floats:
    """Smooth noise about 0, between -1 and 1: numbers at the corners of a lattice, and between them a soft mean."""
    table = np.random.default_rng((seed % 2**31, 3)).uniform(-1, 1, (256, 256)).astype(np.float32)
    left, low = np.floor(x), np.floor(y)
    a, b = (x - left).astype(np.float32), (y - low).astype(np.float32)
    a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
    i, j = left.astype(np.int64) & 255, low.astype(np.int64) & 255
    i1, j1 = (i + 1) & 255, (j + 1) & 255
    return (table[i, j] * (1 - a) + table[i1, j] * a) * (1 - b) + (table[i, j1] * (1 - a) + table[i1, j1] * a) * b
