"""What a line of ours may name: a database without its secrets, and the path a disk's complaint is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from media.store import FolderStore, Store

HARMLESS = {"host", "port", "user", "database", "ssl", "timeout", "mode", "uri"}
"""Words of a URL's query that hold no secret. Any other may: `password=`, but also `dsn=`, and what drivers add."""
HIDDEN = "***"


def shown(url: URL) -> str:
    hidden = {name: HIDDEN for name in url.query if name not in HARMLESS}
    told = url.update_query_dict(hidden).render_as_string(hide_password=True)
    return told.replace("%2A%2A%2A", HIDDEN)


@contextmanager
def at(place: Path | Store) -> Iterator[None]:
    """A full disk says that it is full and not where. A bucket's complaint speaks for itself."""
    try:
        yield
    except OSError as fault:
        path = place.root if isinstance(place, FolderStore) else place
        if fault.filename is None and isinstance(path, Path):
            fault.filename = str(path)
        raise
