"""One picture worker as the bot sees it: a process at the other end of two pipes, which may hang, lie or die."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from media.framing import LENGTH_BYTES, Json, framed, head_length, read_head
from media.picture import BadPicture

PROGRAM = ("-m", "media.worker")
START_S = 60.0
PICTURE_S = 10.0
STOP_S = 0.3
MANY = 500  # pictures; what a library leaks ends with its process
_STEP_S = 0.002
_PIPE_BYTES = 1024 * 1024  # Linux: fewer, larger pieces; 64 kB else
_ROOT = str(Path(__file__).parents[1])
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV")
"""Nothing that is secret: the bot's token, the database's address and the bucket's keys stay here."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
"""Each further thread would take address space that a picture needs, and the other core is another worker's."""
_IDLE_SHARE = 0.2
"""A worker that got less than this share of a processor was kept from its work; the picture is not to blame."""


class WorkerLost(OSError):
    """The worker could not be started, was stopped by us, or starved; another try may do."""


class Child:
    """Started at once, in the background. Belongs to one thread at a time; stop() may come from any."""

    def __init__(self, program: Sequence[str] = PROGRAM, niceness: int = 0) -> None:
        paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", *program, str(niceness)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True,
            env={**environment, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        for pipe in (self._asked, self._answers):
            os.set_blocking(pipe, False)
            _widen(pipe)
        self._awake = self._dismissed = False
        self._code: int | None = None
        self._ending = threading.Lock()
        self.unlimited: list[str] = []
        self.pictures, self.is_worn = 0, False
        self.spent_s, self.peak_kb = 0.0, 0

    @property
    def is_alive(self) -> bool:
        return self._code is None

    def ask(self, job: str, files: Sequence[bytes], words: Json, seconds: float) -> tuple[Json, list[bytes]]:
        """Have it done. Raises BadPicture, WorkerLost, and RuntimeError for a fault of our own code.

        Whatever it raises but BadPicture of a worker that lives on: this child is over.
        """
        if not self._awake:
            self._wake()
        pieces = framed({"job": job, "with": words}, files)
        self.pictures += 1
        began, spent = time.monotonic(), self.spent_s
        try:
            for piece in pieces:
                self._write(piece, began + seconds)
            said, made = self._read(began + seconds)
        except TimeoutError:
            used = self._buried(0) - spent
            if used < _IDLE_SHARE * seconds:
                raise WorkerLost("the picture worker was kept from its work") from None
            raise BadPicture("too_slow") from None
        except EOFError:
            raise self._epitaph() from None
        except (KeyError, TypeError, ValueError, IndexError):
            self._buried(0)
            raise BadPicture("broken") from None
        self.is_worn = self.pictures >= MANY or said.get("bad") == "too_much"
        if "bad" in said:
            raise BadPicture(str(said["bad"]))
        if "fault" in said:
            raise RuntimeError(f"picture worker: {said['fault']}")
        return said["told"], made

    def stop(self, seconds: float = STOP_S) -> None:
        """Let it go, at rest: it ends by itself when nothing more can come, else it is killed."""
        self._dismissed = True
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._buried(seconds)
        self._process.stdout.close()

    def kill(self) -> None:
        """From any thread: who waits for its answer gets WorkerLost."""
        self._dismissed = True
        with self._ending:
            if self._code is None:
                os.kill(self._process.pid, signal.SIGKILL)

    def _buried(self, seconds: float) -> float:
        """Dead within so many seconds, or killed; the processor time it had in all."""
        last = time.monotonic() + seconds
        with self._ending:
            while self._code is None:
                late = time.monotonic() >= last
                if late:
                    os.kill(self._process.pid, signal.SIGKILL)
                found, status, used = os.wait4(self._process.pid, 0 if late else os.WNOHANG)
                if found:
                    self._code = self._process.returncode = os.waitstatus_to_exitcode(status)
                    self.spent_s = used.ru_utime + used.ru_stime
                    return self.spent_s
                time.sleep(_STEP_S)
        return self.spent_s

    def _epitaph(self) -> Exception:
        """Why there is no answer."""
        self._buried(1.0)
        if self._dismissed:
            return WorkerLost("the picture worker was stopped")
        # SIGXCPU: its processor time was up. SIGKILL is not ours here: the system was out of memory.
        reasons = {-signal.SIGXCPU: "too_slow", -signal.SIGKILL: "too_much"}
        return BadPicture(reasons.get(self._code or 0, "broken"))

    def _wake(self) -> None:
        try:
            said, _ = self._read(time.monotonic() + START_S)
            self.unlimited = [str(one) for one in said["ready"]]
        except (EOFError, TimeoutError, KeyError, TypeError, ValueError, IndexError) as fault:
            self._buried(0)
            raise WorkerLost("a picture worker did not start") from fault
        self._awake = True

    def _write(self, piece: bytes, until: float) -> None:
        rest = memoryview(piece)
        while rest:
            _wait(self._asked, select.POLLOUT, until)
            try:
                rest = rest[os.write(self._asked, rest) :]
            except BlockingIOError:
                continue
            except OSError:
                raise EOFError from None

    def _read(self, until: float) -> tuple[Json, list[bytes]]:
        words, sizes = read_head(self._take(head_length(self._take(LENGTH_BYTES, until)), until))
        self.spent_s, self.peak_kb = float(words["spent"][0]), int(words["spent"][1])
        return words, [self._take(size, until) for size in sizes]

    def _take(self, size: int, until: float) -> bytes:
        taken = bytearray()
        while len(taken) < size:
            _wait(self._answers, select.POLLIN, until)
            try:
                piece = os.read(self._answers, min(size - len(taken), _PIPE_BYTES))
            except BlockingIOError:
                continue
            if not piece:
                raise EOFError
            taken += piece
        return bytes(taken)


def _wait(pipe: int, event: int, until: float) -> None:
    """Until something can be read or written. Raises TimeoutError."""
    left = until - time.monotonic()
    ready = select.poll()
    ready.register(pipe, event)
    if left <= 0 or not ready.poll(left * 1000):
        raise TimeoutError


def _widen(pipe: int) -> None:
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
