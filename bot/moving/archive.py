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
import shutil
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from bot.database import AlreadyRunning, Lock
from bot.moving.rows import Row, Shape, Sum, line
from bot.settings import BadSettings
from media.store import flush

MANIFEST, PICTURES, FORMAT = "manifest.json", "pictures", 1
A_PAGE = 1000
NAME = re.compile(r"town-\d{8}T\d{6}Z(-\d+)?")
A_TABLE = re.compile(r"[a-z_]{1,60}")


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
        try:
            told = json.loads((folder / MANIFEST).read_text("utf-8"))
            if told["format"] != FORMAT:
                raise BadSettings([f"{folder}: a backup of format {told['format']}; this program reads {FORMAT}"])
            tables = {name: Kept(**table) for name, table in told.pop("tables").items()}
            if not all(A_TABLE.fullmatch(name) for name in tables):
                raise ValueError("a table's name")
            return cls(**told, tables=tables)
        except FileNotFoundError:
            raise BadSettings([f"{folder}: no backup ({MANIFEST} is missing)"]) from None
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise BadSettings([f"{folder / MANIFEST}: cannot be read ({type(fault).__name__})"]) from None


class Archive:
    """A finished backup, as a source. Raises BadSettings."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.manifest = folder, Manifest.read(folder)
        self.revision = self.manifest.revision
        self.token = sha256((folder / MANIFEST).read_bytes()).hexdigest()

    async def pages(self, shape: Shape, after: Any = None) -> AsyncIterator[list[Row]]:
        kept = self.manifest.tables.get(shape.name)
        if kept is None or kept.columns != shape.columns:  # in whatever order
            raise BadSettings([f"{self.folder}: its {shape.name} is not what revision {self.revision} says it is"])
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
        except (OSError, EOFError, zlib.error, ValueError) as fault:
            raise BadSettings([f"{file}: damaged ({type(fault).__name__})"]) from None

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
        with (
            os.fdopen(_new(self.folder / f"{shape.name}.jsonl.gz"), "wb") as file,
            gzip.GzipFile("", "wb", 6, file, mtime=0) as lines,
        ):
            async for page in pages:
                found.add(page)
                lines.write(b"".join(line(row) + b"\n" for row in page))
                yield page
        columns = {name: kind.value for name, kind in shape.columns.items()}
        self.manifest.tables[shape.name] = Kept(columns, found.rows, found.hash)

    def finish(self) -> Path:
        """Read again and compared; then under its own name. Raises BadSettings."""
        told = json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1)
        with os.fdopen(_new(self.folder / MANIFEST), "w", encoding="utf-8") as file:
            file.write(told)
        for written in (*self.folder.iterdir(), self.folder):
            flush(written)
        Archive(self.folder).check()
        final = self.into / self.name
        self.folder.rename(final)
        flush(self.into)
        return final


@contextmanager
def shelf(into: Path) -> Iterator[None]:
    """DIR for one backup at a time; what a killed one left goes. Raises BadSettings."""
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(into / ".lock")
    try:
        lock.take()
    except AlreadyRunning:
        raise BadSettings([f"{into}: another backup is being written there"]) from None
    try:
        for left in into.glob(".town-*.part"):
            shutil.rmtree(left)
        yield
    finally:
        lock.free()


def backups_in(into: Path) -> list[Path]:
    """The oldest first."""
    return sorted(folder for folder in into.iterdir() if NAME.fullmatch(folder.name)) if into.is_dir() else []


def chosen(folder: Path) -> Path:
    """A backup itself, or the newest of those in a DIR. Raises BadSettings."""
    if (folder / MANIFEST).is_file():
        return folder
    found = backups_in(folder)
    if not found:
        raise BadSettings([f"{folder}: no backup there"])
    return found[-1]


def drop_older(into: Path, keep: int) -> Iterable[Path]:
    """All but the newest `keep`: each under a name that nothing restores before it goes."""
    for old in backups_in(into)[:-keep]:
        aside = into / f".{old.name}.part"
        old.rename(aside)
        shutil.rmtree(aside)
        yield old


def _name_in(into: Path, at: datetime) -> str:
    name = f"town-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    taken = {folder.name for folder in backups_in(into)}
    return name if name not in taken else f"{name}-{1 + sum(one.startswith(name) for one in taken)}"


def _new(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
