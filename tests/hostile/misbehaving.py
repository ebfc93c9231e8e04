"""`python -m tests.hostile.misbehaving`: a picture worker whose jobs do what a hostile file makes a library do.

Beside the true jobs. `… unconfined` first: without its limits, to show what they are for.
"""

import os
import sys
import time
from typing import Any

from media.worker import JOBS, main

Answer = tuple[dict[str, Any], list[bytes]]


def sleep(files: list[bytes]) -> Answer:
    time.sleep(60)
    return {}, files


def spin(files: list[bytes]) -> Answer:
    while True:
        pass


def take_memory(files: list[bytes], *, megabytes: int) -> Answer:
    """bytes(n) would not be resident: the system gives zeros only when they are looked at."""
    held = [b"x" * 1_000_000 for _ in range(megabytes)]
    return {"held": len(held)}, []


def crash(files: list[bytes], *, sign: int) -> Answer:
    os.kill(os.getpid(), sign)
    return {}, []


def end(files: list[bytes], *, code: int) -> Answer:
    os._exit(code)


def trip(files: list[bytes]) -> Answer:
    raise KeyError("a fault of ours")


def chatter(files: list[bytes]) -> Answer:
    """As a C library prints: past Python, onto the file descriptors."""
    os.write(1, b"\0\0\0\5libpng warning")
    os.write(2, b"libpng warning")
    return {}, files


def write_file(files: list[bytes], *, path: str) -> Answer:
    with open(path, "wb") as file:
        file.write(b"left behind")
    return {}, []


def tell_secrets(files: list[bytes]) -> Answer:
    return dict(os.environ), []


def tell_pid(files: list[bytes]) -> Answer:
    return {"pid": os.getpid()}, []


def lie(files: list[bytes], *, told: Any) -> Answer:
    return told, files


MISBEHAVING = {
    job.__name__: job
    for job in (sleep, spin, take_memory, crash, end, trip, chatter, write_file, tell_secrets, tell_pid, lie)
}

if __name__ == "__main__":
    confined = "unconfined" not in sys.argv
    sys.argv = [word for word in sys.argv if word != "unconfined"]
    main({**JOBS, **MISBEHAVING}, confined=confined)
