"""Which chat is a grid's group or a department's chat, as the folder says; what an administrator unbound stays so."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from bot.district.folder import Folder
from models.chat import Chat
from models.department import Department
from models.grid import Grid

CHANNEL = "telegram"


async def bind_chats(
    session: AsyncSession, folder: Folder, grids: Mapping[str, Grid], departments: Mapping[str, Department]
) -> list[str]:
    told: list[str] = []
    for row in folder.grids:
        if row.chat_id is not None:
            told += await _bind(session, row.chat_id, row.name, grid=grids[row.code])
    for office in folder.departments:
        if office.chat_id is not None:
            told += await _bind(session, office.chat_id, office.name, department=departments[office.key])
    await session.flush()
    return told


async def _bind(
    session: AsyncSession, chat_id: int, name: str, *, grid: Grid | None = None, department: Department | None = None
) -> list[str]:
    chat = await session.scalar(Chat.known_as(CHANNEL, str(chat_id)))
    if chat is None:
        chat = Chat(channel=CHANNEL, external_id=str(chat_id), kind="group", title=name)
        session.add(chat)
    elif chat.unbound_at is not None:
        return [f"{name}: its chat was unbound by an administrator and stays so (/bind there brings it back)"]
    chat.grid_id, chat.department_id = (grid.id if grid else None), (department.id if department else None)
    return []
