"""What comes again changes nothing: a day replayed three times onto its own records, also under other numbers."""

from dataclasses import replace
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.telegram import channel as telegram_channel
from bot.channels.telegram.keys import keys
from models.mail import Outbox
from models.ticket import Ticket, TicketEvent
from tests.cast import HOLE, OFFICE, Town

TIMES = 3


async def _a_day(town: Town) -> list[dict[str, Any]]:
    await town.lin.posts(HOLE, photos=2)
    await town.passes(seconds=2)
    await town.mei.presses("我也遇到", on=town.card)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("完成", chat=OFFICE, reply_to=town.job)
    await town.passes(minutes=2)
    await town.wang.says("/report 西柳小区门口路灯不亮")
    await town.shen.says("/lang en")
    return [{"update_id": one["update_id"], one["kind"]: one["body"]} for one in town.simulator.updates(0, 10_000)]


async def _records(town: Town) -> tuple[int, ...]:
    async with town.machine.runtime.database.read() as session:
        counted = [await session.scalar(select(func.count()).select_from(one)) for one in (Ticket, TicketEvent, Outbox)]
    return tuple(int(number or 0) for number in counted)


def _said(town: Town) -> int:
    return sum(call["method"] != "getUpdates" for call in town.simulator.log(0, 100_000))


async def _replayed(town: Town, shift: int) -> None:
    """Nothing is to change, and nothing to be said."""
    day = await _a_day(town)
    before, said = await _records(town), _said(town)
    for time in range(1, TIMES + 1):
        again = [{**update, "update_id": update["update_id"] + time * shift} for update in day]
        for at in range(0, len(again), 100):
            await town.machine.keep(town.machine.runtime.channel("telegram"), again[at : at + 100])
        await town.settles()
    assert await _records(town) == before, "something happened again"
    assert _said(town) == said, "something was said again"


@pytest.mark.parametrize("shift", [0, 1_000_000], ids=["the same numbers", "other numbers"])
async def test_a_day_replayed_changes_nothing_and_nobody_hears_of_it(town: Town, shift: int) -> None:
    await _replayed(town, shift)


async def test_control_known_by_their_numbers_alone_they_happen_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_channel, "keys", lambda raw: replace(keys(raw), natural=token_hex(8)))
    with pytest.raises(AssertionError, match="again"):
        await _replayed(town, 1_000_000)
