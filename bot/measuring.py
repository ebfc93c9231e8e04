"""What waits and for how long, asked of the database when somebody looks at /metrics: seldom, and never for long."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Select, bindparam, case, distinct, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.runtime import Runtime
from models.chat import Chat
from models.mail import Errand, ErrandState, Inbox, InboxState, Outbox, OutboxState
from models.ticket import Ticket
from models.types import spelled

FRESH_S = 5.0
"""What was asked a moment ago is not asked again, whoever comes …"""
LATE_EVERY_S = 60.0
"""… and how late tickets are changes slowly."""
PATIENCE_S = 3.0
"""A database that takes longer is away as far as this page goes; its answer, when it comes, is in the next one."""
MOST = 100_000
"""So many rows are looked at; where more wait, the figures mean `at least`."""
A_DAY = timedelta(days=1)


class Measuring:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._asked_at = self._late_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def take(self) -> None:
        """Bring the gauges up to date. What cannot be asked now keeps its value, and `roving_database_away` is 1."""
        self._beside_the_database()
        if self._asking is None or self._asking.done():
            if time.monotonic() - self._asked_at < FRESH_S:
                return
            self._asking = asyncio.create_task(self._ask())
        await asyncio.wait({self._asking}, timeout=PATIENCE_S)
        if not self._asking.done():
            counts.database_away.set(1)

    def _beside_the_database(self) -> None:
        counts.speaks.set(1 if self.runtime.presence.speaks.is_set() else 0)
        for name, folder in folders(self.runtime).items():
            with suppress(OSError):
                counts.free.labels(name).set(disk_usage(folder).free)

    async def _ask(self) -> None:
        now = self.runtime.clock.now()
        try:
            async with self.runtime.database.read() as session:
                await self._inbox(session, now)
                await self._outbox(session, now)
                await self._errands(session, now)
                if time.monotonic() - self._late_at >= LATE_EVERY_S:
                    await self._late(session, now)
                    self._late_at = time.monotonic()
        except (SQLAlchemyError, OSError, TimeoutError):
            counts.database_away.set(1)
        else:
            counts.database_away.set(0)
            self._asked_at = time.monotonic()

    async def _inbox(self, session: AsyncSession, now: datetime) -> None:
        told = {kind: rest for kind, *rest in await session.execute(unhandled(self.runtime.channels))}
        ages = {kind: _age(told[kind][2], now) if kind in told else 0.0 for kind in counts.LANES}
        for kind in counts.LANES:
            counts.lanes.labels(kind).set(told[kind][1] if kind in told else 0)
            counts.lane_age.labels(kind).set(ages[kind])
        counts.waiting.labels("inbox").set(sum(rest[0] for rest in told.values()))
        counts.oldest.labels("inbox").set(max(ages.values()))
        counts.set_aside.set(await session.scalar(SET_ASIDE, {"since": now - A_DAY}) or 0)

    async def _outbox(self, session: AsyncSession, now: datetime) -> None:
        found: dict[str, list[tuple[int, datetime]]] = {of: [] for of in counts.POST}
        for parked in (False, True):
            for urgent, many, first in await session.execute(UNSAID[parked]):
                found["parked" if parked else "urgent" if urgent else "ordinary"].append((many, first))
        rows = {of: sum(many for many, _ in some) for of, some in found.items()}
        ages = {of: max((_age(first, now) for _, first in some), default=0.0) for of, some in found.items()}
        for of in counts.POST:
            counts.outbox.labels(of).set(rows[of])
            counts.outbox_age.labels(of).set(ages[of])
        counts.waiting.labels("outbox").set(sum(rows.values()))
        counts.oldest.labels("outbox").set(max(ages["urgent"], ages["ordinary"]))

    async def _errands(self, session: AsyncSession, now: datetime) -> None:
        many, first = (await session.execute(UNDONE)).one()
        counts.waiting.labels("errands").set(many)
        counts.oldest.labels("errands").set(_age(first, now))

    async def _late(self, session: AsyncSession, now: datetime) -> None:
        asked = Ticket.lateness(now, counts.LATENESS, counts.LONGER)
        found = {(stage, how): (many, due) for stage, how, many, due in await session.execute(asked)}
        for stage in counts.LATE_STAGES:
            for how in (*counts.LATENESS, counts.LONGER):
                counts.late.labels(stage, how).set(found.get((stage, how), (0, None))[0])
            dues = [due for (its, _), (_, due) in found.items() if its == stage]
            counts.latest.labels(stage).set(max((_age(due, now) for due in dues), default=0.0))


def folders(runtime: Runtime) -> dict[str, Path]:
    """Where this machine keeps what, by the names of `counts.DISKS`; what lies elsewhere is not in it."""
    path, root = runtime.database.path, getattr(runtime.store, "root", None)
    found = {"database": path.parent if path is not None else None, "media": root}
    return {name: folder for name, folder in found.items() if folder is not None}


def unhandled(channels: Iterable[str]) -> Select[Any]:
    """Kind of lane, rows, lanes and the oldest moment, of the inbox rows that are not done."""
    new = Inbox.state == spelled(InboxState.NEW.value)
    # In no order: the oldest first would have SQLite go through all rows there ever were.
    some = select(Inbox.lane, Inbox.received_at).where(new).limit(MOST).subquery()
    # Chats of several people have a negative number on Telegram; a lane of the clock names no channel.
    groups = or_(*(some.c.lane.like(f"{name}:-_%") for name in channels))
    alone = or_(*(some.c.lane.like(f"{name}:%") for name in channels))
    kind = case((groups, "group"), (alone, "private"), else_="clock").label("kind")
    told = select(kind, some.c.lane, some.c.received_at).subquery()
    columns = told.c.kind, func.count(), func.count(distinct(told.c.lane)), func.min(told.c.received_at)
    return select(*columns).group_by(told.c.kind)


def _unsaid(*, parked: bool) -> Select[Any]:
    """Whether urgent, rows and the oldest moment, of what is still to be said; in chats that showed us the door, or in
    the others."""
    is_open = Outbox.state.in_(spelled(OutboxState.PENDING.value, OutboxState.SENDING.value))
    is_there = Chat.parked_at.is_not(None) if parked else Chat.parked_at.is_(None)
    rows = select(Outbox.is_urgent, Outbox.created_at).join(Chat, Chat.id == Outbox.chat_id).where(is_open, is_there)
    some = rows.limit(MOST).subquery()
    return select(some.c.is_urgent, func.count(), func.min(some.c.created_at)).group_by(some.c.is_urgent)


UNSAID = {parked: _unsaid(parked=parked) for parked in (False, True)}
UNDONE = select(func.count(), func.min(Errand.due_at)).where(
    Errand.state.in_(spelled(ErrandState.WAITING.value, ErrandState.UNDERWAY.value))
)
SET_ASIDE = select(func.count()).where(
    Inbox.state == spelled(InboxState.FAILED.value), Inbox.done_at > bindparam("since")
)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
