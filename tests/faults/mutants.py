"""The negative controls: the bot with one promise taken out.

`python -m tests.faults.mutants NAME run` starts it as `python -m bot run`.

confirm_first: updates wait in memory while the next ones are asked for, as python-telegram-bot's own Updater does it.
mark_first: a message is noted as sent before it is.
split_turn: what a turn changed and that the turn is done are two transactions.
no_receipt: that something arrived is put down by its note alone.
any_order: a row need not wait for the elder ones of its lane.
first_come: whatever waits is handled in the order in which it came, be it urgent or one of a flood.
broken_off: asked to end, it does not wait for what it is just saying.
seldom_flushed, never_flushed: SQLite with synchronous=NORMAL and OFF.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import URL, Select, event, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from telegram import Bot

from bot import database, inbox, receipts
from bot.__main__ import main
from bot.causes import Turned
from bot.channels.base import Keep, Raw, SendError
from bot.channels.telegram import receiving
from bot.channels.telegram.line import Line
from bot.claims import SOON_S, Claim
from bot.notes import Mine, Notes
from bot.receipts import Receipt
from bot.sender import Sender
from bot.worker import Worker
from models.mail import Inbox, InboxState, Outbox, OutboxState


def confirm_first() -> None:
    async def receive(
        bot: Bot, keep: Keep, *, poll_s: int, sleep: Callable[[float], Awaitable[None]], line: Line | None = None
    ) -> None:
        waiting: asyncio.Queue[Raw] = asyncio.Queue()

        async def consume() -> None:
            while True:
                await keep([await waiting.get()])

        consumer = asyncio.create_task(consume())
        offset: int | None = None
        try:
            while True:
                page = await receiving._page(bot, offset, poll_s)  # asking with the offset confirms the page before
                for update in page:
                    waiting.put_nowait(update)
                offset = receiving._after(page)
        finally:
            consumer.cancel()

    receiving.receive = receive


def mark_first() -> None:
    deliver = Sender._deliver

    async def marked(self: Sender, claim: Claim) -> None:
        async with self.runtime.database.write() as session:
            for row in await session.scalars(select(Outbox).where(Outbox.id.in_((claim.row_id, *claim.others)))):
                row.state, row.sent_at = OutboxState.SENT, self.runtime.clock.now()
        await deliver(self, claim)

    async def of_lease(self: Notes, session: AsyncSession, claims: Sequence[Claim]) -> Mapping[int, Mine]:
        leases = {claim.row_id: claim.lease for claim in claims}
        rows = await session.scalars(select(Outbox).where(Outbox.id.in_(leases)))
        return {row.id: (row, None, None) for row in rows if row.lease == leases[row.id]}

    async def shrug(self: Notes, session: AsyncSession, row: Outbox, error: SendError) -> None: ...

    Sender._deliver = marked  # type: ignore[method-assign]
    Notes._mine, Notes._not_sent = of_lease, shrug  # type: ignore[method-assign]


def split_turn() -> None:
    async def turn(self: Worker, turned: Turned) -> bool:
        async with self.runtime.database.write() as session:
            row = await session.scalar(Inbox.next_due(self.runtime.clock.now()))
            if row is None:
                return False
            number = row.id
            turned.begins(session, row)
            await self._handle(session, row, turned)
        async with self.runtime.database.write() as session:
            (await session.scalars(select(Inbox).where(Inbox.id == number))).one().finish(self.runtime.clock.now())
        turned.ends("done")
        self.runtime.tell("post")
        return True

    Worker._turn = turn  # type: ignore[method-assign]


def no_receipt() -> None:
    async def give(self: Any, claim: Claim, receipt: Receipt) -> None: ...

    receipts.InFile.give = receipts.InDatabase.give = give  # type: ignore[method-assign]


def any_order() -> None:
    def next_due(at: Any) -> Select[Inbox]:
        due = select(Inbox).where(Inbox.state == InboxState.NEW.value, Inbox.due_at <= at)
        return due.order_by(Inbox.rank, Inbox.id).limit(1).with_for_update(skip_locked=True, of=Inbox)

    Inbox.next_due = next_due  # type: ignore[assignment]


def first_come() -> None:
    async def as_it_came(session: AsyncSession, rows: Sequence[dict[str, Any]], glance: Any) -> None:
        for row in rows:
            row["rank"] = 0

    inbox.place = as_it_came


def broken_off() -> None:
    async def run(self: Sender) -> None:
        try:
            await self.runtime.keep_going(self._step, self.runtime.post, SOON_S)
        finally:
            for task in self._beside._under_way.values():
                task.cancel()
            await self._notes.receipts.close()

    Sender.run = run  # type: ignore[method-assign]


def flushed(how: str) -> None:
    made = database._sqlite_writer

    def writer(url: URL) -> AsyncEngine:
        engine = made(url)

        @event.listens_for(engine.sync_engine, "connect")
        def later(connection: Any, _record: Any) -> None:
            connection.cursor().execute(f"PRAGMA synchronous={how}")

        return engine

    database._sqlite_writer = writer


MUTANTS: dict[str, Callable[[], Any]] = {
    "confirm_first": confirm_first,
    "mark_first": mark_first,
    "split_turn": split_turn,
    "no_receipt": no_receipt,
    "any_order": any_order,
    "first_come": first_come,
    "broken_off": broken_off,
    "seldom_flushed": partial(flushed, "NORMAL"),
    "never_flushed": partial(flushed, "OFF"),
}

if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    main()
