"""How conversations begin: what several say first, word for word, is played twice and from then on copied.

Half of the suite's time went into reporting the same hole. Only what the cast itself does is copied, and only as long
as nothing else touched the town: no clock moved by hand, no row changed, no fault laid, nothing patched.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cast import Town

Steps = tuple[str, ...]
FOLDERS = ("media", "simulator/files")


@dataclass(frozen=True)
class Kept:
    """A town as it was after some steps. result: what the last of them gave."""

    folder: Path
    moment: datetime
    seen: int
    pictures: int
    result: Any


_played: set[tuple[type, Steps]] = set()
_kept: dict[tuple[type, Steps], Kept] = {}
"""Of each kind of books: a file is no good to PostgreSQL."""


class Opening:
    """The steps a town has taken since its first morning."""

    def __init__(self, town: "Town", state: Any) -> None:
        self.town, self.steps = town, Steps()
        self.left = state
        self.is_copy = False

    @classmethod
    async def of(cls, town: "Town") -> "Opening":
        return cls(town, await _state(town))

    async def step(self, said: str, play: Callable[[], Awaitable[Any]]) -> Any:
        """Play it, or have the town as it was when somebody else had played the same."""
        if self.left is None or await _state(self.town) != self.left:
            self.left = None  # something else happened here: from now on it is a conversation of its own
            return await play()
        self.left, steps = None, (*self.steps, said)  # what fails half-way is the beginning of nothing
        which = (type(self.town.books), steps)
        self.is_copy = which in _kept
        if self.is_copy:
            await _take(self.town, _kept[which])
            result = _kept[which].result
        else:
            result = await play()
            if which in _played:
                _kept[which] = await _keep(self.town, result)
            _played.add(which)
        self.steps, self.left = steps, await _state(self.town)
        return result


async def _state(town: "Town") -> Any:
    """Changes with whatever might make the next step go otherwise."""
    records, runtime = town.simulator.records, town.machine.runtime
    assert town.books is not None
    return (
        await town.books.version(), records.store.db.total_changes, town.clock.moment, town.pictures, id(town.machine),
        runtime.admin_ids, len(records.faults.rules),
    )  # fmt: skip


async def _keep(town: "Town", result: Any) -> Kept:
    assert town.books is not None
    folder = Path(tempfile.mkdtemp(dir=town.folder.parent, prefix="opening-"))
    for name in FOLDERS:
        shutil.copytree(town.folder / name, folder / name)
    with closing(sqlite3.connect(folder / "simulator.db")) as copy:
        town.simulator.records.store.db.backup(copy)
    await town.books.keep(folder)
    return Kept(folder, town.clock.moment, town.seen, town.pictures, result)


async def _take(town: "Town", kept: Kept) -> None:
    assert town.books is not None
    for name in FOLDERS:
        shutil.copytree(kept.folder / name, town.folder / name, dirs_exist_ok=True)
    with closing(sqlite3.connect(f"file:{kept.folder / 'simulator.db'}?mode=ro&immutable=1", uri=True)) as copy:
        copy.backup(town.simulator.records.store.db)
    await town.books.take(kept.folder)
    town.clock.moment, town.seen, town.pictures = kept.moment, kept.seen, kept.pictures
