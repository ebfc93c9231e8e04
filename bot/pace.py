"""What Telegram allows: about 30 calls a second in all, one a second in a chat, 20 a minute in a group.

Arithmetic only: nobody waits here and nothing is sent. Windows slide: no stretch of a window's length, wherever it
begins, holds more calls than it allows.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}
RATE: Final = re.compile(r"([1-9][0-9]{0,5})/(s|min|h)")
SWEEP_EVERY: Final = 1000  # calls; between two sweeps no more than so many chats can be added


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` within any `seconds`."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """None: without limit."""

    total: Rate | None = None
    chat: Rate | None = None
    group: Rate | None = None


def parse(text: str) -> Limits:
    """`30/s 1/s 20/min`: in all, per chat, per group; or `off`. Raises ValueError with a sentence for the operator."""
    if text.strip().lower() == "off":
        return Limits()
    rates = [RATE.fullmatch(word) for word in text.lower().split()]
    if len(rates) != 3 or None in rates:
        raise ValueError(f"{text!r} is no pace: write three, in all, per chat, per group, as 30/s 1/s 20/min; or off")
    return Limits(*(Rate(int(rate[1]), SECONDS[rate[2]]) for rate in rates if rate is not None))


class Window:
    """The last calls under one rate; only as many are kept as the rate allows."""

    __slots__ = ("_calls", "_rate")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._calls: deque[float] = deque(maxlen=rate.calls)

    def free_at(self) -> float:
        """When the next call may go; long ago for a window that has room."""
        return self._calls[0] + self._rate.seconds if len(self._calls) == self._rate.calls else float("-inf")

    def is_empty(self, now: float) -> bool:
        """Whether it would be the same had it never been used."""
        return not self._calls or self._calls[-1] + self._rate.seconds <= now

    def spend(self, now: float) -> None:
        self._calls.append(now)

    def delay(self, now: float) -> None:
        if self._calls:
            self._calls[-1] = now


@dataclass(slots=True)
class Chat:
    windows: list[Window]
    paused_until: float = field(default=float("-inf"))


class Pace:
    """`now`: seconds of a clock that never goes back. Chats are known by their ids; those of groups are negative."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._now = now
        self._total = [] if limits.total is None else [Window(limits.total)]
        self._chats: dict[str, Chat] = {}
        self._until_sweep = SWEEP_EVERY

    def wait(self, chat: str, group: bool) -> float:
        """Seconds until a call to this chat may go; 0.0 for now."""
        known = self._chats.get(chat)
        times = [window.free_at() for window in self._total]
        if known is not None:
            times += [known.paused_until, *(window.free_at() for window in known.windows)]
        return max([0.0, *(time - self._now() for time in times)])

    def spend(self, chat: str, group: bool, *, ago: float = 0.0) -> None:
        """A call to this chat goes now, or went so many seconds ago; those are told in their order."""
        now = self._now() - ago
        for window in [*self._total, *self._chat(chat, group).windows]:
            window.spend(now)
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._sweep(now)

    def answered(self, chat: str) -> None:
        """The last call to this chat is over. It may have been long on its way, and the server counts from when it
        heard it: a call that leaves a second later must not come there sooner than that."""
        if chat in self._chats:
            for window in self._chats[chat].windows:
                window.delay(self._now())

    def pause(self, chat: str, seconds: float) -> None:
        """The server wants quiet in this chat, and in no other; a longer pause already in force stays."""
        known = self._chat(chat, chat.rpartition(":")[2].startswith("-"))  # a group's id is below zero
        known.paused_until = max(known.paused_until, self._now() + seconds)

    def _chat(self, chat: str, group: bool) -> Chat:
        if chat not in self._chats:
            rates = (self._limits.chat, self._limits.group if group else None)
            self._chats[chat] = Chat([Window(rate) for rate in rates if rate is not None])
        return self._chats[chat]

    def _sweep(self, now: float) -> None:
        """Forget the chats of which nothing counts any more: memory follows the traffic of a window, not of a year."""
        self._until_sweep = SWEEP_EVERY
        self._chats = {
            name: chat
            for name, chat in self._chats.items()
            if chat.paused_until > now or not all(window.is_empty(now) for window in chat.windows)
        }
