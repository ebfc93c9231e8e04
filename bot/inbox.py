"""What happened is stored before it is understood."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, column, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Channel, Raw
from bot.placing import Glance, place
from models.mail import Inbox

TABLE: Any = Inbox.__table__
GIVEN = ("channel", "update", "natural", "lane", "rank", "what", "payload", "received_at", "due_at")
"""What a row brings along; the rest is the same for all that is new."""


async def keep(session: AsyncSession, rows: Iterable[dict[str, Any]], glance: Glance | None = None) -> int:
    """Store rows; a repeat (the same update or the same natural key) is quietly dropped. Returns how many were new.

    glance: for what comes from outside (bot/placing.py).
    """
    fresh = list(rows)
    if not fresh:
        return 0
    await place(session, fresh, glance)
    new = await _insert(session, fresh)
    if new < len(fresh):
        new += await _insert(session, await _under_a_used_number(session, fresh))
    return new


async def _insert(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Returns how many were new. One statement, put together once, whatever their number; beside the session, as nobody
    wants these rows as objects."""
    if not rows:
        return 0
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        done = await connection.execute(COLUMNS_IN, {name: [row[name] for row in rows] for name in GIVEN})
    else:
        done = await connection.execute(ROWS_IN, rows)
    return done.rowcount


async def _under_a_used_number(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Something new under a number that was given before, as after a quiet week the channel may begin anew with any:
    the natural key, which is not stored yet, says that it is no repeat."""
    naturals = list({row["natural"] for row in rows})
    known = select(Inbox.channel, Inbox.natural).where(Inbox.natural.in_(naturals))
    stored = {(channel, natural) for channel, natural in await session.execute(known)}
    return [
        {**row, "update": f"{row['update']} {row['natural']}"}
        for row in rows
        if (row["channel"], row["natural"]) not in stored
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
        "received_at": at,
        "due_at": at,
    }


def _row_by_row() -> Any:
    """For SQLite: its own loop over rows is quicker than any statement that holds many."""
    return sqlite.insert(TABLE).values(NEW).on_conflict_do_nothing()


def _column_by_column() -> Any:
    """For PostgreSQL: one statement and one trip, whatever their number."""
    lists = (bindparam(name, type_=postgresql.ARRAY(TABLE.c[name].type)) for name in GIVEN)
    rows = func.unnest(*lists).table_valued(*(column(name, TABLE.c[name].type) for name in GIVEN)).render_derived()
    some = select(*(rows.c[name] for name in GIVEN), *NEW.values())
    return postgresql.insert(TABLE).from_select([*GIVEN, *NEW], some).on_conflict_do_nothing()


NEW: dict[str, ColumnElement[Any]] = {"state": literal_column("'new'"), "attempts": literal_column("0")}
ROWS_IN, COLUMNS_IN = _row_by_row(), _column_by_column()
