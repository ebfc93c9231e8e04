"""The negative controls: the bot with one promise taken out.

`python -m tests.faults.mutants NAME run` starts it as `python -m bot run`.

confirm_first: updates wait in memory while the next ones are asked for, as python-telegram-bot's own Updater does it.
mark_first: a message is noted as sent before it is.
split_turn: what a turn changed and that the turn is done are two transactions.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot

from bot.__main__ import main
from bot.channels.base import Keep, Raw, SendError
from bot.channels.telegram import receiving
from bot.claims import Claim
from bot.notes import Mine, Notes
from bot.sender import Sender
from bot.worker import Worker
from models.mail import Inbox, Outbox, OutboxState


def confirm_first() -> None:
    async def receive(bot: Bot, keep: Keep, *, poll_s: int, sleep: Callable[[float], Awaitable[None]]) -> None:
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
        return {row.id: (row, None) for row in rows if row.lease == leases[row.id]}

    async def shrug(self: Notes, session: AsyncSession, row: Outbox, error: SendError) -> None: ...

    Sender._deliver = marked  # type: ignore[method-assign]
    Notes._mine, Notes._not_sent = of_lease, shrug  # type: ignore[method-assign]


def split_turn() -> None:
    async def turn(self: Worker) -> bool:
        async with self.runtime.database.write() as session:
            row = await session.scalar(Inbox.next_due(self.runtime.clock.now()))
            if row is None:
                return False
            number = row.id
            await self._handle(session, row)
        async with self.runtime.database.write() as session:
            (await session.scalars(select(Inbox).where(Inbox.id == number))).one().finish(self.runtime.clock.now())
        self.runtime.tell("post")
        return True

    Worker.turn = turn  # type: ignore[method-assign]


MUTANTS: dict[str, Callable[[], Any]] = {
    "confirm_first": confirm_first,
    "mark_first": mark_first,
    "split_turn": split_turn,
}

if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    main()
