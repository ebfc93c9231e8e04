"""What is to be said, said: leased, paced, tried again. At least once; what may have been said twice is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from math import ceil

import structlog

from bot.beside import Beside
from bot.channels.base import Delivered, Letter, Refused, SendError, TokenRejected, Uncertain, Unsent
from bot.claims import SEND_S, SOON_S, Claim, Claims
from bot.lately import learn_the_pace
from bot.notes import Note, Notes
from bot.receipts import Receipt
from bot.runtime import Runtime
from models.mail import Lane

log = structlog.get_logger()

FEWEST, SIDE_BY_SIDE = 2, 16
A_SECOND = 30
"""What Telegram takes of one bot in all: no more is under way than makes so many, by how long a call takes. Whoever
dies with fewer under way leaves fewer in doubt."""


class Sender:
    """lost: called when the channel rejects our token."""

    def __init__(self, runtime: Runtime, lost: Callable[[SendError], Awaitable[None]] | None = None) -> None:
        self.runtime = runtime
        self._notes = Notes(runtime)
        self._claims = Claims(runtime, self._notes.settle)
        self._beside: Beside[Lane] = Beside(SIDE_BY_SIDE, runtime.post)
        self._lost = lost
        self._knows_the_pace = False
        self._call_s = 0.1

    async def run(self) -> None:
        try:
            await self.runtime.keep_going(self._step, self.runtime.post, SOON_S)
            await self.finish()
        finally:
            await self._notes.receipts.close()

    async def _step(self) -> int:
        """Begin what may go; else wait no longer than until the pace lets the next one go. Of several processes one
        sends: a chat's pace is nobody's but its own."""
        if not self.runtime.presence.speaks.is_set():
            self._knows_the_pace = False
            return 0
        if not self._knows_the_pace:
            await learn_the_pace(self.runtime)
            await self._notes.receipts.make_ready()
            self._knows_the_pace = True
        started = await self.start_due()
        if not started and self._claims.wait < SOON_S:
            await self.runtime.rest(self.runtime.post, self._claims.wait)
            return 1
        return started

    async def finish(self) -> None:
        await self._beside.finish()

    async def start_due(self) -> int:
        """Claim what may go now, one row a chat, and send it beside. Returns how many were begun, or had nothing to say
        any more: what stands behind those waits for no rest of ours."""
        room = self._room()
        if room <= 0:
            return 0
        async with self.runtime.database.write() as session:
            claims = await self._claims.take(session, room, self._beside.lanes)
        self._claims.unheard.clear()
        for claim in claims:
            self._beside.start(claim.lane, self._deliver(claim))
        return len(claims) + self._claims.settled

    def _room(self) -> int:
        wanted = max(FEWEST, ceil(1.5 * A_SECOND * self._call_s))
        return min(self._beside.room, wanted - len(self._beside.lanes))

    async def _deliver(self, claim: Claim) -> None:
        """Say it, and have noted how that went; the lane is free again when both are done."""
        began = self.runtime.clock.monotonic()
        note = await self._say(claim)
        if claim.kind != "answer":
            self.runtime.pace.answered(f"{claim.channel}:{claim.prepared.letter.chat}")
        self._call_s += (self.runtime.clock.monotonic() - began - self._call_s) / 8
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
        return await asyncio.wait_for(self._called(claim, letter), SEND_S)

    async def _called(self, claim: Claim, letter: Letter) -> Delivered:
        delivered = await self.runtime.channel(claim.channel).deliver(letter)
        if letter.kind == "say":  # what else there is changes nothing when it is said again
            receipt = Receipt.of(claim, delivered, pictured=letter.picture is not None)
            await self._notes.receipts.give(claim, receipt)
        return delivered

    async def _picture(self, claim: Claim) -> bytes | None:
        """None also where the picture is gone from the store: the words go without it."""
        if claim.prepared.media is None:
            return None
        try:
            return await self.runtime.store.get(claim.prepared.media)
        except KeyError:
            log.warning("picture missing", row=claim.row_id)
            return None
