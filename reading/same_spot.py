"""Whether two who name a place in different words mean the very same spot of one landmark."""

import re

from reading.normalise import normalise
from reading.place import Near, PlaceHint, PlaceReader

AREAS = ("compound", "park")
"""Kinds so wide that 门口 is another spot than the rest of it."""
WIDE = ("road", "street")
"""Kinds that name no spot at all."""
AT_THE_DOOR = re.compile(r"大?门口|大门|门前|[这那][里儿边]|[处的,，、 ]")
"""What people add to a name without meaning another spot than who leaves it away."""
TELLS = re.compile(
    r"[东南西北]|[左右前后里内上下外][门侧边面头院排]|对[面过]|背后|隔壁|中间|中段|地下|负[一二三]|楼[道顶梯]"
    r"|[0-9a-z一二三四五六七八九十百]{1,12}(?:号|栋|幢|座|单元|层|楼|排|期|室|户|区|门|弄|组|队)"
)
"""A side, a gate, a house: where two lines differ in one, they tell of two spots."""


def say_the_same_spot(reader: PlaceReader, one: "Telling", other: "Telling") -> bool:
    """Both know the one landmark for sure, and nothing that either says narrows it down otherwise."""
    here, there = one.read(reader), other.read(reader)
    if here is None or there is None or here.landmark != there.landmark or here.landmark is None:
        return False
    if here.landmark.kind in WIDE or "fuzzy" in (here.how, there.how):
        return False
    is_area = here.landmark.kind in AREAS
    return one.beside(reader, here, is_area) == other.beside(reader, there, is_area)


class Telling:
    """text: all that was said; words: of it, those that name the place; near: as for `PlaceReader.read`."""

    def __init__(self, text: str, words: str, near: Near) -> None:
        self.text, self.words, self.near = text, words, near

    def read(self, reader: PlaceReader) -> PlaceHint | None:
        return reader.read(self.words, self.near)

    def beside(self, reader: PlaceReader, hint: PlaceHint, is_area: bool) -> tuple[str, frozenset[str]]:
        """What the place words say beside the landmark's name, and what all of them tell of sides and houses."""
        words, text = normalise(self.words), normalise(self.text)
        name = max((name for name in reader.names_in(words, hint.landmark)), key=len, default="")
        rest = words.replace(name, " ", 1)
        told = text.replace(name, " ", 1) if name else text
        beside = re.sub(r"\s+", "", rest) if is_area else AT_THE_DOOR.sub("", rest)
        return beside, frozenset(TELLS.findall(told.casefold()))
