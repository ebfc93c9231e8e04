"""What happened is stored before it is understood."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Channel, Raw
from bot.placing import Glance, place
from models.mail import Inbox

NATURAL = Inbox.__table__.c.natural


async def keep(session: AsyncSession, rows: Iterable[dict[str, Any]], glance: Glance | None = None) -> int:
    """Store rows; a repeat (the same update or the same natural key) is quietly dropped. Returns how many were new.

    glance: for what comes from outside (bot/placing.py).
    """
    fresh = list(rows)
    if not fresh:
        return 0
    await place(session, fresh, glance)
    stored = await _insert(session, fresh)
    if len(stored) < len(fresh):
        stored += await _insert(session, await _under_a_used_number(session, fresh, set(stored)))
    return len(stored)


async def _insert(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[str]:
    """Returns the natural keys of those that were new."""
    if not rows:
        return []
    # The rows beside the statement, not in it: so it is put together once, whatever their number. Into the table, not
    # the class: nobody wants these rows as objects.
    statement = _inserting(session.get_bind().dialect).on_conflict_do_nothing().returning(NATURAL)
    return list(await session.scalars(statement, rows))


async def _under_a_used_number(
    session: AsyncSession, rows: Sequence[dict[str, Any]], stored: set[str]
) -> list[dict[str, Any]]:
    """Something new under a number that was given before, as after a quiet week the channel may begin anew with any:
    the natural key says that it is no repeat."""
    left = [row for row in rows if row["natural"] not in stored]
    naturals = list({row["natural"] for row in left})
    known = select(Inbox.channel, Inbox.natural).where(Inbox.natural.in_(naturals))
    repeats = {(channel, natural) for channel, natural in await session.execute(known)}
    return [
        {**row, "update": f"{row['update']} {row['natural']}"}
        for row in left
        if (row["channel"], row["natural"]) not in repeats
    ]


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


def _inserting(dialect: Dialect) -> Any:
    # The two databases spell "do nothing on conflict" alike, but SQLAlchemy keeps it with each dialect.
    return (postgresql if dialect.name == "postgresql" else sqlite).insert(Inbox.__table__)
