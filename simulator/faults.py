"""Faults and floods on order, so that a bot can be shown to bear them."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from simulator.refusal import Refused, bad, too_many

ANSWERS = {"429", "500", "502", "403", "400"}  # the Bot API says no; nothing was done
BEFORE = {"reset_before", "garbled", "empty"}  # the line breaks; nothing was done
AFTER = {"reset_after", "hang", "truncated", "slow"}  # the work was done; "slow" does bring the whole answer, late
WORDS = {"400": "Bad Request: refused on order", "403": "Forbidden: bot was kicked from the supergroup chat"}


class Broken(Exception):
    """An answer that does not arrive as it should: the server breaks the line, a test in process sees this exception.

    kind: of BEFORE or AFTER; answer: what would have been said, None where nothing was done; seconds: how long it
    takes.
    """

    def __init__(self, kind: str, answer: dict[str, Any] | None, seconds: float) -> None:
        super().__init__(kind)
        self.kind = kind
        self.answer = answer
        self.seconds = seconds


@dataclass(slots=True)
class Rule:
    kind: str
    method: str = "*"
    times: int | None = None
    probability: float = 1.0
    chat: int | None = None
    retry_after: int = 1
    seconds: float = 60.0
    description: str | None = None

    @property
    def breaks_before(self) -> bool:
        return self.kind in BEFORE

    @property
    def breaks_after(self) -> bool:
        return self.kind in AFTER

    @property
    def refusal(self) -> Refused | None:
        if self.kind == "429":
            return too_many(self.retry_after)
        if self.kind == "500":
            return Refused(500, self.description or "Internal Server Error")
        if self.kind == "502":
            return Refused(502, self.description or "Bad Gateway")
        return Refused(int(self.kind), self.description or WORDS[self.kind]) if self.kind in ANSWERS else None

    def fits(self, method: str, chat: object) -> bool:
        return (
            self.times != 0
            and self.method.lower() in ("*", method.lower())
            and (self.chat is None or str(self.chat) == str(chat))
        )


class Faults:
    """The first rule that fits and whose die falls is used up by one."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.dice = random.Random(0)  # noqa: S311 (a seeded die is the point)

    def replace(self, rules: list[dict[str, Any]], seed: int | None) -> None:
        self.rules = [read(rule) for rule in rules]
        if seed is not None:
            self.dice.seed(seed)

    def draw(self, method: str, chat: object) -> Rule | None:
        for rule in self.rules:
            if rule.fits(method, chat) and (rule.probability >= 1 or self.dice.random() < rule.probability):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None

    def shown(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]


def read(rule: dict[str, Any]) -> Rule:
    try:
        read = Rule(**{**rule, "kind": str(rule.get("kind"))})
    except TypeError as wrong:
        raise bad(f"fault rule: {wrong}") from None
    if read.kind not in ANSWERS | BEFORE | AFTER:
        raise bad(f"fault rule: unknown kind {read.kind!r}")
    return read


LONGEST_WINDOW = 600.0  # seconds of sends remembered


class Limits:
    """Telegram's flood limits over sliding windows. Sends and edits count, what only asks does not. None: no limits."""

    def __init__(self) -> None:
        self.allowed: dict[str, float] | None = None
        self.all: deque[float] = deque()
        self.chats: defaultdict[int, deque[float]] = defaultdict(deque)

    def replace(self, allowed: dict[str, float] | None) -> None:
        names = {"total_per_second", "chat_per_second", "group_per_minute"}
        if allowed is not None and (allowed.keys() - names or not all(number > 0 for number in allowed.values())):
            raise bad(f"limits are {sorted(names)}, each above 0")
        self.allowed = allowed
        self.all.clear()
        self.chats.clear()

    def refuse_flood(self, chat: int, now: float) -> None:
        """Raises Refused (429) when one more would be too many."""
        if self.allowed is None:
            return
        windows = [("total_per_second", self.all, 1.0), ("chat_per_second", self.chats[chat], 1.0)]
        if chat < 0:
            windows.append(("group_per_minute", self.chats[chat], 60.0))
        waits = [
            wait(times, self.allowed[name], seconds, now) for name, times, seconds in windows if name in self.allowed
        ]
        if longest := max(waits, default=0):
            raise too_many(longest)

    def count(self, chat: int, messages: int, now: float) -> None:
        if self.allowed is not None:
            for times in (self.all, self.chats[chat]):
                times.extend([now] * messages)
                while times and times[0] <= now - LONGEST_WINDOW:
                    times.popleft()


def wait(times: deque[float], allowed: float, seconds: float, now: float) -> int:
    """Whole seconds until one more fits, 0 when it fits now. Less than one a window makes the window longer."""
    if allowed < 1:
        allowed, seconds = 1.0, seconds / allowed
    inside = [time for time in times if time > now - seconds]
    if len(inside) < int(allowed):
        return 0
    return max(1, ceil(inside[-int(allowed)] + seconds - now))
