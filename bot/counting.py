"""The first count of a town; from then on each sets the next (handlers/counting.py)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import chains
from handlers.counting import KEY
from models.mail import Timer


async def begin_counting(session: AsyncSession, at: datetime) -> None:
    """Where none is on its way."""
    await chains.set_off(session, Timer(key=KEY, kind="count", lane=KEY, data={}, due_at=at))
