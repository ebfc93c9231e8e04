"""What a camera wrote beside the picture: which way is up, where, and when."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")
_OLDEST = 2000  # a clock that was never set says 1970 or 1980; phones did not take photos before


@dataclass(frozen=True)
class Facts:
    """orientation: 1 to 8 as EXIF has it. latitude, longitude: degrees, both or neither. taken_at: see `Picture`."""

    orientation: int = 1
    latitude: float | None = None
    longitude: float | None = None
    taken_at: datetime | None = None


def read_facts(picture: Image.Image) -> Facts:
    """Read what EXIF says; what is absurd or cannot be read is left out. Never raises for a bad file."""
    try:
        exif = picture.getexif()
    except Exception:  # offsets are the sender's: a picture with broken EXIF is a picture without EXIF
        return Facts()
    latitude, longitude = _place(_part(exif, IFD.GPSInfo))
    return Facts(_orientation(exif), latitude, longitude, _moment(_part(exif, IFD.Exif)))


def _part(exif: Image.Exif, which: IFD) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(which))
    except Exception:  # as above
        return {}


def _orientation(exif: Image.Exif) -> int:
    value = exif.get(Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _place(gps: dict[int, Any]) -> tuple[float, float] | tuple[None, None]:
    latitude = _degrees(gps.get(GPS.GPSLatitude), gps.get(GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef), "EW", 180)
    # 0, 0 is how a camera without a fix fills its form, not a place in the Gulf of Guinea.
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None, None
    return latitude, longitude


def _degrees(value: Any, ref: Any, letters: str, limit: int) -> float | None:
    """Degrees, minutes, seconds and a letter (the positive one first in letters) as signed degrees."""
    letter = str(ref).strip("\0 ").upper()
    if letter not in tuple(letters):
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    # Also false for the NaN that 0/0 becomes.
    if not (degrees >= 0 and 0 <= minutes <= 60 and 0 <= seconds <= 60):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    if total > limit:
        return None
    return total if letter == letters[0] else -total


def _moment(exif: dict[int, Any]) -> datetime | None:
    for when, zone in (
        (Base.DateTimeOriginal, Base.OffsetTimeOriginal),
        (Base.DateTimeDigitized, Base.OffsetTimeDigitized),
    ):
        found = _MOMENT.fullmatch(str(exif.get(when, "")).strip("\0 "))
        if not found:
            continue
        year, month, day, clock = found.groups()
        stated = _OFFSET.fullmatch(str(exif.get(zone, "")).strip("\0 "))
        offset = stated[0] if stated else ""
        try:
            moment = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{offset}")
        except ValueError:
            continue
        if moment.year >= _OLDEST:
            return moment
    return None
