"""A leader's tray on SQLite and on PostgreSQL: also when several turns reach for it at the same time."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from sqlalchemy import func, insert, select

from bot.worker import Worker
from models.mail import Outbox
from models.ticket import Ticket
from models.tray import Tray
from tests.books import PostgresBooks
from tests.cast import DRAINAGE, GROUP, HOLE, LIN, LU, OFFICE, QIAO, Town, town_in
from tests.handlers.seeing import LIUYIN, told
from tests.handlers.test_tray import returned, rung, tray

COMMUNITY = 1017


@pytest_asyncio.fixture
async def town(tmp_path: Path, books: PostgresBooks | None) -> AsyncIterator[Town]:
    async with town_in(tmp_path, books) as played:
        yield played


async def test_sorted_turned_escalated_and_sent(town: Town) -> None:
    town.simulator.start(COMMUNITY)
    await town.settles()
    first, second = await returned(town), await returned(town, "柳桥三小门口")
    shown = tray(town)
    await town.qiao.presses("下一件", on=shown)
    await town.qiao.presses("其他部门", on=shown)
    await town.qiao.says("排水公司", reply_to=shown)
    assert second in town.last(DRAINAGE).text
    await town.passes(minutes=15)
    assert first in tray(town, COMMUNITY).text
    await town.qiao.says("/todo")
    assert first in town.last(QIAO).text
    await town.qiao.presses("看照片", on=shown)
    assert town.last(QIAO).has_photo
    await town.qiao.says("派单 排水公司", reply_to=shown)
    assert shown.now().text == told("tray.nothing")
    await town.nothing_went_wrong()


async def test_turns_of_many_lanes_share_one_tray(town: Town) -> None:
    """Reports of several groups whose leaders never started go to one administrator."""
    town.simulator.member(QIAO, int(town.simulator.records.bot["id"]), "kicked")
    await town.settles()
    town.simulator.member(LIUYIN, LIN, "member")
    for chat, place in ((GROUP, "红光路"), (LIUYIN, "柳荫家园")):
        town.simulator.post(LIN, chat, f"/report {place}路面塌陷")
    await town.settles()
    numbers = [ticket.number for ticket in await _tickets(town)]
    for chat, number in zip((OFFICE, LU), numbers, strict=True):
        town.simulator.post(LU, chat, f"/return {number} 不归我们")
    await town._receive()
    workers = [Worker(town.machine.runtime) for _ in range(4)]
    while any(await asyncio.gather(*(worker.turn() for worker in workers))):
        pass
    await town.settles()
    async with town.machine.runtime.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Tray)) == 1
    shown = tray(town, 1051)
    assert all(number in shown.text for number in numbers)
    assert rung(town, 1051) == 1
    await town.nothing_went_wrong()


async def _tickets(town: Town) -> list[Ticket]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Ticket).order_by(Ticket.id)))


async def _fill(town: Town, first: int, number: int) -> None:
    """Tickets like the first one, all waiting for its leader."""
    async with town.machine.runtime.database.write() as session:
        like = (await session.scalars(select(Ticket).order_by(Ticket.id).limit(1))).one()
        columns = {column.key: getattr(like, column.key) for column in Ticket.__table__.columns if column.key != "id"}
        rows = [
            {**columns, "number": f"LH261119{at:04d}", "case_code": f"61019920261119{at:05d}", "report_id": None}
            for at in range(first, first + number)
        ]
        await session.execute(insert(Ticket), rows)


async def test_a_turn_costs_no_more_however_much_waits(town: Town) -> None:
    """A ticket sent, handed back, and the tray drawn: with 300 waiting less than thrice as with 3."""
    await town.lin.posts(HOLE)
    await town.lu.says("退回 不归我们", reply_to=town.job)
    number, took = (await _tickets(town))[0].number, {}
    for first, more in ((1, 2), (3, 297)):
        await _fill(town, first, more)
        took[first + more] = min([await _time_of_a_round(town, number) for _ in range(5)])
    assert "待办 300 件" in tray(town).text
    print(took)
    assert took[300] < 3 * took[3], took


async def _time_of_a_round(town: Town, number: str) -> float:
    """Seconds for sorting one and having it back, with all that is said."""
    began = time.perf_counter()
    await town.qiao.says(f"/dispatch {number} 市政中心")
    await town.lu.says(f"/return {number} 不归我们")
    return time.perf_counter() - began


async def test_it_is_edited_once_however_often_it_changed_meanwhile(town: Town) -> None:
    for where in ("红光路", "西柳巷", "卫生院门口"):
        await town.lin.posts(f"{where}路面塌陷")
    for ticket in await _tickets(town):
        town.simulator.post(LU, OFFICE, f"/return {ticket.number} 不归我们")
    await town._receive()
    while await town.machine.worker.turn():
        pass
    await town.settles()
    async with town.machine.runtime.database.read() as session:
        rows = list(await session.scalars(select(Outbox).where(Outbox.kind == "tray")))
    assert len(rows) == 3
    assert len([row for row in rows if (row.reason or "").startswith("superseded")]) == 2
    assert rung(town) == 1
    assert "待办 3 件" in tray(town).text
    assert town.clock.moment - rows[0].created_at < timedelta(minutes=1)
