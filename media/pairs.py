"""Before and after in one picture: the reward that comes back to the group."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from media.best import LOOK_PX, Shot, best, choose
from media.lettering import GREY, INK, PAPER, cut, draw_arrow, draw_tag, fitting, printable, wrap
from media.opening import BadPicture, open_upright
from media.panels import GAP_PX, WIDTH_PX, Box, fit, kept_of, lay_out
from media.photos import to_jpeg
from media.typeface import FONT_FOLDERS, Typeface, find_font

MOST = 10
"""So many pictures of a side are looked at."""
MOST_PARTIES = 5
NAMED_PX = (46, 38)
"""Largest and smallest type of a caption with a name in it."""
CAPTION_PX = 56  # on a phone 360 points wide that is the size of the chat's own text
PLACE_PX = (54, 44)
FACTS_PX = 44
MARGIN_PX = 24
BEFORE, AFTER = (28, 30, 34, 190), (12, 122, 67, 215)


@dataclass(frozen=True, slots=True)
class Words:
    """All that is written on it. before, after: a few characters each. parties: whose the after pictures are, where
    several worked, by the numbers the pictures carry. place, facts: the lines below, each left out when empty."""

    before: str = ""
    after: str = ""
    parties: tuple[str, ...] = ()
    place: str = ""
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that may be used, as bytes. party: None: of what was wrong; else a number, 0 where one alone worked."""

    data: bytes
    party: int | None
    view: str | None = None


def pair(
    candidates: Sequence[Candidate], words: Words, *, font_folders: tuple[Path, ...] = FONT_FOLDERS
) -> tuple[bytes, list[int]]:
    """The picture of before beside that of after, of each party; of several the best ones, MOST of a side looked at.
    Where there is none of before (a film, or words alone) the others stand there without it.

    Returns a JPEG of 1280 px width without metadata, and the places of those that it shows, before first.
    Where no Chinese typeface is installed the words are left out; the arrow stays. What cannot be opened is passed
    over; raises BadPicture where nothing is left of a side of which there was something.
    """
    before = [n for n, one in enumerate(candidates) if one.party is None][:MOST]
    parties = sorted({one.party for one in candidates if one.party is not None})[:MOST_PARTIES]
    sides = [before, *([n for n, one in enumerate(candidates) if one.party == party][:MOST] for party in parties)]
    used = _chosen(candidates, sides)
    pictures = [open_upright(candidates[at].data, WIDTH_PX)[0] for at in used]
    return to_jpeg(_sheet(pictures, [candidates[at].party for at in used], words, find_font(font_folders))), used


def job(
    files: Sequence[bytes], *, shots: Sequence[Mapping[str, Any]], words: Mapping[str, Any]
) -> tuple[dict[str, Any], list[bytes]]:
    """`pair` in plain data, as it goes to a process of its own. shots: party and view of each of the files; words:
    those of `Words`. Returns {"used": places} and the one picture."""
    candidates = [Candidate(data, shot["party"], shot.get("view")) for data, shot in zip(files, shots, strict=True)]
    made, used = pair(candidates, Words(**{**words, "parties": tuple(words.get("parties", ()))}))
    return {"used": used}, [made]


def _chosen(candidates: Sequence[Candidate], sides: Sequence[Sequence[int]]) -> list[int]:
    """sides: places in candidates, those of before first. A party of which nothing can be opened is left out."""
    if not sides[0]:
        return _best_of_each(candidates, sides[1:])
    if len(sides) == 2 and all(len(side) == 1 for side in sides):
        return [side[0] for side in sides]  # there is nothing to choose, and opening twice takes time
    looked = [_opened(candidates, side) for side in sides]
    first, others = looked[0], [shots for shots in looked[1:] if shots]
    if not first or not others:
        raise BadPicture("not_a_picture")
    one, picked = choose([shot for _, shot in first], [[shot for _, shot in shots] for shots in others])
    return [first[one][0], *(shots[at][0] for shots, at in zip(others, picked, strict=True))]


