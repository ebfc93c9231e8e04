"""Which chat is a grid's group or a department's chat, as the folder says; what an administrator unbound stays so."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.district.folder import Folder
from bot.district.rows import DepartmentRow, GridRow
from models.chat import Chat
from models.department import Department
from models.grid import Grid

CHANNEL = "telegram"
T = TypeVar("T")


A_QUESTION = 500
"""Ids in one question to the database: SQLite takes a thousand, and old ones no more."""


async def bind_chats(
    session: AsyncSession, folder: Folder, grids: Mapping[str, Grid], departments: Mapping[str, Department]
) -> list[str]:
    told: list[str] = []
    told_chats: list[GridRow | DepartmentRow] = [*folder.grids, *folder.departments]
    rows = [row for row in told_chats if row.chat_id is not None]
    chats: dict[str, Chat] = {}
    for some in batched(str(row.chat_id) for row in rows):
        chats |= {chat.external_id: chat for chat in await session.scalars(Chat.known_among(CHANNEL, some))}
    for row in rows:
        chat = chats.get(str(row.chat_id))
        if chat is None:
            chat = Chat(channel=CHANNEL, external_id=str(row.chat_id), kind="group", title=row.name)
            session.add(chat)
        elif chat.unbound_at is not None:
            told.append(
                f"{row.name}: its chat was unbound by an administrator and stays so (/bind there brings it back)"
            )
            continue
        chat.grid_id = grids[row.code].id if isinstance(row, GridRow) else None
        chat.department_id = departments[row.key].id if isinstance(row, DepartmentRow) else None
    await session.flush()
    return told


def batched(ids: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(ids)
    while some := list(islice(rest, A_QUESTION)):
        yield some
