"""What is to be said, said: leased, paced, tried again. At least once; what may have been said twice is counted."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.callers import move_chat
from bot.channels import base
from bot.channels.base import Delivered, SendError
from bot.letters import Prepared, Unsayable, prepare
from bot.runtime import Runtime
from models.card import Card
from models.chat import Chat, Message
from models.mail import Outbox, OutboxState, Repeat

log = structlog.get_logger()

SEND_S = 65
"""A call takes at most this long …"""
LEASE = timedelta(seconds=90)
"""… and its lease is longer, so that nobody else takes up what is still under way."""
PAUSES = tuple(timedelta(seconds=s) for s in (1, 2, 5, 10, 30, 60, 120, 300))
UNSENT_FOR = timedelta(hours=24)
"""What surely did not arrive is tried for a day."""
UNCERTAIN_TIMES = 6
"""What may have arrived is repeated so often at most (docs/decisions/0006)."""
SIDE_BY_SIDE = 16
SOON_S = 0.5
Lane = tuple[int, bool]
"""A chat, and whether it is about answers to presses, which are no messages and keep no order with them."""
OPEN_STATES = (OutboxState.PENDING.value, OutboxState.SENDING.value)


@dataclass(frozen=True, slots=True)
class Claim:
    """A row under lease, and everything its delivery needs, so that no transaction is open while the network is."""

    row_id: int
    kind: str
    chat_id: int
    channel: str
    chat: str
    lease: str
    prepared: Prepared
    card_id: int | None
    created_at: datetime
    others: tuple[int, ...]
    """Older edits of the same card, which this one makes unnecessary."""


class Sender:
    def __init__(self, runtime: Runtime, lost: Callable[[SendError], Awaitable[None]] | None = None) -> None:
        self.runtime = runtime
        self._under_way: dict[Lane, asyncio.Task[None]] = {}
        self._next_wait = SOON_S
        self._lost = lost

    async def run(self) -> None:
        await self.runtime.keep_going(self._step, self.runtime.post, SOON_S)
        await self.finish()

    async def _step(self) -> int:
        """Begin what may go; else wait no longer than the next pace allows."""
        started = await self.start_due()
        if not started and self._next_wait < SOON_S:
            await self.runtime.rest(self.runtime.post, self._next_wait)
            return 1
        return started

    async def finish(self) -> None:
        if self._under_way:
            await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Say all that can be said now; for tests and for the last seconds before the end."""
        while await self.start_due() or self._under_way:
            await self.finish()

    async def start_due(self) -> int:
        """Claim what may go now, one row a chat, and send it beside. Returns how many were begun."""
        room = SIDE_BY_SIDE - len(self._under_way)
        if room <= 0:
            await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
            return 1
        async with self.runtime.database.write() as session:
            claims = await self._claim(session, room)
        for claim in claims:
            task = asyncio.create_task(self._deliver(claim))
            lane = (claim.chat_id, claim.kind == "answer")
            self._under_way[lane] = task
            task.add_done_callback(partial(self._landed, lane))
        return len(claims)

    def _landed(self, lane: Lane, _: asyncio.Task[None]) -> None:
        self._under_way.pop(lane, None)
        self.runtime.post.set()

    # --- what goes next ---------------------------------------------------------------

    async def _claim(self, session: AsyncSession, room: int) -> list[Claim]:
        now, pace = self.runtime.clock.now(), self.runtime.pace
        heads = await self._heads(session, now)
        claims: list[Claim] = []
        self._next_wait = SOON_S
        for row, chat in heads:
            if len(claims) >= room:
                break
            free = row.kind == "answer"
            wait = 0.0 if free else pace.wait(_address(chat), chat.kind == "group")
            if wait > 0:
                self._next_wait = min(self._next_wait, wait)
                continue
            claim = await self._take(session, row, chat, now)
            if claim is not None:
                claims.append(claim)
                if not free:
                    pace.spend(_address(chat), chat.kind == "group")
        return claims

    async def _heads(self, session: AsyncSession, now: datetime) -> list[tuple[Outbox, Chat]]:
        """The next row of each chat: its oldest, or its oldest urgent one. Answers to presses wait for nobody."""
        answer = (Outbox.kind == "answer").label("answer")
        firsts = await session.execute(
            select(func.min(Outbox.id), func.min(case((Outbox.is_urgent, Outbox.id))))
            .join(Chat, Chat.id == Outbox.chat_id)
            .where(
                Outbox.state.in_(OPEN_STATES),
                or_(Chat.quiet_until.is_(None), Chat.quiet_until <= now),
                Chat.parked_at.is_(None),
            )
            .group_by(Outbox.chat_id, answer)
        )
        chosen: dict[int, int | None] = dict(firsts.tuples().all())
        wanted = {*chosen, *(urgent for urgent in chosen.values() if urgent is not None)}
        found = await session.execute(
            select(Outbox, Chat).join(Chat, Chat.id == Outbox.chat_id).where(Outbox.id.in_(wanted))
        )
        rows = {row.id: (row, chat) for row, chat in found}
        heads: list[tuple[Outbox, Chat]] = []
        for oldest, urgent in chosen.items():
            head, chat = rows[oldest]
            if urgent is not None and head.state == OutboxState.PENDING and _goes_before(rows[urgent][0], head):
                head = rows[urgent][0]
            if _lane(head) in self._under_way:
                continue
            if head.state == OutboxState.SENDING:
                if head.leased_until is not None and head.leased_until > now:
                    continue
                # Its lease ran out: whoever held it died between the call and the note of it.
                self._uncertain(head, "lease ran out")
            if head.state == OutboxState.PENDING and head.due_at <= now:
                heads.append((head, chat))
        return sorted(heads, key=lambda pair: (pair[0].kind != "answer", not pair[0].is_urgent, pair[0].id))

    async def recover(self) -> None:
        """At start, where nobody else can be sending (SQLite's lock): what was under way when we died is uncertain."""
        async with self.runtime.database.write() as session:
            for row in await session.scalars(select(Outbox).where(Outbox.state == OutboxState.SENDING.value)):
                self._uncertain(row, "the process ended")

    async def _take(self, session: AsyncSession, row: Outbox, chat: Chat, now: datetime) -> Claim | None:
        others: list[Outbox] = []
        if row.kind == "card":
            others = list(
                await session.scalars(
                    select(Outbox).where(
                        Outbox.card_id == row.card_id, Outbox.state == OutboxState.PENDING.value, Outbox.id != row.id
                    )
                )
            )
        try:
            book = await self.runtime.book(session)
            prepared = await prepare(session, row, chat, book, chat.locale or self.runtime.locale, now)
        except Unsayable as nothing:
            row.state, row.reason = OutboxState.FAILED, str(nothing)
            return None
        row.state, row.lease, row.leased_until = OutboxState.SENDING, secrets.token_hex(8), now + LEASE
        row.attempts += 1
        return Claim(
            row.id, row.kind, chat.id, chat.channel, chat.external_id, row.lease, prepared, row.card_id, row.created_at,
            tuple(other.id for other in others),
        )  # fmt: skip

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
            row.state, row.sent_at, row.lease = OutboxState.SENT, now, None
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
            row.lease = None
            match error:
                case base.TooFast():
                    row.state, row.attempts = OutboxState.PENDING, row.attempts - 1
                    chat.quiet_until = now + timedelta(seconds=error.seconds)
                    self.runtime.pace.pause(_address(chat), error.seconds)
                case base.ChatMoved():
                    row.state = OutboxState.PENDING
                    await move_chat(session, chat, error.to)
                case base.ChatClosed():
                    row.state, row.due_at, row.reason = OutboxState.PENDING, now, error.reason
                    chat.park(error.reason, now)
                case base.MessageGone() if row.kind == "card":
                    await self._post_anew(session, row)
                case base.Unsent():
                    self._again(row, error.reason, now)
                case base.Uncertain():
                    self._uncertain(row, error.reason)
                case _:
                    row.state, row.reason = OutboxState.FAILED, error.reason
                    log.warning("not sent", row=row.id, kind=row.kind, reason=error.reason)
        if isinstance(error, base.TokenRejected) and self._lost is not None:
            await self._lost(error)

    async def _post_anew(self, session: AsyncSession, row: Outbox) -> None:
        """The message to edit is gone: the card is sent once more, as a new one."""
        card = await session.get_one(Card, row.card_id)
        if card.message_id is None:
            row.state, row.reason = OutboxState.FAILED, "card gone"
            return
        card.message_id = None
        row.state = OutboxState.PENDING

    def _again(self, row: Outbox, reason: str, now: datetime) -> None:
        if now - row.created_at > UNSENT_FOR or (row.repeat == Repeat.NEVER and row.attempts > 3):
            row.state, row.reason = OutboxState.FAILED, reason
            return
        row.state, row.reason = OutboxState.PENDING, reason
        row.due_at = now + PAUSES[min(row.attempts, len(PAUSES)) - 1]

    def _uncertain(self, row: Outbox, reason: str) -> None:
        """It may have arrived. Repeated by kind (design.md 3.6); each repeat is counted."""
        now = self.runtime.clock.now()
        row.uncertain += 1
        row.lease = None
        counts.sends.labels(row.kind, "uncertain").inc()
        if row.repeat == Repeat.NEVER or row.uncertain > UNCERTAIN_TIMES:
            row.state, row.reason = OutboxState.FAILED, f"uncertain: {reason}"
            return
        row.state, row.reason = OutboxState.PENDING, f"uncertain: {reason}"
        row.due_at = now + PAUSES[min(row.uncertain, len(PAUSES)) - 1]

    async def _mine(self, session: AsyncSession, claim: Claim) -> Outbox | None:
        """The row, if the lease is still ours: a paused process must not overwrite what another has done meanwhile."""
        return await session.scalar(
            select(Outbox).where(
                and_(Outbox.id == claim.row_id, Outbox.lease == claim.lease, Outbox.state == OutboxState.SENDING.value)
            )
        )


def _lane(row: Outbox) -> Lane:
    return row.chat_id, row.kind == "answer"


def _goes_before(row: Outbox, head: Outbox) -> bool:
    """Urgent before ordinary; but nothing overtakes an elder of its own ticket."""
    return row.is_urgent and not head.is_urgent and row.ticket_id != head.ticket_id


def _address(chat: Chat) -> str:
    return f"{chat.channel}:{chat.external_id}"
