"""How far a loading has come, for whoever watches it."""

from collections.abc import Callable
from typing import Literal

Doing = Literal["read", "check", "write"]
Progress = Callable[[Doing, int, int], None]
"""Called with what is being done, how much of it is done, and of how much; also from the thread that reads a folder."""


def silent(doing: Doing, done: int, of: int) -> None:
    """Nobody watches."""


def seldom(progress: Progress) -> Progress:
    """Only every hundredth part, and each beginning and end, for a watcher who is told over a line."""
    told: dict[Doing, int] = {}

    def tell(doing: Doing, done: int, of: int) -> None:
        part = 100 * done // max(of, 1)
        if told.get(doing) != part:
            told[doing] = part
            progress(doing, done, of)

    return tell
