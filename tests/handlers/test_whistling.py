"""吹哨: several departments are called to one ticket, and each does its part."""

import pytest
from sqlalchemy import select

from models.task import Task
from tests.cast import DRAINAGE, GROUP, HOLE, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import POLICE, cards, leader_card, player, tickets, told

NUMBER = "LH2611200001"
TRAFFIC = -1002610199110
ROADS, DRAINS, COPS = "柳桥区市政中心", "柳桥排水公司", "柳桥交警大队"


async def tasks(town: Town) -> list[Task]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Task).order_by(Task.id)))


def card_in(town: Town, chat: int) -> Message:
    return next(m for m in reversed(town.ours(chat)) if m.has_photo or m.labels)


def zhuang(town: Town) -> Player:
    """Officer of the traffic police."""
    return player(town, 1030, TRAFFIC)


async def test_a_whistle_calls_others_to_who_has_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.passes(minutes=5)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司 交警")
    for chat in (OFFICE, DRAINAGE, TRAFFIC, QIAO, GROUP):
        print("=====", chat)
        for m in town.ours(chat):
            print("--", m.id, "re", m.reply_to, m.text, m.labels)
    await town.passes(minutes=5)
    await town.dai.presses("报到", on=town.last(DRAINAGE))
    await town.dai.posts("下水道通了", reply_to=town.last(DRAINAGE) if False else card_in(town, DRAINAGE))
    await town.passes(minutes=40)
    for chat in (OFFICE, DRAINAGE, TRAFFIC, QIAO, GROUP):
        print("=====", chat)
        for m in town.ours(chat):
            print("--", m.id, "re", m.reply_to, m.text, m.labels)
    assert 0
