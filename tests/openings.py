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


_played: set[Steps] = set()
_kept: dict[Steps, Kept] = {}


class Opening:
    """The steps a town has taken since its first morning."""

    def __init__(self, town: "Town") -> None:
        self.town, self.steps = town, Steps()
        self.left: Any = self._state()
        self.is_copy = False

    async def step(self, said: str, play: Callable[[], Awaitable[Any]]) -> Any:
        """Play it, or have the town as it was when somebody else had played the same."""
        if self.left is None or self._state() != self.left:
            self.left = None  # something else happened here: from now on it is a conversation of its own
            return await play()
        self.left, steps = None, (*self.steps, said)  # what fails half-way is the beginning of nothing
        self.is_copy = steps in _kept
        if self.is_copy:
            self._take(_kept[steps])
            result = _kept[steps].result
        else:
            result = await play()
            if steps in _played:
                _kept[steps] = self._keep(result)
            _played.add(steps)
        self.steps, self.left = steps, self._state()
        return result

    def _state(self) -> Any:
        """Changes with whatever might make the next step go otherwise."""
        town, records, runtime = self.town, self.town.simulator.records, self.town.machine.runtime
        assert town.books is not None
        version = town.books.execute("PRAGMA data_version").fetchone()[0]
        return (
            version, records.store.db.total_changes, town.clock.moment, town.pictures, id(town.machine),
            runtime.admin_ids, len(records.faults.rules),
        )  # fmt: skip

    @property
    def _folder(self) -> Path:
        path = self.town.machine.runtime.database.path
        assert path is not None
        return path.parent

    def _keep(self, result: Any) -> Kept:
        town, folder = self.town, Path(tempfile.mkdtemp(dir=self._folder.parent, prefix="opening-"))
        assert town.books is not None
        for name in FOLDERS:
            shutil.copytree(self._folder / name, folder / name)
        for source, name in ((town.books, "town.db"), (town.simulator.records.store.db, "simulator.db")):
            with closing(sqlite3.connect(folder / name)) as copy:
                source.backup(copy)
        return Kept(folder, town.clock.moment, town.seen, town.pictures, result)

    def _take(self, kept: Kept) -> None:
        town = self.town
        for name in FOLDERS:
            shutil.copytree(kept.folder / name, self._folder / name, dirs_exist_ok=True)
        with closing(sqlite3.connect(self._folder / "town.db")) as books:
            for target, name in ((books, "town.db"), (town.simulator.records.store.db, "simulator.db")):
                with closing(sqlite3.connect(f"file:{kept.folder / name}?mode=ro&immutable=1", uri=True)) as copy:
                    copy.backup(target)
        town.clock.moment, town.seen, town.pictures = kept.moment, kept.seen, kept.pictures
