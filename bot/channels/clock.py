"""Time as a channel: a timer that is due becomes an inbox row, so that no lane waits for tomorrow."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.runtime import Runtime
from models.mail import Timer

NAME = "clock"
TICK_S = 0.25


class ClockChannel:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    async def run(self) -> None:
        await self.runtime.keep_going(self.ring_due, self.runtime.ring, TICK_S)

    async def ring_due(self) -> int:
        """Ring what is due; ringing and its inbox row are one transaction. Returns how many rang."""
        now = self.runtime.clock.now()
        async with self.runtime.database.read() as session:
            if not (await session.scalars(Timer.due(now).with_only_columns(Timer.id).limit(1))).first():
                return 0
        async with self.runtime.database.write() as session:
            rang = await self._ring(session)
        if rang:
            self.runtime.tell("knock")
        return rang

    async def _ring(self, session: AsyncSession) -> int:
        now = self.runtime.clock.now()
        timers = list(await session.scalars(Timer.due(now).with_for_update(skip_locked=True)))
        rows = []
        for timer in timers:
            timer.rung, timer.times = True, timer.times + 1
            key = f"timer:{timer.id}:{timer.times}"
            rows.append(
                inbox.row(NAME, update=key, natural=key, lane=timer.lane, what=timer.kind, payload=timer.data, at=now)
            )
        await inbox.keep(session, rows)
        return len(timers)
