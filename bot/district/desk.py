"""`load` while the bot runs on the same SQLite file: one process alone may write there, so the bot does the loading."""

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.database import Lock
from bot.district.faults import BadFolder
from bot.district.loading import load_folder
from bot.district.progress import Doing, Progress, seldom, silent

if TYPE_CHECKING:
    from bot.runtime import Runtime

SOCKET = "load.sock"
PREFIX = "roving-"
LONGEST_ANSWER = 64 * 2**20  # bytes: a line for each fault of a folder that is wrong from end to end


class LoadingDesk:
    """Listens on a socket in a short folder of its own (a socket's path has some hundred bytes), named in the lock."""

    def __init__(self, runtime: "Runtime") -> None:
        self.runtime = runtime
        self._folder: Path | None = None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        lock = self.runtime.database.lock
        if lock is not None:
            _clear_after(lock)
            self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._server = await asyncio.start_unix_server(self._serve, self._folder / SOCKET)
            lock.write(str(self._folder / SOCKET))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line asks; lines of progress, then one with the outcome, answer."""
        loop = asyncio.get_running_loop()

        def say(answer: dict[str, object]) -> None:
            writer.write(json.dumps(answer).encode() + b"\n")

        def progress(doing: Doing, done: int, of: int) -> None:
            # The folder is read in a thread of its own.
            told: dict[str, object] = {"progress": [doing, done, of]}
            loop.call_soon_threadsafe(say, told)

        try:
            path = json.loads(await reader.readline())["folder"]
            try:
                told = await load_folder(self.runtime.database, Path(path), self.runtime.clock, seldom(progress))
                answer: dict[str, object] = {"told": told}
            except BadFolder as bad:
                answer = {"faults": [str(fault) for fault in bad.faults]}
            say(answer)
            await writer.drain()
        finally:
            writer.close()


async def ask_running(lock: Lock, path: Path, progress: Progress = silent) -> tuple[list[str], list[str]] | None:
    """Have the process that holds the lock load a folder. Returns (told, faults), or None where nobody answers."""
    try:
        address = lock.path.read_text().strip()
        reader, writer = await asyncio.open_unix_connection(address, limit=LONGEST_ANSWER)
    except (OSError, ValueError):
        return None
    writer.write(json.dumps({"folder": str(path.absolute())}).encode() + b"\n")
    await writer.drain()
    try:
        while line := await reader.readline():
            answer = json.loads(line)
            if "progress" not in answer:
                return answer.get("told", []), answer.get("faults", [])
            progress(*answer["progress"])
    finally:
        writer.close()
    return None


def _clear_after(lock: Lock) -> None:
    """A life that was killed left its folder behind; the lock, which is ours now, still names it."""
    left = Path(lock.path.read_text("utf-8")).parent
    if left.name.startswith(PREFIX):
        shutil.rmtree(left, ignore_errors=True)
