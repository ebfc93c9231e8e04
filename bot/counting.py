"""The first count of a town; from then on each sets the next (handlers/counting.py)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.counting import KEY
from models.mail import Timer


async def begin_counting(session: AsyncSession, at: datetime) -> None:
    """Where none is on its way."""
    if await session.scalar(select(Timer.id).where(Timer.key == KEY)) is not None:
        return
    try:
        async with session.begin_nested():
            session.add(Timer(key=KEY, kind="count", lane=KEY, data={}, due_at=at))
    except IntegrityError:
        pass  # another process was faster
