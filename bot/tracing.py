"""The way of one ticket, as the database knows it: what came in, what followed, what was said, and when.

Kinds, row numbers, states and reasons; no words of people, no names, no ids of theirs. The same row numbers stand in
the log: `row=` of a turn is an inbox row, `row=` of what was said an outbox row, `cause=` the turn it came from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.looking import looked_into
from bot.settings import BadSettings, Settings
from models.card import Card
from models.mail import Errand, Inbox, Outbox
from models.ticket import Ticket, TicketEvent
from reading.numbers import ticket_number

A_SLICE = 500
"""Row numbers asked for at once: a database takes so many values in one statement."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """order: of what happened at one moment, what caused comes before what was caused."""

    at: datetime
    order: int
    row: int
    told: str


async def trace(settings: Settings, number: str) -> int:
    """Print the way of the ticket. Beside a running bot; only reads. Raises BadSettings where there is none."""
    async with looked_into(settings) as database, database.read() as session:
        for line in await way_of(session, number):
            print(line)
    return 0


async def way_of(session: AsyncSession, number: str) -> list[str]:
    ticket = await session.scalar(Ticket.numbered(ticket_number(number) or number))
    if ticket is None:
        raise BadSettings([f"no ticket {ticket_number(number) or 'of this number'} in this database"])
    events = list(await session.scalars(TicketEvent.of(ticket.id)))
    cards = list(await session.scalars(select(Card.id).where(Card.ticket_id == ticket.id)))
    said = await _said(session, ticket, cards)
    causes: set[int | None] = {event.cause_id for event in events} | {row.cause_id for row in said}
    heard = await _of_ids(session, causes)
    errands: dict[int, Errand] = {}
    while causes:
        # Pictures are fetched by errands of those turns; their end is a turn again, and may ask for the next.
        fresh = {errand.id: errand for errand in await _errands(session, ticket, causes)}
        fresh = {id: errand for id, errand in fresh.items() if id not in errands}
        errands |= fresh
        ends = await _ended(session, [f"errand:{id}:{n}" for id in fresh for n in range(1, fresh[id].attempts + 1)])
        causes = {row.id for row in ends if row.id not in heard}
        heard |= {row.id: row for row in ends}
    steps = [
        *(Step(row.received_at, 0, row.id, _heard(row)) for row in heard.values()),
        *(Step(event.at, 1, event.seq, _event(event)) for event in events),
        *(Step(errand.due_at, 2, errand.id, _errand(errand)) for errand in errands.values()),
        *(Step(row.created_at, 3, row.id, _outbox(row)) for row in said),
    ]
    head = (
        f"{ticket.number} (id {ticket.id}): {ticket.stage}, round {ticket.round}, {len(events)} events, "
        f"{len(heard)} turns, {len(errands)} errands, {len(said)} rows said or to be said"
    )
    return [head, *(f"{_time(step.at)}  {step.told}" for step in sorted(steps))]


async def _said(session: AsyncSession, ticket: Ticket, cards: Iterable[int]) -> list[Outbox]:
    """No index leads to what was sent: in a large town this looks through years, and takes seconds."""
    its = or_(Outbox.ticket_id == ticket.id, Outbox.card_id.in_(list(cards)))
    return list(await session.scalars(select(Outbox).where(its, Outbox.created_at >= ticket.reported_at)))


async def _of_ids(session: AsyncSession, ids: Iterable[int | None]) -> dict[int, Inbox]:
    wanted, found = sorted(id for id in ids if id is not None), dict[int, Inbox]()
    for at in range(0, len(wanted), A_SLICE):
        rows = await session.scalars(select(Inbox).where(Inbox.id.in_(wanted[at : at + A_SLICE])))
        found |= {row.id: row for row in rows}
    return found


async def _errands(session: AsyncSession, ticket: Ticket, causes: Iterable[int | None]) -> list[Errand]:
    found: dict[int, Errand] = {}
    wanted = sorted(id for id in causes if id is not None)
    for at in range(0, len(wanted), A_SLICE):
        for errand in await session.scalars(select(Errand).where(Errand.cause_id.in_(wanted[at : at + A_SLICE]))):
            # A turn may be about several tickets; whose errand it was stands in it.
            if errand.data.get("number") in (None, ticket.number):
                found[errand.id] = errand
    return list(found.values())


async def _ended(session: AsyncSession, keys: list[str]) -> list[Inbox]:
    found: list[Inbox] = []
    for at in range(0, len(keys), A_SLICE):
        some = Inbox.channel == "errands", Inbox.update.in_(keys[at : at + A_SLICE])
        found += await session.scalars(select(Inbox).where(*some))
    return found


def _heard(row: Inbox) -> str:
    done = f", done {_time(row.done_at)}" if row.done_at is not None else ""
    return f"turn   inbox row {row.id}: {row.channel} {row.what}, {row.state}{_tries(row.attempts, row.reason)}{done}"


def _event(event: TicketEvent) -> str:
    return f"event  {event.seq} {event.kind} -> {event.data.get('stage')}{_cause(event.cause_id)}"


def _errand(errand: Errand) -> str:
    tries = _tries(errand.attempts, errand.reason)
    return f"errand {errand.id}: {errand.kind}, {errand.state}{tries}{_cause(errand.cause_id)}"


def _outbox(row: Outbox) -> str:
    sent = f", sent {_time(row.sent_at)}" if row.sent_at is not None else ""
    doubt = f", uncertain {row.uncertain}" if row.uncertain else ""
    urgent = " urgent" if row.is_urgent else ""
    return (
        f"said   outbox row {row.id}: {row.kind}{urgent} in chat {row.chat_id}, {row.state}{doubt}"
        f"{_tries(row.attempts, row.reason)}{sent}{_cause(row.cause_id)}"
    )


def _tries(attempts: int, reason: str | None) -> str:
    return f", attempts {attempts}" + (f", {reason}" if reason else "")


def _cause(row: int | None) -> str:
    return f", by inbox row {row}" if row is not None else ""


def _time(at: datetime) -> str:
    return at.isoformat(" ", "milliseconds").removesuffix("+00:00") + "Z"