def _best_of_each(candidates: Sequence[Candidate], sides: Sequence[Sequence[int]]) -> list[int]:
    found = [shots for side in sides if (shots := _opened(candidates, side))]
    if not found:
        raise BadPicture("not_a_picture")
    return [shots[best([shot for _, shot in shots])][0] for shots in found]


def _opened(candidates: Sequence[Candidate], side: Sequence[int]) -> list[tuple[int, Shot]]:
    """Small, with their places; without what cannot be opened."""
    shots = []
    for at in side:
        with suppress(BadPicture):
            shots.append((at, Shot(open_upright(candidates[at].data, LOOK_PX)[0], candidates[at].view)))
    return shots


def _sheet(
    pictures: Sequence[Image.Image], parties: Sequence[int | None], words: Words, typeface: Typeface | None
) -> Image.Image:
    boxes = lay_out(pictures)
    height = max(bottom for _, _, _, bottom in boxes)
    strip = _strip(words, typeface) if typeface else None
    sheet = Image.new("RGB", (WIDTH_PX, height + (strip.height if strip else 0)), PAPER)
    for picture, box in zip(pictures, boxes, strict=True):
        sheet.paste(fit(picture, (box[2] - box[0], box[3] - box[1]), kept_of(len(pictures))), box[:2])
    if parties[0] is None:
        _point(sheet, boxes)
    worked = sum(party is not None for party in parties)
    for party, box in zip(parties, boxes, strict=True):
        if typeface is None:
            break
        told, colour = (words.before, BEFORE) if party is None else (_after(words, party, worked), AFTER)
        told, corner = printable(told, typeface), (box[0] + MARGIN_PX, box[1] + MARGIN_PX)
        size, width = CAPTION_PX, (box[2] - box[0]) // 2
        if party is not None and worked > 1:
            size = fitting(told, typeface, width - NAMED_PX[0], NAMED_PX)
        draw_tag(sheet, corner, told, colour, typeface, size=size, width=width)
    if strip:
        sheet.paste(strip, (0, height))
    return sheet


def _after(words: Words, party: int, worked: int) -> str:
    """Of one who worked alone the group reads the name beside the picture."""
    name = words.parties[party] if worked > 1 and party < len(words.parties) else ""
    return f"{words.after} {name}".strip()


def _point(sheet: Image.Image, boxes: Sequence[Box]) -> None:
    left, top, right, bottom = boxes[0]
    if right < WIDTH_PX:
        draw_arrow(sheet, (right + GAP_PX // 2, (top + bottom) // 2))
    else:
        draw_arrow(sheet, ((left + right) // 2, bottom + GAP_PX // 2), down=True)


def _strip(words: Words, typeface: Typeface) -> Image.Image | None:
    """Paper with the place, large, and below it the number and the dates."""
    place, facts = printable(words.place, typeface), printable(words.facts, typeface)
    room = WIDTH_PX - 2 * MARGIN_PX
    lines: list[tuple[str, int, tuple[int, int, int]]] = []
    if place:
        told, size = wrap(place, typeface, room, PLACE_PX)
        lines += [(line, size, INK) for line in told]
    if facts:
        lines.append((cut(facts, typeface.at(FACTS_PX), room), FACTS_PX, GREY))
    if not lines:
        return None
    strip = Image.new("RGB", (WIDTH_PX, MARGIN_PX + sum(_step(size) for _, size, _ in lines)), PAPER)
    draw, top = ImageDraw.Draw(strip), MARGIN_PX // 2
    for line, size, ink in lines:
        draw.text((MARGIN_PX, top + _step(size) / 2), line, font=typeface.at(size), fill=ink, anchor="lm")
        top += _step(size)
    return strip


def _step(size: int) -> int:
    return round(size * 1.4)
