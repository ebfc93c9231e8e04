"""`corrections FILE`: what leaders and departments put right, as labelled lines for `python -m training`."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.database import Database
from bot.looking import looked_into
from bot.settings import Settings
from models.correction import Correction
from reading.personal import mask

COLUMNS = ("text", "is_report", "category", "alt_categories", "urgent", "place", "has_photo", "note")
"""Those of training/lines/*.csv."""
NOTE = "correction"
BEGINS_A_FORMULA = tuple("=+-@＝＋－＠")
"""A table program would reckon with such a cell, and what it holds was typed by anybody."""


UNSEEN = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069 "


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket's words and what they really told of. category None: of no problem."""

    text: str
    category: str | None
    urgent: bool
    has_photo: bool

    @property
    def cells(self) -> tuple[str, ...]:
        return (
            self.text, _flag(self.category is not None), self.category or "", "", _flag(self.urgent), "",
            _flag(self.has_photo), NOTE,
        )  # fmt: skip


async def export_corrections(settings: Settings, file: Path) -> int:
    """Reads only, also beside a running bot; says in one line how many there are."""
    async with looked_into(settings) as database:
        lines = await _lines(database)
    beside = file.with_name(f".{file.name}.part")  # whole, or not at all
    beside.write_text(as_csv(lines), "utf-8", newline="")
    beside.replace(file)
    print(f"corrected lines: {len(lines)}, in {file}")
    return 0


async def _lines(database: Database) -> list[Line]:
    async with database.read() as session:
        rows = await session.execute(Correction.standing())
        return [
            Line(plain(text), None if is_declined else code, urgent, pictured)
            for text, code, is_declined, urgent, pictured in rows
        ]


def as_csv(lines: Iterable[Line]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(map(_defused, line.cells) for line in lines)
    return written.getvalue()


def plain(text: str) -> str:
    """On one line, and masked once more: by what is known today of how people write numbers."""
    return mask(" ".join(text.split()))


def _defused(cell: str) -> str:
    """On one line, and read as words also behind what nobody sees."""
    cell = " ".join(cell.replace("\x00", "").split())
    return f"'{cell}" if cell.lstrip(UNSEEN).startswith(BEGINS_A_FORMULA) else cell


def _flag(true: bool) -> str:
    return "1" if true else "0"
