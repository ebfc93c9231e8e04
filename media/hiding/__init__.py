"""Faces and plates made unreadable, so that a picture may be seen by many (field.md h, 3)."""

from PIL import Image


class CannotLook(RuntimeError):
    """The detector cannot be loaded: nobody may say of a picture that there is nobody in it."""


def hide(picture: Image.Image) -> tuple[Image.Image, int]:
    """A copy with what would tell who somebody is made unreadable, and how many places that were; the very picture
    where there was none.

    picture: RGB, of any size. Raises CannotLook and nothing else.
    """
    try:
        # Here and not above: 60 MB that the bot's own process, which only hands pictures on, has no need of.
        from media.hiding.looking import hidden
    except ImportError as error:
        raise CannotLook(str(error)) from error
    return hidden(picture)


def why_not() -> str | None:
    """What keeps the detector from looking on this machine; None where it looks. Loads it."""
    try:
        hide(Image.new("RGB", (64, 64)))
    except CannotLook as error:
        return str(error)
    return None
