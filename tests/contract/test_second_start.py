"""Two processes of one town, started as `run` starts them and fetching from one server: the second start does not end
the poll of the first, a take-over is refused nobody, and a webhook in the way is removed by who fetches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot import building
from bot.building import built, run_town
from bot.channels.telegram import TelegramChannel
from bot.presence import BEAT_S
from bot.settings import Settings
from bot.town import Town
from simulator.town import Town as Simulator
from tests.contract.simulated import LIN, SEED, TOKEN
from tests.inprocess import ADDRESS, InProcess
from tests.machine import Postgres

PATIENCE_S = 20.0
STEP_S = 0.02


@dataclass
class Starts:
    """Each on the same database and the same server."""

    simulator: Simulator
    settings: Settings
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> Town:
        """Until it is at work: it fetches, or waits until it may."""
        begun: asyncio.Future[Town] = asyncio.get_running_loop().create_future()

        async def run() -> None:
            async with built(self.settings) as town:
                begun.set_result(town)
                await run_town(self.settings, town)

        self.tasks.append(asyncio.create_task(run()))
        await asyncio.wait({begun, self.tasks[-1]}, return_when=asyncio.FIRST_COMPLETED)
        if not begun.done():
            await self.tasks[-1]
        town = begun.result()
        await self.until(town.runtime.presence.here.is_set)
        return town

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                for task in self.tasks:
                    if task.done():
                        task.result()  # what ended it
                await asyncio.sleep(STEP_S)

    @property
    def polled(self) -> bool:
        return self.simulator.poll.open is not None

    @property
    def refused(self) -> list[str]:
        """What the server said to those it refused, in order."""
        calls = self.simulator.log(0, 100_000)
        return [call["error"]["description"] for call in calls if (call["error"] or {}).get("error_code") == 409]


@asynccontextmanager
async def starts(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Starts]:
    simulator = Simulator(folder / "telegram")
    simulator.seed(SEED)

    class Nearby(TelegramChannel):
        def __init__(self, token: str, _: str) -> None:
            super().__init__(token, ADDRESS, wire=InProcess(simulator))

    monkeypatch.setattr(building, "TelegramChannel", Nearby)
    settings = Settings(
        _env_file=None, bot_token=TOKEN, database_url=url, media_url=f"file:{folder / 'media'}", http_port=0
    )
    played = Starts(simulator, settings)
    try:
        yield played
    finally:
        for task in played.tasks:
            task.cancel()
        await asyncio.gather(*played.tasks, return_exceptions=True)
        simulator.close()


@pytest.fixture
def bare(postgres: Postgres, migrated: str) -> str:
    return postgres.url(postgres.create(migrated))


async def second_start(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server refused while the second came and, in the end, took over."""
    async with starts(folder, url, monkeypatch) as town:
        first = await town.start()
        await town.until(lambda: town.polled)
        second = await town.start()
        await asyncio.sleep(BEAT_S)
        assert first.runtime.presence.speaks.is_set()
        assert not second.runtime.presence.speaks.is_set()
        first.stop()
        await town.tasks.pop(0)
        await town.until(lambda: second.runtime.presence.speaks.is_set() and town.polled)
        return town.refused


async def test_a_second_start_and_its_take_over_are_refused_nothing(
    bare: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await second_start(tmp_path, bare, monkeypatch) == []


async def test_control_a_start_that_removes_a_webhook_that_is_not_there_ends_the_poll_of_the_first(
    bare: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = TelegramChannel.open

    async def removes_too(channel: TelegramChannel) -> None:
        await opened(channel)
        await channel._bot.delete_webhook()

    monkeypatch.setattr(TelegramChannel, "open", removes_too)
    assert await second_start(tmp_path, bare, monkeypatch) == ["Conflict: terminated by deleteWebhook request"]


async def test_a_webhook_in_the_way_is_removed_and_what_waited_comes(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with starts(tmp_path, empty_url, monkeypatch) as town:
        await town.simulator.call(TOKEN, "setWebhook", {"url": "https://old.example.org/telegram"})
        town.simulator.post(LIN, LIN, "/start")
        await town.start()
        await town.until(lambda: all(update["confirmed"] for update in town.simulator.updates(0, 100)))
        (said,) = town.refused
        assert "webhook is active" in said
        calls = [call["method"] for call in town.simulator.log(0, 1000)]
        assert calls.count("deleteWebhook") == 1
