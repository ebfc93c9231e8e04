"""A backup on disk: a folder for each moment, and the pictures of all of them once.

    DIR/town-20261122T055501Z/manifest.json      what is in it, how much, and its sums
    DIR/town-20261122T055501Z/tickets.jsonl.gz   one table, one row a line
    DIR/pictures/ab/cd/abcd…                     as in a store of pictures

It holds people's words and names: folders 0700, files 0600.
"""

import gzip
import json
import os
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Self

from bot.moving.naming import at
from bot.moving.rows import Row, Shape, Sum, line
from bot.settings import BadSettings
from media.store import flush

MANIFEST, PICTURES, FORMAT = "manifest.json", "pictures", 1
A_PAGE = 1000
NAME = re.compile(r"town-\d{8}T\d{6}Z(-\d+)?")
A_TABLE, A_PICTURE = re.compile(r"[a-z_]{1,60}"), re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """One table of a backup."""

    columns: dict[str, str]
    rows: int
    hash: str


@dataclass
class Manifest:
    """at: the moment of the snapshot. pictures: keys its records name. missing: those that were in no store."""

    at: str
    revision: str
    tables: dict[str, Kept] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises BadSettings."""
        file = folder / MANIFEST
        try:
            told = json.loads(file.read_text("utf-8"))
            if told["format"] != FORMAT:
                raise BadSettings([f"{folder}: a backup of format {told['format']}; this program reads {FORMAT}"])
            tables = {name: Kept(**table) for name, table in told.pop("tables").items()}
            found = cls(**told, tables=tables)
            found._refuse_nonsense()
            return found
        except FileNotFoundError:
            raise BadSettings([f"{folder}: no backup ({MANIFEST} is missing)"]) from None
        except OSError as fault:
            raise BadSettings([f"{file}: cannot be read ({fault.strerror})"]) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadSettings([f"{file}: damaged, or not a manifest of ours"]) from None

    def _refuse_nonsense(self) -> None:
        """What later becomes the name of a file, or is looked up. Raises ValueError, TypeError."""
        names = [*self.tables, *self.pictures, *self.missing]
        sound = [*map(A_TABLE.fullmatch, self.tables), *map(A_PICTURE.fullmatch, names[len(self.tables) :])]
        if not all(sound) or not isinstance(self.revision, str) or not isinstance(self.at, str):
            raise ValueError("a name")


class Archive:
    """A finished backup, as a source. Raises BadSettings."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.manifest = folder, Manifest.read(folder)
        self.revision = self.manifest.revision
        self.token = sha256((folder / MANIFEST).read_bytes()).hexdigest()
        self.command = f"restore {folder}"

    async def pages(self, shape: Shape, after: Any = None) -> AsyncIterator[list[Row]]:
        kept = self.manifest.tables.get(shape.name)
        if kept is None or kept.columns != shape.columns:  # in whatever order
            manifest = self.folder / MANIFEST
            raise BadSettings(
                [f"{manifest}: {shape.name} is not as in revision {self.revision}: damaged, or not a manifest of ours"]
            )
        order = [list(kept.columns).index(name) for name in shape.columns]
        page: list[Row] = []
        for row in self.rows(shape.name):
            ordered = [row[place] for place in order]
            if after is not None and ordered[shape.key_at] <= after:
                continue
            page.append(ordered)
            if len(page) == A_PAGE:
                yield page
                page = []
        if page:
            yield page

    def rows(self, table: str) -> Iterator[Row]:
        file = self.folder / f"{table}.jsonl.gz"
        try:
            with gzip.open(file, "rb") as lines:
                for one in lines:
                    yield json.loads(one)
        except FileNotFoundError:
            raise BadSettings([f"{file}: missing"]) from None
        except EOFError:
            raise BadSettings([f"{file}: damaged (its end is missing)"]) from None
        except (OSError, zlib.error, ValueError) as fault:
            told = getattr(fault, "strerror", None)  # the disk's own words; gzip has none
            raise BadSettings([f"{file}: cannot be read ({told})" if told else f"{file}: damaged"]) from None

    def check(self) -> None:
        """Every row as it was written. Raises BadSettings."""
        for name, kept in self.manifest.tables.items():
            found = Sum()
            found.add(self.rows(name))
            if (found.rows, found.hash) != (kept.rows, kept.hash):
                told = (
                    f"{found.rows} rows, {kept.rows} were written" if found.rows != kept.rows else "not the same rows"
                )
                raise BadSettings([f"{self.folder / f'{name}.jsonl.gz'}: damaged ({told})"])


class Writing:
    """A backup on its way: under a name that nothing restores, until all of it is on the disk."""

    def __init__(self, into: Path, at: datetime, revision: str) -> None:
        self.into = into
        self.name = _name_in(into, at)
        self.folder = into / f".{self.name}.part"
        self.manifest = Manifest(at.astimezone(UTC).isoformat(timespec="seconds"), revision)
        self.folder.mkdir(mode=0o700)

    async def take(self, shape: Shape, pages: AsyncIterator[list[Row]]) -> AsyncIterator[list[Row]]:
        """Writes what passes."""
        found = Sum()
        path = self.folder / f"{shape.name}.jsonl.gz"
        file = os.fdopen(_new(path), "wb")
        lines = gzip.GzipFile("", "wb", 6, file, mtime=0)
        try:
            async for page in pages:
                found.add(page)
                with at(path):
                    lines.write(b"".join(line(row) + b"\n" for row in page))
                yield page
        finally:
            with at(path), file, lines:
                pass  # closed: that may be when the disk is found full
        columns = {name: kind.value for name, kind in shape.columns.items()}
        self.manifest.tables[shape.name] = Kept(columns, found.rows, found.hash)

    def finish(self) -> Path:
        """Read again and compared; then under its own name. Raises BadSettings."""
        told = json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1)
        with at(self.folder / MANIFEST), os.fdopen(_new(self.folder / MANIFEST), "w", encoding="utf-8") as file:
            file.write(told)
        for written in (*self.folder.iterdir(), self.folder):
            with at(written):
                flush(written)
        Archive(self.folder).check()
        final = self.into / self.name
        self.folder.rename(final)
        flush(self.into)
        return final


def named_in(into: Path) -> list[Path]:
    """What is called as a backup is, whatever is in it."""
    return [folder for folder in into.iterdir() if NAME.fullmatch(folder.name)] if into.is_dir() else []


def _name_in(into: Path, at: datetime) -> str:
    name = f"town-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    taken = {folder.name for folder in named_in(into)}
    if name not in taken:
        return name
    return next(other for number in count(2) if (other := f"{name}-{number}") not in taken)


def _new(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
