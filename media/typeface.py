"""A typeface with Chinese characters, from whatever is installed on this machine."""

from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, lru_cache
from os.path import expanduser
from pathlib import Path

from PIL import ImageFont

FONT_FOLDERS = tuple(
    Path(expanduser(folder))
    for folder in (
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "~/.local/share/fonts",
        "~/.fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
        "C:/Windows/Fonts",
    )
)
# Best first: bold sans serifs stay readable on a phone; any Chinese glyphs are better than none.
_WANTED = (
    "notosanscjk*bold*",
    "notosanssc*bold*",
    "sourcehansans*bold*",
    "notosanscjk*",
    "notosanssc*",
    "sourcehansans*",
    "pingfang*",
    "hiragino sans gb*",
    "stheiti*",
    "msyhbd*",
    "msyh*",
    "wqy-microhei*",
    "wqy-zenhei*",
    "simhei*",
    "droidsansfallback*",
    "notoserifcjk*",
    "sourcehanserif*",
)
_SUFFIXES = {".ttf", ".ttc", ".otf", ".otc"}
_NOBODYS = "\uffff"  # no character, so that no typeface has it
_MOST_FACES = 16  # in one collection; Noto Sans CJK has ten


@dataclass(frozen=True)
class Typeface:
    """One face of a font file; index counts inside a collection (.ttc)."""

    path: Path
    index: int

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """The face at a height of size pixels. Raises OSError when the file is gone."""
        # Not ImageFont.truetype(): for a bad file it looks for another one of the same name elsewhere.
        return ImageFont.FreeTypeFont(self.path, size, index=self.index)

    def has(self, char: str) -> bool:
        """Whether it has a shape of its own for the character; what it lacks, it draws as an empty box."""
        return _has(self, char)


@lru_cache(maxsize=4096)
def _has(face: Typeface, char: str) -> bool:
    return _shape(face, char) != _box(face)


@lru_cache(maxsize=4)
def _box(face: Typeface) -> tuple[tuple[int, int], bytes]:
    return _shape(face, _NOBODYS)


def _shape(face: Typeface, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _small(face).getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=4)
def _small(face: Typeface) -> ImageFont.FreeTypeFont:
    return face.at(24)


@cache
def find_font(folders: tuple[Path, ...] = FONT_FOLDERS) -> Typeface | None:
    """The best Chinese typeface in folders and all below them, or None. Searched once per process."""
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES)
    for pattern in _WANTED:
        for file in files:
            if fnmatch(file.name.lower(), pattern) and (face := _simplified(file)):
                return face
    return None


def _simplified(file: Path) -> Typeface | None:
    """The face with the mainland's shapes, else the first one; None for a file that is no font."""
    first = None
    for index in range(_MOST_FACES):
        face = Typeface(file, index)
        try:
            family, _ = face.at(16).getname()
        except OSError:  # no such file, no font, or past the collection's last face
            break
        first = first or face
        if family and {"SC", "GB", "CN"} & set(family.split()):
            return face
    return first
