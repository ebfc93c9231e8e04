"""The first digest of a town; from then on each sets the next (handlers/digest.py)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import chains
from models.digest import digest_timer
from models.district import District


async def begin_digests(session: AsyncSession, at: datetime) -> None:
    """Where a district is loaded and no digest is on its way."""
    district = await session.scalar(select(District))
    if district is not None:
        await chains.set_off(session, digest_timer(at, ZoneInfo(district.timezone)))
