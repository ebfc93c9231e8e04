"""Pictures that cannot be had, or not at once: the report stands without; what can still come, comes."""

from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import FetchFailed
from bot.channels.telegram import TelegramChannel
from tests.cast import GROUP, HOLE, LIN, Town
from tests.faults.sick import calm
from tests.handlers.seeing import photos, tickets

PASSING = ("500", "429", "reset_before", "truncated", "slow")
"""truncated: the file comes with another length than was told."""


def _left_over(folder: Path) -> list[str]:
    """Files in the media folder that carry no name of the store's own: 64 hexadecimal digits."""
    kept = [path for path in (folder / "media").rglob("*") if path.is_file()]
    return [path.name for path in kept if len(path.stem) != 64 or set(path.stem) - set("0123456789abcdef")]


async def _comes_in_the_end(town: Town, folder: Path, method: str, failure: str) -> None:
    town.simulator.faults([{"method": method, "kind": failure, "times": 3, "retry_after": 5}])
    town.simulator.post(LIN, GROUP, HOLE, photos=[{"upload": town.picture()}])
    await calm(town)
    assert town.card
    [photo] = await photos(town, "before")
    assert photo.media is not None, "it never came"
    assert _left_over(folder) == []


@pytest.mark.parametrize("failure", PASSING)
@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_what_fails_for_a_while_comes_in_the_end(town: Town, tmp_path: Path, method: str, failure: str) -> None:
    await _comes_in_the_end(town, tmp_path, method, failure)


async def test_control_tried_once_it_never_comes(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = TelegramChannel.fetch

    async def once(self: TelegramChannel, ref: str, limit: int) -> bytes:
        try:
            return await fetch(self, ref, limit)
        except FetchFailed as failed:
            raise FetchFailed(failed.reason, again=False) from None

    monkeypatch.setattr(TelegramChannel, "fetch", once)
    with pytest.raises(AssertionError, match="never came"):
        await _comes_in_the_end(town, tmp_path, "file", "truncated")


async def _stands_without(town: Town, folder: Path, rule: dict[str, Any]) -> None:
    town.simulator.faults([rule])
    town.simulator.post(LIN, GROUP, HOLE, photos=[{"upload": town.picture()}])
    await town.settles()
    await town.passes(seconds=6)
    assert town.card, "the report waits for its picture"
    await town.passes(hours=25)
    [photo] = await photos(town, "before")
    assert (photo.media, len(await tickets(town))) == (None, 1)
    assert _left_over(folder) == []


GONE = [
    {"method": "getFile", "kind": "400", "description": "Bad Request: the file is temporarily unavailable"},
    {"method": "getFile", "kind": "400", "description": "Bad Request: file is too big"},
    {"method": "file", "kind": "500"},
]  # fmt: skip


@pytest.mark.parametrize("rule", GONE, ids=["gone", "too big", "the server is down"])
async def test_what_never_comes_leaves_the_report_without(town: Town, tmp_path: Path, rule: dict[str, Any]) -> None:
    await _stands_without(town, tmp_path, rule)


async def test_control_a_report_that_waits_for_its_picture_is_not_seen(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.sender import Sender

    start = Sender.start_due

    async def once_fetched(self: Sender) -> int:
        fetched = [photo for photo in await photos(town, "before") if photo.media]
        return await start(self) if fetched else 0

    monkeypatch.setattr(Sender, "start_due", once_fetched)
    with pytest.raises((AssertionError, RuntimeError)):  # a StopIteration within a coroutine
        await _stands_without(town, tmp_path, GONE[2])
