"""An update no handler can bear: set aside with its reason after five tries; whoever comes behind it goes on."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.worker import Worker
from models.mail import Inbox
from tests.cast import GROUP, LIN, MEI, SHEN, Town
from tests.handlers.seeing import QIAONAN

POISON, WITHIN_S = "毒", 20


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    handle = Worker._handle

    async def crash(self: Worker, session: AsyncSession, row: Inbox, *more: Any) -> Any:
        if POISON in str((row.payload or {}).get("message", {}).get("text")):
            raise ValueError("a bug")
        return await handle(self, session, row, *more)

    monkeypatch.setattr(Worker, "_handle", crash)


async def _goes_on(town: Town) -> None:
    town.simulator.post(LIN, GROUP, POISON)
    town.simulator.post(MEI, GROUP, "/report 团结西路3号对面路灯不亮")
    town.simulator.member(QIAONAN, MEI, "member")
    town.simulator.post(MEI, QIAONAN, "/report 团结西路5号对面路灯不亮")
    before = len(town.ours(SHEN))
    await town.settles()
    assert [m for m in town.ours(QIAONAN) if "#LH" in m.text], "another chat waits for it"
    for _ in range(WITHIN_S):
        await town.passes(seconds=1)
    assert [m for m in town.ours(GROUP) if "#LH" in m.text], "its own chat waits for it still"
    async with town.machine.runtime.database.read() as session:
        rows = list(await session.scalars(select(Inbox).where(Inbox.state == "failed")))
    assert [(row.reason, row.attempts) for row in rows] == [("ValueError", 5)]
    assert len(town.ours(SHEN)) == before + 1


@pytest.mark.usefixtures("poisoned")
async def test_it_is_set_aside_and_the_others_go_on(town: Town) -> None:
    await _goes_on(town)


@pytest.mark.usefixtures("poisoned")
async def test_control_tried_for_ever_it_blocks_its_chat(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inbox, "TRIES", 10**6)
    monkeypatch.setattr(Inbox, "PAUSES", Inbox.PAUSES * 10)
    with pytest.raises(AssertionError, match="its own chat waits"):
        await _goes_on(town)


async def _odd_ones(town: Town) -> list[str]:
    """Updates of kinds nobody knows, and one of half a megabyte; then a report. Returns what was set aside or tried."""
    chat = {"id": GROUP, "type": "supergroup", "title": "x"}
    lin = {"id": LIN, "is_bot": False, "first_name": "小林"}
    odd: list[dict[str, Any]] = [
        {"update_id": 800_000_001, "telepathy": {"from": lin, "chat": chat, "thought": "坑"}},
        {"update_id": 800_000_002, "poll": {"id": "1"}},
        {"update_id": 800_000_003},
        {
            "update_id": 800_000_004,
            "message": {"message_id": 90_001, "date": 1, "chat": chat, "from": lin, "new_thing": ["x" * 1024] * 512},
        },
    ]
    await town.machine.keep(town.machine.runtime.channel("telegram"), odd)
    await town.settles()
    assert town.ours(GROUP) == []
    await town.lin.says("/report 团结西路3号对面路灯不亮")
    assert town.card
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Inbox.what).where(Inbox.attempts > 0)))


async def test_unknown_kinds_and_half_a_megabyte_are_read_and_let_be(town: Town) -> None:
    assert await _odd_ones(town) == []


async def test_control_a_bot_that_wants_to_know_them_all_stumbles(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = town.machine.runtime.channel("telegram")
    read = type(channel).read

    def strict(self: Any, raw: Any) -> Any:
        if not raw.get("message"):
            raise KeyError("message")
        return read(self, raw)

    monkeypatch.setattr(type(channel), "read", strict)
    with pytest.raises(AssertionError):
        assert await _odd_ones(town) == []
