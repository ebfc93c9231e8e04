"""Timers of which each turn sets the next, as digests do: the first one of a town, and the next where a turn failed."""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.mail import Inbox, InboxState, Timer


async def set_off(session: AsyncSession, timer: Timer) -> None:
    """Set it, unless it is on its way: waiting for its time, or rung with its turn still to come. A turn that was set
    aside, or done without a next one, sets none any more; without us the chain would have ended there for good."""
    turn = Inbox.lane == Timer.lane, Inbox.what == Timer.kind, Inbox.state == InboxState.NEW.value
    on_its_way = select(Timer.id).where(Timer.key == timer.key, Timer.rung.is_(False) | exists().where(*turn))
    if await session.scalar(on_its_way) is not None:
        return
    values = {"key": timer.key, "kind": timer.kind, "lane": timer.lane, "data": timer.data, "due_at": timer.due_at}
    dialect = session.get_bind().dialect.name
    await session.execute(Timer.setting(dialect), {**values, "rung": False, "times": 0})
