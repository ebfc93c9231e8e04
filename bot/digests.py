"""The first digest of a town; from then on each sets the next (handlers/digest.py)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models.digest import KEY, digest_timer
from models.district import District
from models.mail import Timer


async def begin_digests(session: AsyncSession, at: datetime) -> None:
    """Where a district is loaded and no digest is on its way."""
    district = await session.scalar(select(District))
    if district is None or await session.scalar(select(Timer.id).where(Timer.key == KEY)) is not None:
        return
    try:
        async with session.begin_nested():
            session.add(digest_timer(at, ZoneInfo(district.timezone)))
    except IntegrityError:
        pass  # another process was faster
