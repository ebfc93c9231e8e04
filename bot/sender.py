"""What is to be said, said: leased, paced, tried again. At least once; what may have been said twice is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.beside import Beside
from bot.channels.base import Delivered, Letter, Refused, SendError, TokenRejected, Uncertain, Unsent
from bot.claims import SEND_S, SOON_S, Claim, Claims
from bot.lately import learn_the_pace
from bot.notes import Note, Notes
from bot.runtime import Runtime
from models.mail import Lane

log = structlog.get_logger()

SIDE_BY_SIDE = 16


class Sender:
    """lost: called when the channel rejects our token."""

    def __init__(self, runtime: Runtime, lost: Callable[[SendError], Awaitable[None]] | None = None) -> None:
        self.runtime = runtime
        self._claims = Claims(runtime)
        self._notes = Notes(runtime)
        self._beside: Beside[Lane] = Beside(SIDE_BY_SIDE, runtime.post)
        self._lost = lost
        self._knows_the_pace = False

    async def run(self) -> None:
        await self.runtime.keep_going(self._step, self.runtime.post, SOON_S)
        await self.finish()

    async def _step(self) -> int:
        """Begin what may go; else wait no longer than until the pace lets the next one go. Of several processes one
        sends: a chat's pace is nobody's but its own."""
        if not self.runtime.presence.speaks.is_set():
            self._knows_the_pace = False
            return 0
        if not self._knows_the_pace:
            await learn_the_pace(self.runtime)
            self._knows_the_pace = True
        started = await self.start_due()
        if not started and self._claims.wait < SOON_S:
            await self.runtime.rest(self.runtime.post, self._claims.wait)
            return 1
        return started

    async def finish(self) -> None:
        await self._beside.finish()

    async def start_due(self) -> int:
        """Claim what may go now, one row a chat, and send it beside. Returns how many were begun."""
        if not self._beside.room:
            return 0
        async with self.runtime.database.write() as session:
            claims = await self._claims.take(session, self._beside.room, self._beside.lanes)
        for claim in claims:
            self._beside.start(claim.lane, self._deliver(claim))
        return len(claims)

    async def _deliver(self, claim: Claim) -> None:
        """Say it, and have noted how that went; the lane is free again when both are done."""
        note = await self._say(claim)
        await self._notes.write(note)
        if isinstance(note.outcome, TokenRejected) and self._lost is not None:
            await self._lost(note.outcome)

    async def _say(self, claim: Claim) -> Note:
        try:
            letter = claim.prepared.with_picture(await self._picture(claim))
            try:
                delivered = await self._once(claim, letter)
            except Refused:
                if letter.picture is None:
                    raise
                # It surely did not arrive, and the picture may be why: the words alone are better than silence.
                letter = replace(letter, picture=None)
                delivered = await self._once(claim, letter)
        except SendError as error:
            return Note(claim, error)
        except TimeoutError:
            return Note(claim, Uncertain("timed out"))
        except Exception as fault:
            log.error("send failed", row=claim.row_id, fault=type(fault).__name__, exc_info=fault)
            return Note(claim, Unsent(type(fault).__name__))
        return Note(claim, delivered, pictured=letter.picture is not None)

    async def _once(self, claim: Claim, letter: Letter) -> Delivered:
        return await asyncio.wait_for(self.runtime.channel(claim.channel).deliver(letter), SEND_S)

    async def _picture(self, claim: Claim) -> bytes | None:
        """None also where the picture is gone from the store: the words go without it."""
        if claim.prepared.media is None:
            return None
        try:
            return await self.runtime.store.get(claim.prepared.media)
        except KeyError:
            log.warning("picture missing", row=claim.row_id)
            return None
