"""How it went, noted: what was said, what was not, and what may have been. Several notes share one transaction.

Between the call and its note a death leaves doubt, and doubt is said twice: so notes wait for nothing but the disk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.callers import move_chat
from bot.channels import base
from bot.channels.base import Delivered, SendError
from bot.claims import Claim, address
from bot.receipts import receipts_of
from bot.runtime import Runtime
from bot.together import Together
from handlers import tray as trays
from handlers import words
from models.card import Card
from models.chat import Chat, Message
from models.mail import Outbox, OutboxState, Repeat
from models.ticket import Ticket
from models.tray import Tray

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a claim. pictured: the message now carries a picture."""

    claim: Claim
    outcome: Delivered | SendError
    pictured: bool = False


Mine = tuple[Outbox, Card | None, str | None]
"""A row, its card, and the number of the ticket it is about."""
AFTERWARDS = {OutboxState.PENDING: "again", OutboxState.FAILED: "given up", OutboxState.SENT: "settled"}


class Notes:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.receipts = receipts_of(runtime.database)
        # How it went is known: it is noted as soon as the database takes it, and nothing is said twice.
        self._together = Together(runtime.database, runtime.clock, self._take_all, patient=True, first=True)

    async def write(self, note: Note) -> None:
        """Returns when it is committed."""
        await self._together.add(note)

    async def settle(self, session: AsyncSession, rows: Sequence[Outbox]) -> set[int]:
        """Of rows that were left under way: those there is a receipt of are noted. Returns their ids."""
        receipts = self.receipts.found(rows)
        for row in rows:
            if (told := receipts.get(row.id)) is not None:
                await self._sent(session, row, told.claim(row), Delivered(told.message), pictured=told.pictured)
        return set(receipts)

    async def _take_all(self, session: AsyncSession, notes: Sequence[Note]) -> None:
        mine = await self._mine(session, [note.claim for note in notes])
        for note in notes:
            await self._take(session, note, mine)

    async def _take(self, session: AsyncSession, note: Note, mine: Mapping[int, Mine]) -> None:
        if note.claim.row_id not in mine:
            return
        row, _, number = mine[note.claim.row_id]
        if isinstance(note.outcome, SendError):
            if row.state != OutboxState.SENDING:
                return  # we were thought dead meanwhile, and it is in doubt already
            await self._not_sent(session, row, note.outcome)
        else:
            await self._sent(session, row, note.claim, note.outcome, pictured=note.pictured)
        about = {"ticket": number} if number is not None else {}
        (log.info if about else log.debug)(
            "said", row=row.id, kind=row.kind, state=row.state, attempts=row.attempts, uncertain=row.uncertain,
            cause=row.cause_id, **about,
        )  # fmt: skip

    async def _sent(
        self, session: AsyncSession, row: Outbox, claim: Claim, delivered: Delivered, *, pictured: bool
    ) -> None:
        now = self.runtime.clock.now()
        counts.sends.labels(claim.kind, "sent").inc()
        counts.delay.observe(max(0.0, (now - claim.created_at).total_seconds()))
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
        if row.kind == "tray":
            await self._note_tray(session, row, claim, delivered)
        elif letter.kind == "say" and delivered.message is not None:
            message = await session.get(Message, row.message_id) if row.message_id is not None else None
            if message is not None:
                message.external_id, message.pictured = delivered.message, pictured
                message.drawn = claim.prepared.drawn
            elif claim.card_id is not None:
                card = await session.get_one(Card, claim.card_id)
                message = Message(
                    chat_id=row.chat_id, external_id=delivered.message, topic=letter.topic, ticket_id=card.ticket_id,
                    purpose="card", pictured=pictured, drawn=claim.prepared.drawn, at=row.created_at,
                )  # fmt: skip
                session.add(message)
                await session.flush()
                card.message_id = message.id
        elif letter.kind == "edit":
            target = row.message_id
            if claim.card_id is not None:
                target = (await session.get_one(Card, claim.card_id)).message_id
            message = await session.get(Message, target) if target is not None else None
            if message is not None:
                message.drawn = claim.prepared.drawn
            if message is not None and pictured:
                message.pictured = True
                message.external_id = delivered.message or message.external_id

    async def _note_tray(self, session: AsyncSession, row: Outbox, claim: Claim, delivered: Delivered) -> None:
        """Which ticket each copy speaks of; and the older one loses its buttons once the new one stands."""
        tray = (await session.scalars(Tray.in_chats([row.chat_id]))).one()
        older = await session.get(Message, tray.message_id) if tray.message_id is not None else None
        if claim.prepared.letter.kind == "edit":
            if older is not None:
                older.ticket_id, older.drawn = claim.prepared.about, claim.prepared.drawn
            return
        message = Message(
            chat_id=row.chat_id, external_id=delivered.message, ticket_id=claim.prepared.about, purpose="tray",
            drawn=claim.prepared.drawn, at=row.created_at,
        )  # fmt: skip
        session.add(message)
        await session.flush()
        tray.message_id = message.id
        if older is not None:
            about = await session.get(Ticket, older.ticket_id) if older.ticket_id is not None else None
            locale = (await session.get_one(Chat, row.chat_id)).locale or self.runtime.locale
            now = self.runtime.clock.now()
            session.add(
                Outbox(
                    chat_id=row.chat_id, kind="edit", message_id=older.id, repeat=Repeat.FREELY,
                    content=trays.moved(locale, about.number if about else None), created_at=now, due_at=now,
                    cause_id=row.cause_id,
                )
            )  # fmt: skip

    async def _not_sent(self, session: AsyncSession, row: Outbox, error: SendError) -> None:
        now = self.runtime.clock.now()
        counts.sends.labels(row.kind, type(error).__name__).inc()
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
                await move_chat(session, chat, error.to, now)
            case base.ChatClosed() if row.kind == "answer":
                row.give_up(error.reason)
            case base.ChatClosed():
                row.wait(error.reason, now)
                chat.park(error.reason, now)
            case base.TokenRejected():
                row.wait(error.reason, now)  # for the day somebody brings the right one
            case base.MessageGone() if row.kind in ("card", "tray"):
                await self._post_anew(session, row)
            case base.MessageStays() if row.kind == "remove":
                row.arrived(now)
                await self._blank(session, row, chat)
            case base.MessageGone() if row.kind == "remove":
                row.arrived(now)  # it is gone, as it should be
            case base.Unsent():
                row.did_not_arrive(error.reason, now)
            case base.Uncertain():
                counts.sends.labels(row.kind, "uncertain").inc()
                row.may_have_arrived(error.reason, now)
            case _:
                row.give_up(error.reason)
        counts.send_errors.labels(error.cause, AFTERWARDS[OutboxState(row.state)]).inc()
        if row.state == OutboxState.FAILED:
            log.warning("not sent", row=row.id, kind=row.kind, reason=row.reason)

    async def _blank(self, session: AsyncSession, row: Outbox, chat: Chat) -> None:
        """Too old to be removed, as after we were away for days: what it shows goes all the same."""
        message = await session.get(Message, row.message_id)
        if message is not None:
            now, told = self.runtime.clock.now(), words.say(chat.locale or self.runtime.locale, "original.taken_back")
            session.add(
                Outbox(
                    chat_id=chat.id, kind="edit", message_id=message.id, repeat=Repeat.FREELY, created_at=now,
                    due_at=now, content={"text": told, "buttons": [], "picture": {"blank": True}},
                    cause_id=row.cause_id,
                )
            )  # fmt: skip

    async def _post_anew(self, session: AsyncSession, row: Outbox) -> None:
        """The message to edit is gone: the card is sent once more, as a new one."""
        card: Card | Tray = (
            (await session.scalars(Tray.in_chats([row.chat_id]))).one()
            if row.kind == "tray"
            else await session.get_one(Card, row.card_id)
        )
        if card.message_id is None:
            row.give_up("the card could not be posted")
            return
        card.message_id = None
        row.wait("its message was gone", self.runtime.clock.now())

    async def _mine(self, session: AsyncSession, claims: Sequence[Claim]) -> Mapping[int, Mine]:
        """The rows whose lease is still ours, with their cards, which are then at hand: a paused process must not
        overwrite what another has done meanwhile."""
        leases = {claim.row_id: claim.lease for claim in claims}
        found = await session.execute(LEASED, {"ids": list(leases)})
        return {row.id: (row, card, number) for row, card, number in found if row.lease == leases[row.id]}


# Put together once: building a statement costs more than running it.
LEASED = (
    select(Outbox, Card, Ticket.number)
    .outerjoin(Card, Card.id == Outbox.card_id)
    .outerjoin(Ticket, Ticket.id == Outbox.ticket_id)
    .where(Outbox.id.in_(bindparam("ids", expanding=True)))
    .where(Outbox.state.in_((OutboxState.SENDING.value, OutboxState.PENDING.value)))
    .with_for_update(of=Outbox)
)
