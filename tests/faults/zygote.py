"""A process that has read the bot's code once and splits off a life at a time: a start then costs no more than what
the bot itself does at its start.

    with Zygote() as zygote, BotProcess(folder, address, starter=zygote) as bot: …

A life runs the same `__main__` as `python -m MODULE …`, in an environment, a folder and a log of its own, and ends as
any process does; until it is waited for, its number belongs to nobody else. What of a real start it leaves out: finding
and reading the modules, building what they build when they are read (the tables' mappers, the statements), and Python's
own start (all lives share one seed for the hashes of strings). It has one thread, no loop, no connection and no secret
when it forks: everything made while running is made by each life itself.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Self

ROOT = Path(__file__).parent.parent.parent
READ = ("bot.building", "bot.__main__", "bot.district", "tests.faults.mutants", "tests.faults.crashing")
STEP_S = 0.005


class Life:
    """What subprocess.Popen would give, of a process that another one has started."""

    stdout = None

    def __init__(self, zygote: "Zygote", pid: int) -> None:
        self.pid = pid
        self._zygote = zygote
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._zygote.ask(ended=self.pid)
        return self._code

    def wait(self, timeout: float) -> int:
        last = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > last:
                raise subprocess.TimeoutExpired(f"life {self.pid}", timeout)
            time.sleep(STEP_S)
        return code

    def send_signal(self, sign: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, sign)  # also when it has ended since: its number is kept for it

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Zygote:
    """Its lives end with it. Several threads may ask. before: words of a program that runs it, and sees all it does."""

    def __init__(self, before: Sequence[str] = ()) -> None:
        one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **one_thread},
        )  # fmt: skip
        self._asking = threading.Lock()

    def start(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Life:
        """words: as after `python`, beginning with -m."""
        told = {"words": list(words), "folder": str(folder), "environment": dict(environment), "log": str(log)}
        return Life(self, self.ask(start=told))

    def ask(self, **question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def serve() -> None:
    for module in READ:
        importlib.import_module(module)
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    gc.collect()
    gc.freeze()
    threads = len(list(Path("/proc/self/task").iterdir()))
    assert threads == 1, f"{threads} threads: what they hold would be held for ever in a life"
    lives: dict[int, int | None] = {}
    for line in sys.stdin.buffer:
        question = json.loads(line)
        if "start" in question:
            pid = os.fork()
            if not pid:
                live(**question["start"])
            lives[pid], answer = None, pid
        else:
            answer = _ended(lives, question["ended"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid, code in lives.items():
        if code is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _ended(lives: dict[int, int | None], pid: int) -> int | None:
    """Its exit code as subprocess tells it, or None while it lives."""
    if lives[pid] is None:
        done, status = os.waitpid(pid, os.WNOHANG)
        lives[pid] = os.waitstatus_to_exitcode(status) if done else None
    return lives[pid]


def live(words: list[str], folder: str, environment: dict[str, str], log: str) -> NoReturn:
    """In the child: what exec, and Python at its start, would have done."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for file, of in ((nothing, 0), (nothing, 1), (told, 2)):
            os.dup2(file, of)
        os.closerange(3, 64)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv = list(words[1:])
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
