"""What happened is stored before it is understood."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Channel, Raw
from models.mail import Inbox


async def keep(session: AsyncSession, rows: Iterable[dict[str, Any]]) -> int:
    """Store rows; a repeat (the same update or the same natural key) is quietly dropped. Returns how many were new."""
    fresh = list(rows)
    if not fresh:
        return 0
    # The rows beside the statement, not in it: so it is put together once, whatever their number.
    statement = _insert(session.get_bind().dialect).on_conflict_do_nothing().returning(Inbox.id)
    return len((await session.execute(statement, fresh)).all())


def incoming(channel: Channel, raws: Sequence[Raw], at: datetime) -> list[dict[str, Any]]:
    """Raw events of a channel as inbox rows."""
    return [
        row(
            channel.name,
            update=keys.update,
            natural=keys.natural,
            lane=f"{channel.name}:{keys.lane}",  # as Desk.lane names it: timers and errands of a chat stand in its lane
            what=keys.what,
            payload=dict(raw),
            at=at,
        )
        for raw, keys in ((raw, channel.keys(raw)) for raw in raws)
    ]


def row(
    channel: str, *, update: str, natural: str, lane: str, what: str, payload: dict[str, Any], at: datetime
) -> dict[str, Any]:
    return {
        "channel": channel,
        "update": update,
        "natural": natural,
        "lane": lane,
        "what": what,
        "payload": payload,
        "state": "new",
        "attempts": 0,
        "received_at": at,
        "due_at": at,
    }


def _insert(dialect: Dialect) -> Any:
    # The two databases spell "do nothing on conflict" alike, but SQLAlchemy keeps it with each dialect.
    return (postgresql if dialect.name == "postgresql" else sqlite).insert(Inbox)
