"""However many updates wait, the process holds one page of them while it takes them in, and one row while it works.

Measured is the most that Python had allocated at any moment (tracemalloc), beyond what it held before; it is the same
on any machine. A webhook holds what is brought at once, over the 40 lines Telegram opens; how long one of those may be
is in tests/attacks/test_webhook.py.
"""

import asyncio
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Select, select
from telegram.request import RequestData

from bot.channels.base import Raw
from bot.channels.telegram import receiving
from bot.channels.telegram.asking import QuietBot
from bot.channels.telegram.transport import Wire
from bot.worker import Worker
from models.mail import Inbox, InboxState
from tests.cast import GROUP, LIN, TOKEN, Town
from tests.faults import mutants

FEW, MANY = 500, 5000
TURNS = 40
A_LITTLE = 256_000
"""Ten times as many wait: so many bytes more, of caches and chance, are none for those."""
STICKER = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular", "emoji": "👍"}


class Flood(Wire):
    """A server on which one person's signs wait. They are made when they are asked for: it holds none itself."""

    __slots__ = ("all_confirmed", "at", "end", "start")

    def __init__(self, start: int, waiting: int, at: int) -> None:
        self.start, self.end, self.at = start, start + waiting, at
        self.all_confirmed = asyncio.Event()

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def exchange(self, url: str, data: RequestData | None, deadline: float) -> tuple[int, bytes]:
        assert data is not None
        first = max(self.start, int(data.parameters.get("offset", 0)))
        page = [self.update(number) for number in range(first, min(self.end, first + data.parameters["limit"]))]
        if not page:
            self.all_confirmed.set()
            await asyncio.Event().wait()
        return 200, json.dumps({"ok": True, "result": page}).encode()

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        raise NotImplementedError

    def update(self, number: int) -> dict[str, Any]:
        chat = {"id": GROUP, "type": "supergroup", "title": "柳湖骑手群"}
        sign = {"file_id": f"{number}{'s' * 60}", "file_unique_id": f"u{number}", **STICKER}
        told = {"message_id": number, "date": self.at, "chat": chat, "sticker": sign}
        return {"update_id": number, "message": told | {"from": {"id": LIN, "is_bot": False, "first_name": "小林"}}}


@dataclass
class Held:
    """The most at any moment, in bytes."""

    most: int = 0


@contextmanager
def measured() -> Iterator[Held]:
    held, before = Held(), tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    yield held
    held.most = tracemalloc.get_traced_memory()[1] - before


async def takes_in(town: Town, waiting: int) -> int:
    """By the real fetching and keeping. What waits has been confirmed when it ends."""
    wire = Flood(waiting * 1_000_000, waiting, int(town.clock.moment.timestamp()))
    bot = QuietBot(TOKEN, "http://town.test/bot", request=wire, get_updates_request=wire)

    async def keep(page: Sequence[Raw]) -> None:
        await town.machine.keep(town.machine.runtime.channel("telegram"), page)

    with measured() as held:
        receiving_all = asyncio.create_task(receiving.receive(bot, keep, poll_s=1, sleep=asyncio.sleep))
        await wire.all_confirmed.wait()
        receiving_all.cancel()
        await asyncio.gather(receiving_all, return_exceptions=True)
    return held.most


async def works(town: Town, turns: int) -> int:
    with measured() as held:
        for _ in range(turns):
            assert await town.machine.worker.turn()
            await town.machine.sender.start_due()
            await town.machine.sender.finish()
    return held.most


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def held_by(town: Town, turns: int = TURNS) -> list[tuple[int, int]]:
    """(while taking in, while working), where few wait and where many do; the first time of all is for what is made
    once."""
    found = []
    for waiting in (FEW // 2, FEW, MANY):
        found.append((await takes_in(town, waiting), await works(town, turns)))
    return found[1:]


@pytest.mark.usefixtures("traced")
async def test_ten_times_as_many_updates_take_no_more_memory(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    few, many = await held_by(town)
    with capsys.disabled():
        print(
            f"\nthe most held while {FEW} and while {MANY} wait: taking in {few[0] // 1000} and {many[0] // 1000} KB,"
            f" working {few[1] // 1000} and {many[1] // 1000} KB"
        )
    assert many[0] < few[0] + A_LITTLE, "taking in"
    assert many[1] < few[1] + A_LITTLE, "working"
    await town.nothing_went_wrong()


@pytest.mark.usefixtures("traced")
async def test_control_taken_in_before_they_are_kept_they_are_all_held(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "receive", receiving.receive)  # put back at the end
    mutants.confirm_first()
    few, many = await takes_in(town, FEW), await takes_in(town, MANY)
    assert many > few + 10 * A_LITTLE


@pytest.mark.usefixtures("traced")
async def test_control_a_worker_that_asks_for_all_that_waits_holds_all(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_due(at: Any) -> Select[Inbox]:
        return select(Inbox).where(Inbox.state == InboxState.NEW.value, Inbox.due_at <= at).order_by(Inbox.id)

    monkeypatch.setattr(Inbox, "next_due", all_due)
    town.machine.worker = Worker(town.machine.runtime)
    few, many = await held_by(town, turns=1)
    assert many[0] < few[0] + A_LITTLE
    assert many[1] > few[1] + 10 * A_LITTLE
