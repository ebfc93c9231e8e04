"""Inbox rows for the promises about databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from models.mail import Inbox

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def heard(number: str, *, lane: str = "a", natural: str | None = None) -> dict[str, Any]:
    """Something that happened at noon."""
    key = natural or f"m{number}"
    return inbox.row("test", update=number, natural=key, lane=lane, what="message", payload={}, at=NOON)


async def next_update(session: AsyncSession, at: datetime = NOON) -> str | None:
    row = await session.scalar(Inbox.next_due(at))
    return row.update if row else None
