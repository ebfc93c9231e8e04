"""One token: revoked, the bot stops and says so in one line; fetched with by two, both go on and nothing is lost."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.__main__ import WRONG, _run
from bot.channels.base import Raw, TokenRejected, Unsent
from bot.channels.telegram import TelegramChannel, delivering, menus, receiving
from models.mail import Inbox
from tests.cast import GROUP, HOLE, LIN, TOKEN, Town, town_in
from tests.inprocess import InProcess

PATIENCE_S = 5.0


async def _runs(folder: Path, *, receive: bool) -> int:
    async with town_in(folder) as town:
        town.simulator.post(LIN, GROUP, f"/report {HOLE}")
        if not receive:
            await town._receive()
        town.simulator.seed({"bot": {"token": "7000001:another"}})
        async with asyncio.timeout(PATIENCE_S):
            await town.machine.run(receive=receive)
    return 0


@pytest.mark.parametrize("receive", [True, False], ids=["when it fetches", "when it sends"])
def test_a_token_that_was_revoked_ends_it_with_one_line(
    receive: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        _run(_runs(tmp_path / "town", receive=receive))
    told = [line for line in capsys.readouterr().err.splitlines() if "BOT_TOKEN" in line]
    assert ended.value.code == WRONG
    assert told == ["BOT_TOKEN / BOT_API_URL: the server rejected the bot's token"]
    assert TOKEN not in told[0]


@pytest.mark.parametrize("receive", [True, False], ids=["when it fetches", "when it sends"])
def test_control_taken_for_a_passing_fault_it_would_go_on_in_vain(
    receive: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(error: Exception) -> Unsent:
        return Unsent("a passing fault")

    for module in (receiving, delivering, menus):
        monkeypatch.setattr(module, "explained", mistaken)
    monkeypatch.setattr(f"{__name__}.PATIENCE_S", 1.5)
    with pytest.raises(TimeoutError):
        asyncio.run(_runs(tmp_path / "town", receive=receive))


async def _two_pollers(town: Town) -> int:
    """Returns how often the server refused one of them."""
    ends: list[asyncio.Task[None]] = []

    async def sleep(_: float) -> None:
        await asyncio.sleep(0.002)

    for _ in range(2):
        channel = TelegramChannel(TOKEN, "http://town.test", wire=InProcess(town.simulator), poll_s=1, sleep=sleep)
        await channel.open()

        async def keep(raws: Sequence[Raw], channel: TelegramChannel = channel) -> None:
            await town.machine.keep(channel, raws)

        ends.append(asyncio.create_task(channel.receive(keep)))
    for number in range(30):
        town.simulator.post(LIN, GROUP, f"第{number}句")
        await asyncio.sleep(0.005)
    async with asyncio.timeout(10):
        while any(one["confirmed"] is None for one in town.simulator.updates(0, 1000)):
            await asyncio.sleep(0.01)
    assert not [task for task in ends if task.done()], "one of them gave up"
    for task in ends:
        task.cancel()
    await asyncio.gather(*ends, return_exceptions=True)
    async with town.machine.runtime.database.read() as session:
        kept = list(await session.scalars(select(Inbox.update).where(Inbox.channel == "telegram")))
    assert sorted(kept) == sorted(str(one["update_id"]) for one in town.simulator.updates(0, 1000))
    return sum((call["error"] or {}).get("error_code") == 409 for call in town.simulator.log(0, 100_000))


async def test_of_two_that_fetch_with_one_token_none_gives_up_and_nothing_is_lost(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = await _two_pollers(town)
    with capsys.disabled():
        print(f"\ntwo fetch with one token: {refused} times refused (409), 0 of 30 updates lost")
    assert refused > 0


async def test_control_a_409_taken_for_the_end_leaves_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    explained = receiving.explained

    def strict(error: Exception) -> Exception:
        reason = explained(error)  # type: ignore[arg-type]
        return TokenRejected(reason.reason) if "same token" in reason.reason else reason

    monkeypatch.setattr(receiving, "explained", strict)
    with pytest.raises(AssertionError, match="gave up"):
        await _two_pollers(town)
