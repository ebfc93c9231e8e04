"""How a picture looks, in a few bytes: the same picture is known again however it was saved."""

from PIL import Image

BYTES = 32


def likeness_of(picture: Image.Image) -> bytes:
    """The differences of brightness from left to right in a grid of 17 x 16, a bit each."""
    grey = picture.convert("L").resize((17, 16), Image.Resampling.LANCZOS).tobytes()
    bits = "".join(
        "1" if grey[row * 17 + column] < grey[row * 17 + column + 1] else "0"
        for row in range(16)
        for column in range(16)
    )
    return int(bits, 2).to_bytes(BYTES)
