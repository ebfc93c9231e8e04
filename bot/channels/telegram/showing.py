"""What a message shows or lets hear: a photo, a film, a voice; also where it was sent as a file."""

import re
from collections.abc import Mapping
from typing import Final, Literal

from bot.channels.telegram.fields import NOTHING, Part, part, parts, whole, words
from handlers.heard import HeardPhoto

PICTURE_NAME: Final = re.compile(r".\.(jpe?g|png|heic|heif|webp|tiff?|bmp|avif)\Z", re.IGNORECASE)
FILM_NAME: Final = re.compile(r".\.(mp4|mov|m4v|3gp|webm|mkv|avi)\Z", re.IGNORECASE)
CLIPS: Final[Mapping[str, Literal["video", "voice", "round"]]] = {
    "video": "video",
    "voice": "voice",
    "video_note": "round",
}


def shown(message: Part) -> tuple[HeardPhoto, ...]:
    """At most one: Telegram sends each part of an album by itself."""
    sizes = parts(message, "photo") or parts(part(message, "live_photo"), "photo")
    largest = max(sizes, key=lambda size: (whole(size, "width") or 0) * (whole(size, "height") or 0), default=NOTHING)
    found = _one(largest) or _clip(message) or _file(message)
    return () if found is None else (found,)


def _clip(message: Part) -> HeardPhoto | None:
    if "animation" in message:  # which comes with a document of the same file
        # Most are a smile; with words of a problem, or under a report, it is a film that has no sound.
        is_said = bool(words(message, "caption").strip()) or "reply_to_message" in message
        return _one(part(message, "animation"), kind="video", unlikely=True) if is_said else None
    for field, kind in CLIPS.items():
        if field in message:
            return _one(part(message, field), kind=kind)
    return None


def _file(message: Part) -> HeardPhoto | None:
    """Its content decides in the end (media/opening.py, media/films.py); here only how likely it is a picture. Some
    telephones send a photo as bytes without a name, or under another's."""
    document = part(message, "document")
    if "animation" in message or not document:
        return None
    mime, name = words(document, "mime_type").lower(), words(document, "file_name")
    if mime.startswith("image/") or PICTURE_NAME.search(name):
        return _one(document, file=True)
    if mime.startswith("video/") or FILM_NAME.search(name):
        return _one(document, file=True, kind="video")
    return _one(document, file=True, unlikely=True)


def _one(
    source: Part, *, file: bool = False, kind: Literal["photo", "video", "voice", "round"] = "photo",
    unlikely: bool = False,
) -> HeardPhoto | None:  # fmt: skip
    ref, key = words(source, "file_id"), words(source, "file_unique_id")
    return HeardPhoto(ref, key, file, whole(source, "file_size"), kind, unlikely) if ref and key else None
