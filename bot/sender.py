"""What is to be said, said: leased, paced, tried again. At least once; what may have been said twice is counted."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.beside import Beside
from bot.callers import move_chat
from bot.channels import base
from bot.channels.base import Delivered, SendError
from bot.claims import SOON_S, Claim, Claims, address
from bot.runtime import Runtime
from models.card import Card
from models.chat import Chat, Message
from models.mail import Lane, Outbox, OutboxState

log = structlog.get_logger()

SEND_S = 65
"""A call takes at most this long; its lease is longer (claims.LEASE)."""
SIDE_BY_SIDE = 16


class Sender:
    """lost: called when the channel rejects our token."""

    def __init__(self, runtime: Runtime, lost: Callable[[SendError], Awaitable[None]] | None = None) -> None:
        self.runtime = runtime
        self._claims = Claims(runtime)
        self._beside: Beside[Lane] = Beside(SIDE_BY_SIDE, runtime.post)
        self._lost = lost

    async def run(self) -> None:
        await self.runtime.keep_going(self._step, self.runtime.post, SOON_S)
        await self.finish()

    async def _step(self) -> int:
        """Begin what may go; else wait no longer than until the pace lets the next one go."""
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

    async def recover(self) -> None:
        """At start, where nobody else can be sending (SQLite's lock): what was under way when we died is in doubt."""
        async with self.runtime.database.write() as session:
            for row in await session.scalars(select(Outbox).where(Outbox.state == OutboxState.SENDING.value)):
                self._doubt(row, "the process ended")

    # --- saying it, and noting how that went ----------------------------------------------

    async def _deliver(self, claim: Claim) -> None:
        runtime = self.runtime
        try:
            data = await runtime.store.get(claim.prepared.media) if claim.prepared.media else None
            letter = claim.prepared.with_picture(data)
            delivered = await asyncio.wait_for(runtime.channel(claim.channel).deliver(letter), SEND_S)
        except SendError as error:
            await self._note_error(claim, error)
        except TimeoutError:
            await self._note_error(claim, base.Uncertain("timed out"))
        except Exception as fault:
            log.error("send failed", row=claim.row_id, fault=type(fault).__name__, exc_info=fault)
            await self._note_error(claim, base.Unsent(type(fault).__name__))
        else:
            await self._note_sent(claim, delivered, pictured=letter.picture is not None)

    async def _note_sent(self, claim: Claim, delivered: Delivered, *, pictured: bool) -> None:
        now = self.runtime.clock.now()
        counts.sends.labels(claim.kind, "sent").inc()
        counts.delay.observe(max(0.0, (now - claim.created_at).total_seconds()))
        async with self.runtime.database.write() as session:
            row = await self._mine(session, claim)
            if row is None:
                return
            row.arrived(now)
            if claim.others:
                await session.execute(
                    update(Outbox)
                    .where(Outbox.id.in_(claim.others), Outbox.state == OutboxState.PENDING.value)
                    .values(state=OutboxState.SENT.value, sent_at=now, reason=f"superseded by {row.id}")
                )
            await self._note_message(session, row, claim, delivered, pictured=pictured)

    async def _note_message(
        self, session: AsyncSession, row: Outbox, claim: Claim, delivered: Delivered, *, pictured: bool
    ) -> None:
        letter = claim.prepared.letter
        if letter.kind == "say" and delivered.message is not None:
            message = await session.get(Message, row.message_id) if row.message_id is not None else None
            if message is None and claim.card_id is not None:
                card = await session.get_one(Card, claim.card_id)
                message = Message(
                    chat_id=row.chat_id, topic=letter.topic, ticket_id=card.ticket_id, purpose="card", at=row.created_at
                )
                session.add(message)
                await session.flush()
                card.message_id = message.id
            if message is not None:
                message.external_id, message.pictured = delivered.message, pictured
        elif letter.kind == "edit" and pictured:
            target = row.message_id
            if claim.card_id is not None:
                target = (await session.get_one(Card, claim.card_id)).message_id
            message = await session.get(Message, target) if target is not None else None
            if message is not None:
                message.pictured = True
                message.external_id = delivered.message or message.external_id

    async def _note_error(self, claim: Claim, error: SendError) -> None:
        now = self.runtime.clock.now()
        counts.sends.labels(claim.kind, type(error).__name__).inc()
        async with self.runtime.database.write() as session:
            row = await self._mine(session, claim)
            if row is None:
                return
            chat = await session.get_one(Chat, row.chat_id)
            match error:
                case base.TooFast():
                    # It was not this letter's fault: only the chat waits, and exactly as long as it was told to.
                    row.attempts -= 1
                    row.wait(error.reason, now)
                    chat.quiet_until = now + timedelta(seconds=error.seconds)
                    self.runtime.pace.pause(address(chat), error.seconds)
                case base.ChatMoved():
                    row.wait(error.reason, now)
                    await move_chat(session, chat, error.to)
                case base.ChatClosed():
                    row.wait(error.reason, now)
                    chat.park(error.reason, now)
                case base.MessageGone() if row.kind == "card":
                    await self._post_anew(session, row)
                case base.MessageGone() if row.kind == "remove":
                    row.arrived(now)  # it is gone, as it should be
                case base.Unsent():
                    row.did_not_arrive(error.reason, now)
                case base.Uncertain():
                    self._doubt(row, error.reason)
                case _:
                    row.give_up(error.reason)
            if row.state == OutboxState.FAILED:
                log.warning("not sent", row=row.id, kind=row.kind, reason=row.reason)
        if isinstance(error, base.TokenRejected) and self._lost is not None:
            await self._lost(error)

    async def _post_anew(self, session: AsyncSession, row: Outbox) -> None:
        """The message to edit is gone: the card is sent once more, as a new one."""
        card = await session.get_one(Card, row.card_id)
        if card.message_id is None:
            row.give_up("the card could not be posted")
            return
        card.message_id = None
        row.wait("its message was gone", self.runtime.clock.now())

    def _doubt(self, row: Outbox, reason: str) -> None:
        counts.sends.labels(row.kind, "uncertain").inc()
        row.may_have_arrived(reason, self.runtime.clock.now())

    async def _mine(self, session: AsyncSession, claim: Claim) -> Outbox | None:
        """The row, if the lease is still ours: a paused process must not overwrite what another has done meanwhile."""
        mine = Outbox.id == claim.row_id, Outbox.lease == claim.lease, Outbox.state == OutboxState.SENDING.value
        return await session.scalar(select(Outbox).where(*mine))
