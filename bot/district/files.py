"""Bytes of a folder's file into text, and text into the rows of a table."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from bot.district.cells import Cells
from bot.district.faults import Fault, quoted

FILE_LIMIT = 64 * 2**20  # bytes


@dataclass(frozen=True)
class Columns:
    """What a table's header must hold, and what it may."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


def read_text(path: Path, faults: list[Fault]) -> str | None:
    """The file's text without its BOM; None after a fault."""

    try:
        if path.stat().st_size > FILE_LIMIT:
            faults.append(Fault(path.name, None, None, f"is larger than {FILE_LIMIT // 2**20} MB"))
            return None
        raw = path.read_bytes()
        words = raw.decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(path.name, None, None, f"cannot be read: {error.strerror or error}"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(Fault(path.name, line, None, f"is not UTF-8{_looks_like(raw)}; save the file as UTF-8"))
    else:
        if "\x00" not in words:
            return words
        line = words.count("\n", 0, words.index("\x00")) + 1
        faults.append(Fault(path.name, line, None, "holds a NUL byte; save the file as plain UTF-8 text"))
    return None


def read_table(path: Path, columns: Columns, faults: list[Fault], warnings: list[Fault]) -> Iterator[Cells]:
    """The rows of a CSV file, cells stripped, empty rows left out. Faults and warnings of the file's form are added."""
    words = read_text(path, faults)
    if words is None:
        return
    rows = _rows(path.name, words, faults)
    header_line, names = next(rows, (1, []))
    header = [name.lower() for name in names]
    if not _is_sound(path.name, header_line, header, columns, faults, warnings):
        return
    absent = tuple(name for name in columns.needed if name not in header)
    for line, cells in rows:
        values = dict(zip_longest(header, cells[: len(header)], fillvalue=""))
        row = Cells(path.name, line, values, faults, absent)
        if any(cells[len(header) :]):
            row.wrong(None, f"has {len(cells)} cells, the header has {len(header)}; a comma inside a cell needs quotes")
            row.faults = []  # what has slipped into the wrong column is no news, but others may name this row's key
        yield row


def _rows(file: str, words: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    # newline="" keeps line ends inside quoted cells, and takes \n, \r\n and \r as the end of a line.
    reader = csv.reader(io.StringIO(words, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            faults.append(Fault(file, line, None, _csv_reason(str(error))))
            continue
        if any(cells):
            yield line, cells


def _is_sound(
    file: str, line: int, header: list[str], columns: Columns, faults: list[Fault], warnings: list[Fault]
) -> bool:
    if not header:
        faults.append(Fault(file, line, None, f"is empty; the first line must name {', '.join(columns.needed)}"))
        return False
    missing = [name for name in columns.needed if name not in header]
    if missing and len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        faults.append(Fault(file, line, None, "its columns are not separated by commas; save it as CSV with commas"))
        return False
    faults += [Fault(file, line, name, "this column is missing") for name in missing]
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    faults += [Fault(file, line, name, "this column stands there twice") for name in repeated]
    known = columns.needed + columns.optional
    strange = [name for name in header if name and name not in known]
    warnings += [Fault(file, line, name, "this column is not known and is left aside") for name in strange]
    return len(missing) < len(columns.needed) and not repeated


def _csv_reason(error: str) -> str:
    if "unexpected end" in error:
        return 'a quote (") opened here is never closed'
    if "field larger" in error:
        return 'a cell is far too long; perhaps a quote (") opened here is never closed'
    return f"is no CSV: {quoted(error, 80)}; a quote inside a cell is written twice, and the cell stands in quotes"


def _looks_like(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return " but UTF-16"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " but looks like GBK"
