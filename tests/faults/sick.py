"""A town whose Bot API server is ill: faults on order, time that jumps to what is due next, and the judge's verdict."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from models.chat import Chat
from models.mail import Errand, Inbox, Outbox
from tests.cast import Message, Town

SENDS = ("sendMessage", "sendPhoto")
METHODS = (
    *SENDS, "editMessageText", "editMessageCaption", "editMessageMedia", "answerCallbackQuery", "setMessageReaction",
    "deleteMessage", "getFile", "file",
)  # fmt: skip
KINDS = ("429", "500", "502", "reset_before", "reset_after", "garbled", "truncated", "empty", "hang", "slow")
"""As docs/simulator.md tells them."""
PAUSE_S = 30
LONGEST = timedelta(hours=2)


def at_first(*kinds: str) -> list[dict[str, Any]]:
    """The first call of every method meets the first fault, its next one the next."""
    return [
        {"method": method, "kind": kind, "times": 1, "retry_after": PAUSE_S} for method in METHODS for kind in kinds
    ]


def now_and_then(probability: float) -> list[dict[str, Any]]:
    """Every call of every method may meet any of the faults."""
    return [
        {"method": method, "kind": kind, "probability": probability, "retry_after": 1 + 2 * at}
        for method in METHODS
        for at, kind in enumerate(KINDS)
    ]


async def calm(town: Town) -> None:
    """Until nothing is left to do or to say, whatever that takes of the town's time."""
    end = town.clock.moment + LONGEST
    while True:
        await town.settles()
        due = await _next_due(town)
        if due is None:
            return
        assert town.clock.moment < end, "there is no end to it"
        town.clock.moment = max(due, town.clock.moment + timedelta(milliseconds=100))


async def _next_due(town: Town) -> datetime | None:
    """When the first of what is still open may go on; None when nothing is open."""
    async with town.machine.runtime.database.read() as session:
        times = list(await session.scalars(select(Inbox.due_at).where(Inbox.state == "new")))
        times += await session.scalars(select(Errand.due_at).where(Errand.state.in_(("waiting", "underway"))))
        rows = await session.execute(
            select(Outbox, Chat)
            .join(Chat, Chat.id == Outbox.chat_id)
            .where(Outbox.state.in_(("pending", "sending")), Chat.parked_at.is_(None))
            .order_by(Outbox.id.desc())
        )
        heads = {(chat.id, row.kind == "answer"): (row, chat) for row, chat in rows}  # the oldest of each lane
    times += [max(row.due_at, chat.quiet_until or row.due_at) for row, chat in heads.values()]
    return min(times, default=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """failed: outbox rows given up, by kind. aside: inbox rows set aside. early: calls within a pause asked for."""

    failed: Counter[str]
    aside: int
    uncertain: int
    early: list[str]
    faults: int


async def verdict(town: Town) -> Verdict:
    async with town.machine.runtime.database.read() as session:
        rows = list(await session.scalars(select(Outbox)))
        aside = await session.scalar(select(func.count()).select_from(Inbox).where(Inbox.state == "failed"))
    calls = town.simulator.log(0, 100_000)
    assert all(row.reason for row in rows if row.state == "failed"), "given up without a word"
    assert all(row.state in ("sent", "failed") for row in rows), "left lying"
    return Verdict(
        Counter(row.kind for row in rows if row.state == "failed"), aside or 0, sum(row.uncertain for row in rows),
        early(calls), sum(call["fault"] is not None for call in calls),
    )  # fmt: skip


def early(calls: list[dict[str, Any]]) -> list[str]:
    """Calls to a chat within the pause it had asked for, by the server's own log and clock."""
    quiet: defaultdict[str, float] = defaultdict(float)
    found = []
    for call in calls:
        chat = str(call["params"].get("chat_id", ""))
        if not chat:
            continue
        if call["time"] < quiet[chat]:
            found.append(f"{call['method']} to {chat}, {quiet[chat] - call['time']:.1f} s early")
        pause = ((call["error"] or {}).get("parameters") or {}).get("retry_after")
        if pause is not None:
            quiet[chat] = max(quiet[chat], call["time"] + pause)
    return found


def presses(town: Town, who: int, message: Message, label: str) -> None:
    """Presses, and does not wait for an answer: it may be lost on the way."""
    town.simulator.press(who, message.chat, message.id, message.now().data(label))
