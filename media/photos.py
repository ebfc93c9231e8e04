"""A photo as it is kept and shown: safe, upright, small, and nothing but pixels."""

from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile

from PIL import Image

from media.hiding import hide
from media.likeness import likeness_of
from media.opening import BadPicture, open_upright

__all__ = ["BadPicture", "Picture", "clean", "to_jpeg"]

PICTURE_SIDE_PX = 1280  # what Telegram makes of a photo, too
THUMBNAIL_SIDE_PX = 320
QUALITY = 85


@dataclass(frozen=True)
class Picture:
    """image, thumbnail: JPEG, sRGB, without metadata; width, height: of image, in pixels.

    public: image with its faces and plates made unreadable (`hidden`, so many); None where there was none, and where
    nobody looked. likeness: how it looks, as `media.likeness` compares it.

    latitude, longitude: WGS-84 degrees as EXIF had them, both or neither.
    taken_at: the camera's own clock; aware when EXIF gave the offset, else naive local time. May lie in the future.
    """

    image: bytes
    thumbnail: bytes
    public: bytes | None
    hidden: int
    likeness: bytes
    width: int
    height: int
    latitude: float | None
    longitude: float | None
    taken_at: datetime | None


def clean(data: bytes, *, hides: bool = True) -> Picture:
    """Make a stranger's file a photo of ours: at most 1280 px, its thumbnail at most 320 px.

    data: a JPEG, PNG, WebP or HEIC of at most 20 MB and 50 megapixels, whatever its name says. hides: whether faces and
    plates are looked for.
    Raises BadPicture (see there for the reasons) and nothing else. Takes up to a second: call it in a thread.
    """
    picture, facts = open_upright(data, PICTURE_SIDE_PX)
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX), Image.Resampling.LANCZOS)
    public, hidden = hide(picture) if hides else (picture, 0)
    return Picture(
        image=to_jpeg(picture),
        thumbnail=to_jpeg(thumbnail),
        public=to_jpeg(public) if hidden else None,
        hidden=hidden,
        likeness=likeness_of(picture),
        width=picture.width,
        height=picture.height,
        latitude=facts.latitude,
        longitude=facts.longitude,
        taken_at=facts.taken_at,
    )


def to_jpeg(picture: Image.Image) -> bytes:
    """Encode; the same pixels give the same bytes. picture must carry no info (`open_upright`, `Image.new`)."""
    # Into a file of the system: into one of Python's, Pillow encodes without letting any other thread run meanwhile.
    with TemporaryFile() as file:
        picture.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        file.seek(0)
        return file.read()
