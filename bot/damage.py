"""A disk that failed: nothing more is written to it, and before the next start writes, the file is looked through.

The system may have forgotten what it could not write, and say nothing of it the next time: to try again would believe
it. What was being committed is there or not as a whole, and the next start reads which.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy.exc import DatabaseError

log = structlog.get_logger()

FAILED = {
    sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_CORRUPTFS,
}  # fmt: skip
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
BUSY_S = 60.0


class DiskFailed(Exception):
    """What the disk holds is not known any more."""


class Damaged(Exception):
    """The file is not whole."""


def failure_of(fault: BaseException) -> str | None:
    """What SQLite calls it; None for everything that may pass: locked, full, read-only."""
    if not isinstance(fault, DatabaseError):
        return None
    code: int = getattr(fault.orig, "sqlite_errorcode", 0)
    if code in FAILED or code & 0xFF in DAMAGED:
        return str(getattr(fault.orig, "sqlite_errorname", code))
    return None


class Watch:
    """Over one SQLite file. `name`: of the failure after which it is not written any more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sign = path.with_name(path.name + ".unsure")
        self.name: str | None = None

    def refuse(self) -> None:
        """Raises DiskFailed where it did."""
        if self.name is not None:
            raise DiskFailed(f"the disk failed ({self.name}); the next start looks whether the file is whole")

    def note(self, fault: BaseException) -> None:
        """Raises DiskFailed where this is what the fault says."""
        name = failure_of(fault)
        if name is None:
            return
        self.name = name
        with suppress(OSError):
            self.sign.write_text(name, "utf-8")
        self.refuse()

    def look(self) -> None:
        """Through the whole file, if the disk failed the last time. Raises Damaged."""
        if not self.sign.exists():
            return
        log.warning("the disk failed the last time; the database is looked through", failed=self.sign.read_text())
        connection = sqlite3.connect(self.path, timeout=BUSY_S)
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        except sqlite3.DatabaseError as fault:
            found = [str(fault)]
        finally:
            connection.close()
        if found != ["ok"]:
            raise Damaged(f"the file is damaged ({'; '.join(found)}); bring back a backup with `restore`")
        log.info("the database is whole")
        os.unlink(self.sign)
