"""Whatever becomes of the pages of updates, all of them are kept, each once; and a page too long is taken in pieces."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot import inbox
from bot.channels.base import Raw
from bot.channels.telegram import channel as telegram_channel
from bot.channels.telegram import receiving
from bot.channels.telegram.transport import TooLong
from tests.bot.scripted import Answer, Scripted, good, opened
from tests.faults import pages

SEED, STATES = 20261122, 2000


def test_pages_late_twice_reversed_and_numbered_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages.explore(tmp_path, STATES, SEED)
    with capsys.disabled():
        print(f"\npages, seed {SEED}: {pages.told()}")
    assert pages.Pages.states >= STATES
    assert (pages.Pages.lost, pages.Pages.doubled) == (0, 0)


@pytest.mark.parametrize("mutant", pages.MUTANTS)
def test_control_a_bot_without_it_loses_or_doubles(
    mutant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: tuple[tuple[ModuleType, str], ...] = (
        (receiving, "receive"), (telegram_channel, "keys"), (inbox, "_under_a_used_number"),
    )  # fmt: skip
    for module, name in places:
        monkeypatch.setattr(module, name, getattr(module, name))  # put back at the end
    pages.MUTANTS[mutant]()
    with pytest.raises(AssertionError):
        pages.explore(tmp_path, STATES, SEED)


# --- pages too long for anybody ---------------------------------------------------------------------------------


class Heavy(Scripted):
    """A hundred updates of half a megabyte each; whoever asks for more than ten gets more than he can carry."""

    def __init__(self) -> None:
        super().__init__(self.answer)
        self.waiting = list(range(100))

    def answer(self, method: str, asked: dict[str, Any]) -> Answer:
        self.waiting = [number for number in self.waiting if number >= asked.get("offset", 0)]
        page = self.waiting[: asked["limit"]]
        return TooLong("more than anybody can carry") if len(page) > 10 else good([{"update_id": n} for n in page])


async def _kept_of_heavy_pages() -> list[int]:
    server, kept, naps = Heavy(), list[int](), 0

    async def keep(page: Sequence[Raw]) -> None:
        kept.extend(update["update_id"] for update in page)

    async def sleep(_: float) -> None:
        nonlocal naps
        naps += 1
        if naps > 30:
            raise pages.Killed

    channel = await opened(server, sleep=sleep)
    with pytest.raises(pages.Killed):
        await channel.receive(keep)
    return kept


async def test_a_page_too_long_to_be_taken_is_taken_in_pieces() -> None:
    assert await _kept_of_heavy_pages() == list(range(100))


async def test_control_who_asks_for_as_many_again_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "LESS", 1)
    assert await _kept_of_heavy_pages() == []
