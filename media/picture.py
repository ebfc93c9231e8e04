"""What a picture worker gives back, and why it may refuse. Nothing here opens a picture: the bot itself needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

MAX_BYTES = 20 * 1024 * 1024  # telegram.md: getFile gives no more

Json = dict[str, Any]


class BadPicture(ValueError):
    """A file that is not worked on; reason: too_large, not_a_picture, too_many_pixels or broken, and of a worker
    process that was stopped in the midst of it: too_slow (time), too_much (memory)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """image, thumbnail: JPEG, sRGB, without metadata; width, height: of image, in pixels.

    public: image with its faces and plates made unreadable (`hidden`, so many); None where there was none, and where
    nobody looked. hidden: None where somebody should have looked and could not: not for many eyes then. likeness: how
    it looks, as `media.likeness` compares it.

    latitude, longitude: WGS-84 degrees as EXIF had them, both or neither.
    taken_at: the camera's own clock; aware when EXIF gave the offset, else naive local time. May lie in the future.
    """

    image: bytes
    thumbnail: bytes
    public: bytes | None
    hidden: int | None
    likeness: bytes
    width: int
    height: int
    latitude: float | None
    longitude: float | None
    taken_at: datetime | None

    def told(self) -> tuple[Json, list[bytes]]:
        """As plain words and bytes, for a pipe."""
        words = {
            "hidden": self.hidden,
            "likeness": self.likeness.hex(),
            "size": [self.width, self.height],
            "place": None if self.latitude is None else [self.latitude, self.longitude],
            "taken_at": None if self.taken_at is None else self.taken_at.isoformat(),
        }
        return words, [self.image, self.thumbnail, *([] if self.public is None else [self.public])]

    @classmethod
    def heard(cls, words: Mapping[str, Any], files: Sequence[bytes]) -> Self:
        """The same from the other end, where nothing is trusted: raises TypeError, ValueError or KeyError for what is
        no picture's."""
        image, thumbnail, *public = files
        width, height = (int(side) for side in words["size"])
        latitude, longitude = (None, None) if words["place"] is None else (float(part) for part in words["place"])
        return cls(
            image=image,
            thumbnail=thumbnail,
            public=public[0] if public else None,
            hidden=None if words["hidden"] is None else int(words["hidden"]),
            likeness=bytes.fromhex(words["likeness"]),
            width=width,
            height=height,
            latitude=latitude,
            longitude=longitude,
            taken_at=None if words["taken_at"] is None else datetime.fromisoformat(words["taken_at"]),
        )
