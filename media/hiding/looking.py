"""Look for faces and plates, and cover them."""

import cv2
import numpy as np
from PIL import Image

from media.hiding.covering import cover_face, cover_plate
from media.hiding.faces import Box, faces_in
from media.hiding.plates import plates_in
from media.hiding.spots import Spot

LEAST_SIDE_PX = 16
"""In less nobody can be told from anybody."""

cv2.setNumThreads(1)  # each picture has one core; the other belongs to the next picture


def hidden(picture: Image.Image) -> tuple[Image.Image, int]:
    """As media.hiding.hide."""
    if min(picture.size) < LEAST_SIDE_PX:
        return picture, 0
    pixels = np.asarray(picture)
    faces, plates = faces_in(pixels), plates_in(pixels)
    if not faces and not plates:
        return picture, 0
    copy = picture.copy()
    for face in faces:
        cover_face(copy, face)
    for plate in plates:
        cover_plate(copy, plate)
    return copy, _places(faces, plates)


def _places(faces: list[Box], plates: list[Spot]) -> int:
    """How many there are when what overlaps counts once."""
    middles: list[tuple[float, float, float]] = []
    found = [(x + wide / 2, y + high / 2, wide) for x, y, wide, high in faces]
    found += [(middle[0], middle[1], size[0]) for middle, size, _ in plates]
    for x, y, wide in sorted(found, key=lambda one: -one[2]):
        if not any(abs(x - a) < b / 2 and abs(y - c) < b / 2 for a, c, b in middles):
            middles.append((x, y, wide))
    return len(middles)
