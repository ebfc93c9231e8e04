"""Those who are called to a ticket: the traffic police and the buses, and the cards in their chats."""

from sqlalchemy import select

from models.task import Task
from tests.cast import GROUP, Message, Player, Town
from tests.handlers.seeing import player

NUMBER = "LH2611200001"
TRAFFIC, BUS, ESTATE = -1002610199110, -1002610199111, -1002610199116
ROADS, DRAINS, COPS, BUSES = "柳桥区市政中心", "柳桥排水公司", "柳桥交警大队", "柳桥公交公司"


def zhuang(town: Town) -> Player:
    """Officer of the traffic police."""
    return player(town, 1030, TRAFFIC)


def che(town: Town) -> Player:
    """Officer of the buses."""
    return player(town, 1031, BUS)


async def tasks(town: Town) -> list[Task]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Task).order_by(Task.id)))


def card_in(town: Town, chat: int, number: str = NUMBER) -> Message:
    """The last one that shows the report itself: with its picture, where it has one."""
    return next(m for m in reversed(town.ours(chat)) if f"#{number}" in m.text and "📍" in m.text)


def rung(town: Town, chat: int, since: int) -> list[str]:
    """What was said in a chat behind so many messages, cards too."""
    return [message.text for message in town.ours(chat)[since:]]


def fix(town: Town) -> Message:
    return next(m for m in reversed(town.ours(GROUP)) if "🛠" in m.text)
