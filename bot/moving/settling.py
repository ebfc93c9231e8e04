"""After a town was put back as it was at an older moment: what it has said, asked and counted since, nobody knows.

Nothing may be said again that people would act on twice, and no number may be given to a second ticket
(docs/backup.md).
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.district import District
from models.mail import Outbox, OutboxState, Timer
from models.ticket.chasing import Does
from models.ticket.number import Serial

REASON = "the town was put back from a backup"
LEAP = 1000
"""So many reports a district may have had today that the backup knows nothing of."""


@dataclass
class Settled:
    """again: what may be said once more. silent: what is given up. reminders: those that are not rung any more."""

    again: int = 0
    silent: int = 0
    reminders: int = 0


async def settle(session: AsyncSession, now: datetime) -> Settled:
    settled = Settled()
    # What was to wait beyond this hour cannot have gone out yet; it goes on waiting.
    due = and_(Outbox.is_pending(), Outbox.due_at <= now)
    for row in await session.scalars(select(Outbox).where(or_(due, Outbox.is_under_way())).order_by(Outbox.id)):
        row.may_have_arrived(REASON, now)
        if row.state == OutboxState.FAILED:
            settled.silent += 1
        else:
            settled.again += 1
    for timer in await session.scalars(Timer.due(now).with_only_columns(Timer).limit(None)):
        if timer.kind == "chase" and timer.data.get("does") == Does.REMIND.value:
            _be_late(timer)
            settled.reminders += 1
    await _leap(session, now)
    return settled


def _be_late(timer: Timer) -> None:
    """The reminder may have been heard; what follows it at the deadline still comes."""
    due = datetime.fromisoformat(timer.data["due"])
    timer.data = {**timer.data, "does": Does.LATE.value, "planned": due.isoformat()}
    timer.due_at = due


async def _leap(session: AsyncSession, now: datetime) -> None:
    """Numbers people have read on tickets that are lost stay theirs: a button on an old card opens nothing."""
    district = await session.scalar(select(District))
    if district is None:
        return
    today = now.astimezone(ZoneInfo(district.timezone)).date()
    serial = await session.get(Serial, today)
    if serial is None:
        serial = Serial(day=today, last=0)
        session.add(serial)
    serial.last += LEAP
