"""Before and after in one picture, against what anybody would write with Pillow alone, in the same process and run."""

import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from media.pairs import Candidate, Words, pair
from tests.benchmarks.figures import Line, ratio
from tests.makers import drawn

SIZE = (960, 1280)
AIM = 0.5
"""What the words, the choice of shape and the safe opening (twice: a look, then the picture) may cost besides."""
WORDS = Words("前", "后", (), "团结西路印刷技校门口", "#LH2611210007 · 11月21日 08:30 → 11月22日 16:05")


async def measured(*, count: int, rounds: int, seed: int) -> list[Line]:
    """Pairs a second. `bare`: two JPEGs of 1280 px decoded, shrunk, pasted and saved."""
    before, after = (_jpeg(drawn(seed, SIZE, mended=mended)) for mended in (False, True))
    sides = [Candidate(before, None), Candidate(after, 0)]
    pair(sides, WORDS)  # the typeface is looked for once
    ours, bare = list[float](), list[float]()
    for _ in range(rounds):
        ours.append(_a_second(lambda: pair(sides, WORDS), count))
        bare.append(_a_second(lambda: _bare(before, after), count))
    return [ratio("before and after in one picture, one core", "a second", ours, bare, AIM)]


def _a_second(work: Callable[[], object], count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - begun)


def _bare(before: bytes, after: bytes) -> bytes:
    sheet = Image.new("RGB", (1280, 1010), "white")
    for left, data in ((0, before), (644, after)):
        with Image.open(BytesIO(data)) as picture:
            sheet.paste(picture.resize((636, 848), Image.Resampling.LANCZOS), (left, 0))
    made = BytesIO()
    sheet.save(made, "JPEG", quality=85, optimize=True, progressive=True)
    return made.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    made = BytesIO()
    picture.save(made, "JPEG", quality=85)
    return made.getvalue()
