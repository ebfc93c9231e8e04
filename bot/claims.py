"""What goes next: of each chat one row, in the order people should hear it, as fast as the channel allows."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.heads import LEFT, NEXT, RANKED, REPLIES, THESE, UNDER_WAY
from bot.letters import Moot, Prepared, Unsayable, prepare
from bot.once import asked_once
from bot.presence import holder, lease_of
from bot.runtime import Runtime
from models.card import Card
from models.chat import Chat, Message
from models.mail import Lane, Outbox, Repeat
from models.ticket import Ticket

SEND_S = 65
"""A call takes at most this long …"""
LEASE = timedelta(seconds=2 * SEND_S + 20)
"""… and a delivery at most two of them: nobody else takes up what is still under way."""
PATIENCE = timedelta(minutes=1)
SOON_S = 0.5
Settle = Callable[[AsyncSession, Sequence[Outbox]], Awaitable[set[int]]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A row under lease, and everything its delivery needs: no transaction is open while the network is.

    others: older edits of the same card or tray, which this one makes unnecessary.
    """

    row_id: int
    kind: str
    lane: Lane
    channel: str
    lease: str
    prepared: Prepared
    card_id: int | None
    created_at: datetime
    others: tuple[int, ...]


class Claims:
    """Takes rows under lease. wait: seconds until the pace lets the next one go. settle: notes those of the rows that
    were left under way which are known to have arrived. unheard: leases of transactions that may have failed only for
    us: nothing of them was said. settled: rows the last round found to have nothing to say any more."""

    def __init__(self, runtime: Runtime, settle: Settle | None = None) -> None:
        self.runtime = runtime
        self.wait = SOON_S
        self.settled = 0
        self.unheard: set[str] = set()
        self._settle = settle

    async def take(self, session: AsyncSession, room: int, busy: Iterable[Lane]) -> list[Claim]:
        """At most `room` rows, none of a lane that is busy already."""
        now, pace = self.runtime.clock.now(), self.runtime.pace
        claims: list[Claim] = []
        self.wait, self.settled = SOON_S, 0
        heads = await self._heads(session, now, busy)
        for at in range(0, len(heads), room):
            some = [(row, chat) for row, chat in heads[at : at + room] if self._may_go(row, chat)]
            older = await self._older(session, [row for row, _ in some])
            # Only now, or what makes one of those unnecessary might be missing in it; at hand as long as it is kept.
            cards = [row.card_id for row, _ in some if row.card_id is not None]
            at_hand = (await session.execute(OF_CARDS, {"cards": cards})).all() if cards else ()
            with asked_once(session):
                for row, chat in some:
                    if len(claims) >= room:
                        return claims
                    if not self._may_go(row, chat):
                        continue
                    claim = await self._take(session, row, chat, older[row.id], now)
                    if claim is not None:
                        claims.append(claim)
                        if row.kind != "answer":
                            pace.spend(address(chat), chat.kind == "group")
            del at_hand
        return claims

    def _may_go(self, row: Outbox, chat: Chat) -> bool:
        """An answer to a press always; else as the pace says, and how long it takes until one may is noted."""
        wait = 0.0 if row.kind == "answer" else self.runtime.pace.wait(address(chat), chat.kind == "group")
        if wait > 0:
            self.wait = min(self.wait, wait)
        return wait <= 0

    async def _heads(
        self, session: AsyncSession, now: datetime, under_way: Iterable[Lane]
    ) -> list[tuple[Outbox, Chat]]:
        """The next row of each chat, and beside it the next answer to a press, which waits for nobody."""
        mine = frozenset(under_way)
        busy = mine | await self._held_elsewhere(session, now, mine)
        nexts = list(await session.scalars(NEXT, {"now": now, "patient": now - PATIENCE}))
        if not nexts:
            return []
        ranks = {ranked % RANKED: ranked // RANKED for ranked in nexts}
        found = await session.execute(THESE, {"ids": list(ranks)})
        heads = [(row, chat) for row, chat in found if row.lane not in busy]
        ranks |= {row.id: REPLIES for row, _ in heads if row.kind == "reply" and not row.is_urgent}
        return sorted(heads, key=lambda pair: (ranks[pair[0].id], pair[0].id))

    async def _held_elsewhere(self, session: AsyncSession, now: datetime, mine: frozenset[Lane]) -> set[Lane]:
        """Lanes another process is sending in. Where it died, or its lease ran out, that was between the call and the
        note of it. What we have in hand ourselves we know best, whatever the clock says."""
        rows = list(await session.scalars(UNDER_WAY))
        names = {holder(row.lease) for row in rows} - {self.runtime.presence.name}
        gone = await self.runtime.presence.gone(session, names) if names else set()
        left = [
            row.id
            for row in rows
            if row.lane not in mine
            and (holder(row.lease) in {*gone, self.runtime.presence.name} or not row.is_leased(now))
        ]
        if left:
            rows_left = list(await session.scalars(LEFT, {"ids": left}))
            settled = await self._settle(session, rows_left) if self._settle else set()
            for row in rows_left:
                if row.id in settled:
                    continue
                if row.lease in self.unheard:
                    row.attempts -= 1
                    row.wait("claimed, and not heard of", now)
                    continue
                counts.sends.labels(row.kind, "uncertain").inc()
                row.may_have_arrived("the process ended", now)
            await session.flush()  # what was never said may go at once
        return {row.lane for row in rows if row.id not in left}

    async def _older(self, session: AsyncSession, rows: Sequence[Outbox]) -> dict[int, list[int]]:
        """Row -> what it makes unnecessary: older edits of its card, or of the tray."""
        older: dict[int, list[int]] = {row.id: [] for row in rows}
        drawn = {row.card_id: row.id for row in rows if row.kind == "card"}
        if drawn:
            for card_id, row_id in await session.execute(SAME_CARDS, {"cards": list(drawn)}):
                if row_id != drawn[card_id]:
                    older[drawn[card_id]].append(row_id)
        for row in rows:
            if row.kind == "tray":
                same = select(Outbox.id).where(_of_tray(row), Outbox.is_pending(), Outbox.id != row.id)
                older[row.id] = list(await session.scalars(same))
        return older

    async def _take(
        self, session: AsyncSession, row: Outbox, chat: Chat, older: Sequence[int], now: datetime
    ) -> Claim | None:
        try:
            book = await self.runtime.book(session)
            prepared = await prepare(session, row, chat, book, chat.locale or self.runtime.locale, now)
        except Moot as settled:
            row.arrived(now)
            row.reason = str(settled)
            self.settled += 1
            return None
        except Unsayable as nothing:
            row.give_up(str(nothing))
            self.settled += 1
            return None
        lease = lease_of(self.runtime.presence)
        self.unheard.add(lease)
        row.lease_to(lease, now + LEASE)
        return Claim(
            row.id, row.kind, row.lane, chat.channel, lease, prepared, row.card_id, row.created_at, tuple(older)
        )


def _of_tray(row: Outbox) -> ColumnElement[bool]:
    """What this makes unnecessary: an edit other edits; one sent anew, which rings, those too."""
    here = and_(Outbox.chat_id == row.chat_id, Outbox.kind == "tray")
    return here if row.repeat == Repeat.SPARINGLY else and_(here, Outbox.repeat == Repeat.FREELY.value)


def address(chat: Chat) -> str:
    """What the pace knows a chat by."""
    return f"{chat.channel}:{chat.external_id}"


# Put together once: building a statement costs more than running it.
SAME_CARDS = select(Outbox.card_id, Outbox.id).where(
    Outbox.card_id.in_(bindparam("cards", expanding=True)), Outbox.is_pending()
)
OF_CARDS = (
    # What cards are drawn from, in one question instead of three for each.
    select(Card, Ticket, Message)
    .join(Ticket, Ticket.id == Card.ticket_id)
    .outerjoin(Message, Message.id == Card.message_id)
    .where(Card.id.in_(bindparam("cards", expanding=True)))
    .execution_options(populate_existing=True)
)
