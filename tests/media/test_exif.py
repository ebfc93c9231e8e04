"""Where and when: what EXIF says is read exactly, what is absurd is dropped."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from PIL.ExifTags import GPS, Base
from PIL.TiffImagePlugin import IFDRational

from media.photos import Picture, clean
from tests.media.pictures import HUIZHOU, PUNCTUAL, encode, exif, four_colours


def photo_with(gps: dict[int, Any] | None = None, times: dict[int, Any] | None = None) -> Picture:
    return clean(encode(four_colours(), exif=exif(gps=gps, times=times)))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, (23.09, 114.41)),
        ({GPS.GPSLatitudeRef: "S", GPS.GPSLongitudeRef: "W"}, (-23.09, -114.41)),
        ({GPS.GPSLatitude: (23.09, 0.0, 0.0)}, (23.09, 114.41)),
        ({GPS.GPSLatitude: (23.0, 5.4, 0.0)}, (23.09, 114.41)),
        ({GPS.GPSLatitude: (90.0, 0.0, 0.0)}, (90.0, 114.41)),
    ],
)
def test_places(changes: dict[int, Any], place: tuple[float, float]) -> None:
    photo = photo_with(HUIZHOU | changes)
    assert (photo.latitude, photo.longitude) == pytest.approx(place, abs=1e-7)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({GPS.GPSLatitude: (91.0, 0.0, 0.0)}, id="beyond the pole"),
        pytest.param({GPS.GPSLongitude: (180.0, 0.0, 1.0)}, id="around the world"),
        pytest.param({GPS.GPSLatitude: (23.0, 75.0, 0.0)}, id="75 minutes"),
        pytest.param({GPS.GPSLatitude: (23.0, 5.0)}, id="two numbers"),
        pytest.param({GPS.GPSLatitudeRef: "Q"}, id="no such direction"),
        pytest.param({GPS.GPSLatitudeRef: ""}, id="no direction"),
        pytest.param({GPS.GPSLatitude: (0, 0, 0), GPS.GPSLongitude: (0, 0, 0)}, id="a form filled with zeros"),
        pytest.param({GPS.GPSLatitude: (23.0, 5.0, IFDRational(0, 0))}, id="0/0 seconds"),
    ],
)
def test_absurd_places_are_dropped_whole(changes: dict[int, Any]) -> None:
    photo = photo_with(HUIZHOU | changes)
    assert (photo.latitude, photo.longitude) == (None, None)


def test_half_a_place_is_none() -> None:
    photo = photo_with({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (23.0, 5.0, 24.0)})
    assert (photo.latitude, photo.longitude) == (None, None)


@pytest.mark.parametrize(
    ("times", "moment"),
    [
        (PUNCTUAL, datetime(2026, 11, 21, 8, 30, 15, tzinfo=timezone(timedelta(hours=8)))),
        ({Base.DateTimeOriginal: "2026:11:21 08:30:15"}, datetime(2026, 11, 21, 8, 30, 15)),  # noqa: DTZ001
        (PUNCTUAL | {Base.OffsetTimeOriginal: "Beijing"}, datetime(2026, 11, 21, 8, 30, 15)),  # noqa: DTZ001
        (PUNCTUAL | {Base.OffsetTimeOriginal: "+00:00"}, datetime(2026, 11, 21, 8, 30, 15, tzinfo=UTC)),
        ({Base.DateTimeDigitized: "2026:11:21 08:30:15"}, datetime(2026, 11, 21, 8, 30, 15)),  # noqa: DTZ001
        ({Base.DateTimeOriginal: "0000:00:00 00:00:00"}, None),
        ({Base.DateTimeOriginal: "1970:01:01 00:00:00"}, None),
        ({Base.DateTimeOriginal: "2026:13:41 08:30:15"}, None),
        ({Base.DateTimeOriginal: "2026:11:21 25:61:61"}, None),
        ({Base.DateTimeOriginal: "昨天"}, None),
        ({}, None),
    ],
)
def test_times(times: dict[int, Any], moment: datetime | None) -> None:
    seen = photo_with(times=times).taken_at
    assert seen == moment
    assert (seen and seen.utcoffset()) == (moment and moment.utcoffset())
