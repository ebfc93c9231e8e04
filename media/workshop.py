"""Where pictures are worked on: a few processes of their own (`media.worker`), so that no stranger's file can stop,
slow or fill the bot."""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from media.child import PICTURE_S, PROGRAM, Child, WorkerLost
from media.framing import Json
from media.picture import MAX_BYTES, BadPicture, Picture

MODEST = 10
REST_S = 60.0  # a worker holds 50 to 200 MB; a district's pictures come in bursts
GRACE_S = 0.4

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Paired:
    """The picture, and the places of the files it shows, before first. scene: of each of the others whether it shows
    the same place as the first (`media.scene`); empty where there is none of before."""

    image: bytes
    used: list[int]
    scene: list[float | None]


class Workshop:
    """At most `processes` pictures are worked on at once; the others wait in line. Belongs to no event loop.

    Workers are started when there is a picture and let go after `rest_s` without one. What a picture does to its worker
    (time, memory, a crash) ends in BadPicture for this picture alone. After close() it raises RuntimeError.
    """

    def __init__(
        self,
        processes: int = 2,
        *,
        program: Sequence[str] = PROGRAM,
        niceness: int = MODEST,
        rest_s: float = REST_S,
        picture_s: float = PICTURE_S,
    ) -> None:
        self.deaths, self.peak_kb = 0, 0
        self._program, self._niceness, self._rest_s, self._picture_s = program, niceness, rest_s, picture_s
        self._pool = ThreadPoolExecutor(processes, thread_name_prefix="workshop")
        self._lock = threading.Lock()
        self._resting: list[Child] = []
        self._busy: set[Child] = set()
        self._last = 0.0
        self._sweeper: threading.Timer | None = None
        self._closed = False

    async def clean(self, data: bytes, *, hides: bool = True) -> Picture:
        """As photos.clean. Raises BadPicture, and OSError where no worker could be had: another try may do."""
        if len(data) > MAX_BYTES:
            raise BadPicture("too_large")
        words, files = await self.work("clean", [data], hides=hides)
        try:
            return Picture.heard(words, files)
        except (TypeError, ValueError, KeyError):
            raise BadPicture("broken") from None

    async def pair(self, files: Sequence[bytes], shots: Sequence[Json], words: Json) -> Paired:
        """As pairs.job. Raises what clean raises."""
        told, (made,) = await self.work("pair", files, shots=shots, words=words)
        used = [int(at) for at in told["used"] if 0 <= int(at) < len(files)]
        return Paired(made, used, [None if likely is None else float(likely) for likely in told["scene"]])

    async def work(self, job: str, files: Sequence[bytes], **words: Any) -> tuple[Json, list[bytes]]:
        """Any job of `media.worker.JOBS`: files and what JSON can say go in and come out."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._work, job, files, words)

    async def close(self) -> None:
        """Drop what still waits (its caller is cancelled); what is in hand gets a moment, and RuntimeError after it."""
        await asyncio.to_thread(self.stop)

    def stop(self) -> None:
        """As close, where there is no loop."""
        with self._lock:
            self._closed = True
            resting, self._resting = self._resting, []
            if self._sweeper:
                self._sweeper.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in resting:
            child.stop()
        last = time.monotonic() + GRACE_S
        while self._busy and time.monotonic() < last:
            time.sleep(0.01)
        with self._lock:
            for child in self._busy:
                child.kill()
        self._pool.shutdown(wait=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # --- in a thread of the pool --------------------------------------------------------------

    def _work(self, job: str, files: Sequence[bytes], words: Json) -> tuple[Json, list[bytes]]:
        child = self._taken()
        try:
            return child.ask(job, files, words, self._picture_s)
        except WorkerLost:
            if self._closed:
                raise RuntimeError("the workshop is closed") from None
            raise
        finally:
            self._put_back(child)

    def _taken(self) -> Child:
        """A worker at rest, else a new one."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the workshop is closed")
            child = self._resting.pop() if self._resting else Child(self._program, self._niceness)
            self._busy.add(child)
        return child

    def _put_back(self, child: Child) -> None:
        with self._lock:
            self._busy.discard(child)
            self._last = time.monotonic()
            self.peak_kb = max(self.peak_kb, child.peak_kb)
            self.deaths += not child.is_alive
            stays = child.is_alive and not child.is_worn and not self._closed
            if stays:
                self._resting.append(child)
                self._sweep_after(self._rest_s)
        if not stays:
            child.stop()
        elif child.pictures == 1 and child.unlimited:
            log.warning("picture workers cannot be limited here: %s", ", ".join(child.unlimited))

    def _sweep_after(self, seconds: float) -> None:
        if self._sweeper is None:
            self._sweeper = threading.Timer(seconds, self._sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep(self) -> None:
        with self._lock:
            self._sweeper = None
            left = self._last + self._rest_s - time.monotonic()
            if self._closed:
                return
            if left > 0 or self._busy:
                self._sweep_after(max(left, 1.0))
                return
            resting, self._resting = self._resting, []
        for child in resting:
            child.stop()
