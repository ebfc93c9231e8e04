"""A photo as it is kept and shown: safe, upright, small, and nothing but pixels."""

from io import BytesIO

from PIL import Image

from media.hiding import CannotLook, hide
from media.likeness import likeness_of
from media.opening import open_upright
from media.picture import BadPicture, Picture

__all__ = ["BadPicture", "Picture", "clean", "to_jpeg"]

PICTURE_SIDE_PX = 1280  # what Telegram makes of a photo, too
THUMBNAIL_SIDE_PX = 320
QUALITY = 85


def clean(data: bytes, *, hides: bool = True) -> Picture:
    """Make a stranger's file a photo of ours: at most 1280 px, its thumbnail at most 320 px.

    data: a JPEG, PNG, WebP or HEIC of at most 20 MB and 50 megapixels, whatever its name says. hides: whether faces and
    plates are looked for.
    Raises BadPicture (see there for the reasons) and nothing else. It belongs into a worker process (`media.workshop`):
    a hostile file may take all the time and memory there is.
    """
    picture, facts = open_upright(data, PICTURE_SIDE_PX)
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX), Image.Resampling.BICUBIC)
    public, hidden = _hidden(picture) if hides else (picture, 0)
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


def _hidden(picture: Image.Image) -> tuple[Image.Image, int | None]:
    """As media.hiding.hide; None where nobody could look: the picture itself is none the worse for it."""
    try:
        return hide(picture)
    except CannotLook:
        return picture, None


def to_jpeg(picture: Image.Image) -> bytes:
    """Encode; the same pixels give the same bytes. picture must carry no info (`open_upright`, `Image.new`)."""
    # Not progressive: that is six times the work for 10 % fewer bytes (measured).
    made = BytesIO()
    picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
