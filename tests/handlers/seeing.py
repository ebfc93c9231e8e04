"""What to look at in the chats, and who else lives in the town."""

import re
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from handlers import words
from models.photo import Photo
from models.ticket import Ticket
from tests.cast import GROUP, QIAO, Message, Player, Town

LIUYIN, BAIYANG, QIAONAN = -1002610199002, -1002610199003, -1002610199004
CITY, WATER, GAS, CLEANING, POLICE, STREET = (-1002610199000 - number for number in (101, 104, 105, 109, 113, 114))
NUMBER = re.compile(r"#(LH\d{10})")


def player(town: Town, person: int, home: int = GROUP) -> Player:
    return Player(town, person, home)


def number_in(message: Message) -> str:
    found = NUMBER.search(message.text)
    assert found is not None, message.text
    return found[1]


def private(town: Town, person: int) -> list[Message]:
    return town.ours(person)


def leader_card(town: Town, leader: int = QIAO) -> Message:
    return next(m for m in reversed(town.ours(leader)) if NUMBER.search(m.text) and m.labels)


def cards(town: Town, chat: int = GROUP) -> list[Message]:
    """Cards and fixes: what is said unasked about a ticket."""
    return [message for message in town.ours(chat) if NUMBER.search(message.text) and not _was_asked_for(message)]


def questions(town: Town, chat: int = GROUP) -> list[Message]:
    asked = {words.plain(locale, "ask.what") for locale in words.LOCALES}
    return [message for message in town.ours(chat) if message.text in asked]


def told(key: str, locale: str = "zh", **values: object) -> str:
    """A sentence of the catalogue, so that nobody who mends a word has to mend a test."""
    return words.plain(locale, key, **values)


async def tickets(town: Town) -> list[Ticket]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Ticket).order_by(Ticket.id)))


async def photos(town: Town, role: str) -> list[Photo]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Photo).where(Photo.role == role).order_by(Photo.id)))


async def heard_too_often(town: Town) -> dict[str, int]:
    """number -> how often one group heard of it, where that is more than the card and one fix a round."""
    heard = Counter(
        (number_in(message), chat) for chat in (GROUP, LIUYIN, BAIYANG, QIAONAN) for message in cards(town, chat)
    )  # fmt: skip
    allowed = {ticket.number: 1 + ticket.round for ticket in await tickets(town)}
    return {number: times for (number, _), times in heard.items() if times > allowed[number]}


def rings(town: Town, before: timedelta) -> None:
    """Let time go by without the bot noticing."""
    town.clock.moment += before


def _was_asked_for(message: Message) -> bool:
    """An answer to a command or to a word in reply, which does not count (contract 5)."""
    answered = next((m for m in message.town.messages(message.chat) if m.id == message.reply_to), None)
    if answered is None:
        return False
    first = answered.text.split(maxsplit=1)[0] if answered.text else ""
    is_order = first.startswith("/") and first.partition("@")[0] != "/report"
    return is_order or first in words.all_spoken() or answered.reply_to is not None
