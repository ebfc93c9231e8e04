"""Whether it can work, and what is wrong, in sentences for whoever has to mend it."""

import asyncio
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import SendError, TokenRejected
from bot.channels.telegram import TelegramChannel
from bot.measuring import SET_ASIDE, UNSAID, folders, unhandled
from bot.town import Town
from models.mail import Inbox, InboxState
from models.types import spelled

PATIENCE_S = 3.0
LITTLE, FULL = 200 * 2**20, 2**20
"""Bytes of free disk: below the first it is said, below the second the next report may not be kept any more."""
INBOX_STUCK, OUTBOX_STUCK = timedelta(minutes=5), timedelta(minutes=10)
A_DAY = timedelta(days=1)
SHARED_S = 300.0
"""So long after the last 409 it is said."""
CLOCK_OFF_S = 30.0
ELSEWHERE_EVERY_S, AGAIN_S = 60.0, 10.0
"""So often Telegram and a bucket are asked, beside the answer: a probe waits for nobody else's network. Again sooner
where something was found."""
LATELY = timedelta(minutes=10)
MANY_WAIT = 100
NO_PICTURE = "0" * 64


@dataclass(slots=True)
class Told:
    """wrong: what it cannot work with, so that nobody should be sent to it. warnings: what somebody should look at."""

    wrong: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Readiness:
    """webhook: the address Telegram was asked to bring updates to; None where they are fetched."""

    def __init__(self, town: Town, webhook: str | None = None) -> None:
        self.town, self.runtime, self.webhook = town, town.runtime, webhook
        self._elsewhere: list[str] = []
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[Told] | None = None

    async def told(self) -> Told:
        told = Told()
        self._ask_elsewhere()
        if self.runtime.stopping.is_set():
            told.wrong.append("stopping: what is in hand is finished, and nothing new is begun")
        if isinstance(self.town.failure, TokenRejected):
            told.wrong.append("BOT_TOKEN: Telegram rejected the token; @BotFather gives a new one")
        await self._database(told)
        if (seconds := self.runtime.database.refuses_s) is not None:
            told.wrong.append(
                f"DATABASE_URL: the database could not be written {seconds:.0f} s ago, and not since: "
                "it is locked, full, read-only or away"
            )
        for name, folder in folders(self.runtime).items():
            _disk(name, folder, told)
        self._channel(told)
        told.warnings += self._elsewhere
        return told

    async def finish(self) -> None:
        """Until what was asked elsewhere is answered."""
        if self._asking is not None:
            await self._asking

    async def _database(self, told: Told) -> None:
        """A question that gets no answer stays asked; the next probe waits for the same one."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._inside())
        await asyncio.wait({self._looking}, timeout=PATIENCE_S)
        if not self._looking.done():
            told.wrong.append(f"DATABASE_URL: the database does not answer within {PATIENCE_S:g} s")
            return
        try:
            seen = self._looking.result()
        except (SQLAlchemyError, OSError) as fault:
            told.wrong.append(f"DATABASE_URL: the database does not answer ({type(fault).__name__})")
        else:
            told.wrong += seen.wrong
            told.warnings += seen.warnings

    async def _inside(self) -> Told:
        told = Told()
        async with self.runtime.database.read() as session:
            await self._look(session, told)
        return told

    async def _look(self, session: AsyncSession, told: Told) -> None:
        now = self.runtime.clock.now()
        if await self.runtime.book(session) is None:
            told.wrong.append("no district is loaded: set DISTRICT, or `python -m bot load DIR`")
        rows = (await session.execute(unhandled(self.runtime.channels))).all()
        first = min((row[3] for row in rows), default=now)
        if now - first > INBOX_STUCK:
            lanes = sum(row[2] for row in rows)
            told.warnings.append(
                f"what came in is not handled: the oldest row waits for {_minutes(now - first)}, {lanes} lanes wait"
            )
        unsaid = (await session.execute(UNSAID[False])).all()
        first = min((row[2] for row in unsaid), default=now)
        if now - first > OUTBOX_STUCK:
            many = sum(row[1] for row in unsaid)
            told.warnings.append(
                f"what is to be said is not sent: the oldest of {many} rows waits for {_minutes(now - first)}"
            )
        aside = await session.scalar(SET_ASIDE, {"since": now - A_DAY}) or 0
        if aside:
            told.warnings.append(
                f"{aside} messages of the last day were set aside after five tries; "
                f"the newest is inbox row {await session.scalar(NEWEST_ASIDE)}"
            )

    def _channel(self, told: Told) -> None:
        for channel in self.runtime.channels.values():
            if not isinstance(channel, TelegramChannel):
                continue
            shared, off = channel.line.shared_s, channel.clock_off_s
            if shared is not None and shared < SHARED_S:
                told.warnings.append(
                    f"BOT_TOKEN: another program fetches with the same token (409, {shared:.0f} s ago); end one of them"
                )
            if off is not None and abs(off) > CLOCK_OFF_S:
                how = "behind" if off > 0 else "ahead of"
                told.warnings.append(f"this machine's clock is {abs(off):.0f} s {how} Telegram's; let NTP set it")

    # --- what others have to be asked for -----------------------------------------------

    def _ask_elsewhere(self) -> None:
        pause = AGAIN_S if self._elsewhere else ELSEWHERE_EVERY_S
        is_asking = self._asking is not None and not self._asking.done()
        if not is_asking and time.monotonic() - self._asked_at >= pause:
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._others())

    async def _others(self) -> None:
        said: list[str] = []
        try:
            await self.runtime.store.has(NO_PICTURE)
        except Exception as fault:  # whatever a bucket's library raises
            said.append(f"MEDIA_URL: the photo store does not answer ({type(fault).__name__}); reports go on without")
        if self.webhook is not None:
            for channel in self.runtime.channels.values():
                if isinstance(channel, TelegramChannel):
                    said += await self._webhook(channel, self.webhook)
        self._elsewhere = said

    async def _webhook(self, channel: TelegramChannel, asked: str) -> list[str]:
        try:
            stands = await channel.webhook()
        except SendError as error:
            return [f"BOT_API_URL: Telegram could not be asked how the webhook stands: {error.reason}"]
        said: list[str] = []
        if stands.url != asked:
            where = f"to {urlsplit(stands.url).hostname}" if stands.url else "nowhere"
            said.append(f"PUBLIC_URL: Telegram brings updates {where}, not to {urlsplit(asked).hostname}; restart")
        if stands.error_at is not None and datetime.now(UTC) - stands.error_at < LATELY:
            ago = _minutes(datetime.now(UTC) - stands.error_at)
            said.append(f"PUBLIC_URL: Telegram's call of the webhook failed {ago} ago: {stands.error}")
        if stands.waiting > MANY_WAIT:
            said.append(f"PUBLIC_URL: {stands.waiting} updates wait at Telegram")
        return said


NEWEST_ASIDE = select(func.max(Inbox.id)).where(Inbox.state == spelled(InboxState.FAILED.value))


def _disk(name: str, folder: Path, told: Told) -> None:
    setting = {"database": "DATABASE_URL", "media": "MEDIA_URL"}[name]
    try:
        total, _, free = disk_usage(folder)
    except OSError as fault:
        told.warnings.append(f"{setting}: its folder cannot be looked at ({fault.strerror})")
        return
    if total and free < LITTLE:  # some file systems tell nothing
        is_full = free < FULL and name == "database"
        (told.wrong if is_full else told.warnings).append(f"{setting}: {free // 2**20} MB of disk are left")
    if not os.access(folder, os.W_OK):
        what = "reports" if name == "database" else "photos"
        (told.wrong if name == "database" else told.warnings).append(
            f"{setting}: its folder cannot be written, so {what} cannot be kept"
        )


def _minutes(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
