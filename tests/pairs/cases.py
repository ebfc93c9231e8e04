"""Twenty pairs as they come: upright and wide, dark and tiny, of one department or four, in words long and short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from media.pairs import Candidate, Words
from tests.makers import borrowed, drawn, rendered
from tests.makers.rendered import near

UPRIGHT, WIDE, SQUARE, FILM, PANORAMA = (960, 1280), (1280, 960), (1080, 1080), (1280, 720), (1280, 320)
SAMPLES = Path(__file__).parents[2] / "simulator" / "samples"
HOLE = Words(
    "前", "后", ("市政工程养护中心", "排水公司", "交警支队", "园林绿化管理站"), "团结西路印刷技校门口",
    "#LH2611210007 · 11月21日 08:30 → 11月22日 16:05",
)  # fmt: skip
ENGLISH = replace(
    HOLE, before="Before", after="After", parties=("Municipal Works", "Drainage"), place="Gate of the printing school",
    facts="#LH2611210007 · 21 Nov 08:30 → 22 Nov 16:05",
)  # fmt: skip
LONG = replace(
    HOLE, place="团结西路与环城北路交叉口向西约一百五十米路北侧印刷技校东门外公交站台后面人行道靠近第三棵行道树的位置",
)  # fmt: skip
ODD = replace(HOLE, place="🚧 𠮷祥里𪚥胡同 Café №3 👷‍♂️")


@dataclass(frozen=True)
class Case:
    """candidates: as media.pairs takes them. name: also the file's."""

    name: str
    candidates: Sequence[Candidate]
    words: Words


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def sample(name: str) -> Image.Image:
    with Image.open(SAMPLES / f"{name}.jpg") as picture:
        return picture.convert("RGB")


@cache
def street(seed: int, size: tuple[int, int] = UPRIGHT, *, mended: bool = False, shot: int = 0) -> Image.Image:
    return rendered(seed, size, mended=mended, pose=near(seed, shot) if shot else None, shot=shot)


@cache
def plan(seed: int, size: tuple[int, int] = UPRIGHT, *, mended: bool = False, camera: int = 0) -> Image.Image:
    return drawn(seed, size, mended=mended, camera=camera)


def two(name: str, before: Image.Image, after: Image.Image, words: Words = HOLE) -> Case:
    return Case(name, [Candidate(jpeg(before), None), Candidate(jpeg(after), 0)], words)


def joint(name: str, before: Image.Image, *after: Image.Image, words: Words = HOLE) -> Case:
    parts = [Candidate(jpeg(one), party) for party, one in enumerate(after)]
    return Case(name, [Candidate(jpeg(before), None), *parts], words)


@cache
def cases() -> Mapping[str, Case]:
    hole, patch = sample("hole"), sample("mended")
    return {
        case.name: case
        for case in (
            two("upright", hole, patch),
            two("bins", sample("bins_before"), sample("bins_after"), replace(HOLE, place="柳桥三小门口")),
            two("flood", sample("flood_before"), sample("flood_after"), replace(HOLE, place="")),
            two("dark", sample("lamp_before"), sample("lamp_after")),
            two("english", sample("tree_before"), sample("tree_after"), ENGLISH),
            two("long_words", sample("manhole_before"), sample("manhole_after"), LONG),
            two("odd_words", sample("ebikes_before"), sample("ebikes_after"), ODD),
            two("rendered", street(3), street(3, mended=True, shot=2)),
            two("wide", street(5, WIDE), street(5, WIDE, mended=True, shot=1)),
            two("film_wide", plan(4, FILM), plan(4, FILM, mended=True, camera=1)),
            two("upright_and_wide", street(7), street(7, WIDE, mended=True, shot=1)),
            two("square", plan(2, SQUARE), plan(2, SQUARE, mended=True, camera=2)),
            two("panorama", plan(6, PANORAMA), plan(6, UPRIGHT, mended=True)),
            two("tiny", street(9).resize((90, 120)), street(9, mended=True)),
            two("very_dark", ImageEnhance.Brightness(street(11)).enhance(0.25), street(11, mended=True, shot=1)),
            two("the_same_twice", hole, hole),
            two("borrowed", borrowed(0, WIDE), borrowed(3, WIDE), ENGLISH),
            joint("two_departments", hole, patch, sample("manhole_after")),
            joint("three_departments", sample("flood_before"), sample("flood_after"), sample("manhole_after"), patch),
            joint(
                "four_departments", street(5, WIDE), street(5, WIDE, mended=True, shot=1), plan(4, WIDE, mended=True),
                street(5, UPRIGHT, mended=True, shot=3), sample("tree_after"), words=LONG,
            ),
        )
    }  # fmt: skip


def blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(6))


def lit(picture: Image.Image, light: float) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(light)


def close_up(picture: Image.Image) -> Image.Image:
    """A tenth of it, as large as the whole: asphalt, and no word where that is."""
    width, height = picture.size
    part = picture.crop((width // 3, height * 6 // 10, width // 3 + width // 4, height * 6 // 10 + height // 4))
    return part.resize(picture.size, Image.Resampling.BICUBIC)
