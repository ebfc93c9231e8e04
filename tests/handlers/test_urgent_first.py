"""Danger goes ahead of everything queued: in every chat, and across chats where the pace lets only few go."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from models.chat import Chat
from models.department import Department
from tests.books import PostgresBooks
from tests.cast import GROUP, LIN, QIAO, Town, town_in
from tests.handlers.seeing import BAIYANG, LIUYIN, NUMBER, player, tickets
from tests.handlers.test_tray import rung, town_officer

DANGER = "卫生院门口井盖没了，有人差点掉下去！"


@pytest_asyncio.fixture(params=["2/s 1/s 20/min", "30/s 1/s 20/min"])
async def town(request: pytest.FixtureRequest, tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    """Slower than Telegram, and as fast as it."""
    async with town_in(tmp_path, books, limits=request.param) as played:
        await played.passes(minutes=2)
        yield played


async def heard(town: Town) -> None:
    """Everything is taken in, and nothing of it said yet."""
    await town._receive()
    while await town.machine.worker.turn():
        pass


def said(town: Town) -> list[tuple[int, str]]:
    """Chat and number of what was sent, in order."""
    sent = [call for call in town.simulator.log(0, 100_000) if call["method"] in ("sendMessage", "sendPhoto")]
    texts = [(call["params"], call["params"].get("text") or call["params"].get("caption") or "") for call in sent]
    return [(int(params["chat_id"]), found[1]) for params, text in texts if (found := NUMBER.search(text))]


async def test_the_department_the_group_and_the_leader_hear_of_danger_first(town: Town) -> None:
    for house in range(8):
        for chat in (GROUP, LIUYIN, BAIYANG):
            town.simulator.member(chat, LIN, "member")
            town.simulator.post(LIN, chat, f"/report 团结西路{house * 7 + 1}号门口一堆垃圾没人收")
    await heard(town)
    for number in (1, 5, 9):  # news for the leader, too
        await _handed_back(town, number)
    before = len(said(town))
    town.simulator.post(LIN, GROUP, DANGER, photos=[{"upload": town.picture()}])
    await heard(town)
    urgent = next(ticket for ticket in await tickets(town) if ticket.is_urgent)
    for _ in range(240):
        await town.passes(seconds=1)
    order = said(town)[before:]
    chats = {chat for chat, number in order if number == urgent.number}
    assert {GROUP, QIAO} < chats
    assert len(chats) >= 3
    assert len(order) > 2 * len(chats), "there was a queue"
    assert {number for _, number in order[: len(chats)]} == {urgent.number}, order[: len(chats) + 3]
    assert rung(town) >= 1


async def _handed_back(town: Town, number: int) -> None:
    officer = player(town, 1029, 1029)
    town.simulator.post(officer.id, officer.id, f"/return LH261120{number:04d} 不归我们")
    await heard(town)


async def test_danger_that_comes_back_to_the_same_chat_rings_before_what_is_queued_there(town: Town) -> None:
    town.simulator.post(LIN, GROUP, DANGER, photos=[{"upload": town.picture()}])
    await heard(town)
    for _ in range(30):
        await town.passes(seconds=1)
    urgent = (await tickets(town))[0]
    officer, chat = town_officer(town, urgent.number)
    for house in range(12):
        town.simulator.post(LIN, GROUP, f"/report 团结西路{house * 7 + 1}号门口井盖破了")
    await heard(town)
    town.simulator.post(officer, officer, f"/return {urgent.number} 不归我们")
    await heard(town)
    town.simulator.post(QIAO, QIAO, f"/dispatch {urgent.number} {(await department(town, chat)).name}")
    await heard(town)
    before = len(said(town))
    for _ in range(120):
        await town.passes(seconds=1)
    order = [number for where, number in said(town)[before:] if where == chat]
    assert order[0] == urgent.number
    assert len(order) > 3, "there was a queue"


async def department(town: Town, chat: int) -> Department:
    async with town.machine.runtime.database.read() as session:
        found = await session.scalars(
            select(Department).join(Chat, Chat.department_id == Department.id).where(Chat.external_id == str(chat))
        )
        return found.one()
