"""The table of a month, and what would be too much."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from tests.month.heard import Said
from tests.month.people import ABOVE, GROUPS, LEADERS, OFFICES, OPEN_TO_PRIVATE
from tests.month.playing import Month

TEN_MINUTES = timedelta(minutes=10)
OF_MANY = ("📥", "🌅", "🌇")
"""Trays and digests tell of many tickets: they count in the sum and not as a message about the first of them."""
KINDS = {
    "grid's group": GROUPS,
    "department": tuple(OFFICES),
    "leader, private": tuple(LEADERS.values()),
    "leader above, private": ABOVE,
    "reporter, private": tuple(OPEN_TO_PRIVATE),
}


@dataclass(frozen=True, slots=True)
class Line:
    """said: unasked messages. a_ticket: of them, on average. most: of one ticket in one chat. burst: the most in ten
    minutes in one chat; idle: of those, such as ask nothing of whoever reads them."""

    kind: str
    said: int
    a_ticket: float
    most: int
    burst: int
    idle: int


def lines(month: Month, tickets: int) -> list[Line]:
    return [_line(month, kind, chats, tickets) for kind, chats in KINDS.items()]


def faults(month: Month) -> list[str]:
    """What the contract forbids: a group that heard more than its card and a fix a round, and a leader to whom more
    than one thing was said in ten minutes that asks nothing of him."""
    rounds, found = month.rounds, []
    for chat in GROUPS:
        heard = Counter(said.number for said in _unasked(month, chat) if said.number is not None)
        found += [
            f"group {chat} heard of {number} {times} times in {rounds[number]} round(s)"
            for number, times in heard.items()
            if times > 1 + rounds[number]
        ]
    for chat in (*LEADERS.values(), *ABOVE):
        idle = [said for said in _unasked(month, chat) if not said.is_question]
        if _burst(idle) > 1:
            found.append(f"leader {chat}: {_burst(idle)} messages in ten minutes that ask nothing")
    return found


def table(found: Iterable[Line]) -> str:
    head = f"{'kind of chat':<24}{'messages':>10}{'a ticket':>10}{'most':>6}{'in 10 min':>11}{'idle':>6}"
    rows = [
        f"{line.kind:<24}{line.said:>10}{line.a_ticket:>10.2f}{line.most:>6}{line.burst:>11}{line.idle:>6}"
        for line in found
    ]
    return "\n".join([head, *rows])


def _line(month: Month, kind: str, chats: tuple[int, ...], tickets: int) -> Line:
    said = {chat: _unasked(month, chat) for chat in chats}
    per: dict[str, int] = defaultdict(int)
    for chat, there in said.items():
        for message in there:
            if message.number is not None and not message.first.startswith(OF_MANY):
                per[f"{chat}{message.number}"] += 1
    total = sum(map(len, said.values()))
    idle = [[message for message in there if not message.is_question] for there in said.values()]
    return Line(
        kind, total, total / max(1, tickets), max(per.values(), default=0),
        max(map(_burst, said.values()), default=0), max(map(_burst, idle), default=0),
    )  # fmt: skip


def _unasked(month: Month, chat: int) -> list[Said]:
    return [said for said in month.ear.in_chat[chat] if not said.asked]


def _burst(said: list[Said]) -> int:
    """The most within ten minutes."""
    most = first = 0
    for last, message in enumerate(said):
        while message.at - said[first].at >= TEN_MINUTES:
            first += 1
        most = max(most, last - first + 1)
    return most
