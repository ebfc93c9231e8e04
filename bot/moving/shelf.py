"""The DIR of many backups: which of them is the newest, and which are too old."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.clock import Clock
from bot.database import AlreadyRunning, Lock
from bot.moving.archive import MANIFEST, Manifest, named_in
from bot.settings import BadSettings

AHEAD = timedelta(days=1)
"""Clocks of two machines differ, and time zones are mistaken for each other; further ahead was no backup written."""
STAMPED = len("town-20261122T055501Z")


@contextmanager
def shelf(into: Path) -> Iterator[None]:
    """DIR for one backup at a time; what a killed one left goes. Raises BadSettings."""
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(into / ".lock")
    try:
        lock.take()
    except AlreadyRunning:
        raise BadSettings([f"{into}: another backup is being written there"]) from None
    try:
        for left in into.glob(".town-*.part"):
            shutil.rmtree(left)
        yield
    finally:
        lock.free()


def backups_in(into: Path) -> list[Path]:
    """The oldest first; without a manifest it is none."""
    return [folder for folder in _ordered(into) if (folder / MANIFEST).is_file()]


def manifests_in(into: Path) -> tuple[dict[Path, Manifest], list[Path]]:
    """The oldest first; and apart those of which nobody can say what is in them."""
    told, unknown = dict[Path, Manifest](), list[Path]()
    for folder in _ordered(into):
        try:
            told[folder] = Manifest.read(folder)
        except BadSettings:
            unknown.append(folder)
    return told, unknown


def chosen(folder: Path, say: Callable[[str], None] = print) -> Path:
    """A backup itself, or the newest of those in a DIR. Raises BadSettings."""
    if (folder / MANIFEST).is_file():
        return folder
    found = backups_in(folder)
    for other in _ordered(folder):
        if other not in found:
            say(f"passed over {other.name}: {MANIFEST} is missing")
        elif other.name[:STAMPED] > found[-1].name[:STAMPED]:
            say(f"passed over {other.name}: a time that is still to come; to restore it all the same, name it")
    if not found:
        raise BadSettings([f"{folder}: no backup there"])
    return found[-1]


def drop_older(into: Path, backups: list[Path], keep: int, written: Path) -> Iterator[Path]:
    """All but the newest `keep`, of which one is what was just written, however the clock stood: each under a name
    that nothing restores before it goes."""
    others = [folder for folder in backups if folder != written]
    for old in others[: max(0, len(others) - keep + 1)]:
        aside = into / f".{old.name}.part"
        old.rename(aside)
        shutil.rmtree(aside)
        yield old


def _ordered(into: Path) -> list[Path]:
    """By the time in the name. A time that is still to come is of a clock that ran ahead: after it was set right they
    would be the newest for ever, so they count as older than all others."""
    to_come = f"town-{Clock().now() + AHEAD:%Y%m%dT%H%M%SZ}"
    return sorted(named_in(into), key=lambda one: (one.name < to_come, one.name[:STAMPED], len(one.name), one.name))
