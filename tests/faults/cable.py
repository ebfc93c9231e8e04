"""The cable between the bot and PostgreSQL: a socket of its own in between, which can be cut, blocked, and cut exactly
at a COMMIT, before the server hears it or before the bot hears that it was done."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlalchemy import make_url

COMMIT = b"COMMIT;\0"
SOCKET = ".s.PGSQL.5432"
AtCommit = Literal["unheard", "unanswered", "heard"]


class Cable:
    """at_commit: what becomes of the next COMMITs, one each. cuts: how many were."""

    def __init__(self, far: Path, near: Path) -> None:
        self.far, self.near = far, near
        self.at_commit: list[AtCommit] = []
        self.cuts = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def lay(self) -> None:
        (self.near / SOCKET).unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self.near / SOCKET)

    async def take_away(self) -> None:
        """Nobody can connect, and who was is cut off."""
        if self._server is not None:
            self._server.close()
        (self.near / SOCKET).unlink(missing_ok=True)
        self.cut()

    def cut(self) -> None:
        """Everybody is cut off; who comes again is let in."""
        for writer in self._writers:
            writer.transport.abort()

    def block(self) -> None:
        """Nothing passes, and nobody is told."""
        self._flows.clear()

    def unblock(self) -> None:
        self._flows.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._flows.wait()
            far_reader, far_writer = await asyncio.open_unix_connection(self.far / SOCKET)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(far_writer)
        tasks = [
            asyncio.create_task(self._there(reader, far_writer, far_reader, writer)),
            asyncio.create_task(self._pass(far_reader, writer)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for end in (writer, far_writer):
                self._writers.discard(end)
                end.transport.abort()

    async def _there(
        self,
        reader: asyncio.StreamReader,
        far: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        near: asyncio.StreamWriter,
    ) -> None:
        while data := await self._next(reader):
            how = self.at_commit.pop(0) if self.at_commit and COMMIT in data else "heard"
            if how != "heard":
                self.cuts += 1
                if how == "unanswered":
                    near.transport.abort()  # first, so that not a byte of the answer comes through
                    far.write(data)
                    await far.drain()
                    await asyncio.sleep(0.05)  # the server does it before it sees that nobody listens
                return
            far.write(data)
            await far.drain()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await self._next(reader):
            writer.write(data)
            await writer.drain()

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        with suppress(OSError):
            data = await reader.read(65536)
            await self._flows.wait()
            return data
        return b""


@asynccontextmanager
async def cable_to(url: str) -> AsyncIterator[tuple[Cable, str]]:
    """The cable to a database of tests/machine.py, and the address of the same database at its near end."""
    told = make_url(url)
    with tempfile.TemporaryDirectory(prefix="grid-cable-") as near:
        cable = Cable(Path(str(told.query["host"])), Path(near))
        await cable.lay()
        try:
            yield cable, told.update_query_dict({"host": near}).render_as_string(hide_password=False)
        finally:
            cable.unblock()
            await cable.take_away()
