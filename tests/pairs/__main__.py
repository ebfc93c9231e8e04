"""Makes them all: `python -m tests.pairs DIR` writes NAME.jpg each, and sheet.png."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from media.pairs import pair
from tests.pairs.cases import cases

PHONE_PX, GAP_PX, A_ROW = 360, 16, 5
DESK = (206, 214, 208)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shown = list[Image.Image]()
    for case in cases().values():
        made, used = pair(case.candidates, case.words)
        (folder / f"{case.name}.jpg").write_bytes(made)
        picture = Image.open(BytesIO(made))
        print(f"{case.name:20} {picture.width} x {picture.height:4}  {len(made) // 1024:4} kB  shows {used}")
        picture.thumbnail((PHONE_PX, 10_000), Image.Resampling.LANCZOS)
        shown.append(picture)
    sheet(shown).save(folder / "sheet.png")


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """Each in the shortest column."""
    step, depths = PHONE_PX + GAP_PX, [GAP_PX] * A_ROW
    places = []
    for picture in pictures:
        column = depths.index(min(depths))
        places.append((GAP_PX + column * step, depths[column]))
        depths[column] += picture.height + GAP_PX
    made = Image.new("RGB", (GAP_PX + A_ROW * step, max(depths)), DESK)
    for picture, place in zip(pictures, places, strict=True):
        made.paste(picture, place)
    return made


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("pairs"))
