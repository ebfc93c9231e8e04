"""One inbox row, one handler, one transaction. Nobody else commits what a turn changed."""

from dataclasses import dataclass

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.callers import known_chat, known_person
from bot.causes import Turned, numbers_of, one_turn
from bot.database import is_away, lost_a_race
from bot.runtime import Runtime
from handlers import ROUTER, notices
from handlers.desk import Desk
from handlers.leaders import leaders_of_last_resort
from handlers.listening import listen
from models.mail import Inbox
from models.refusal import Refusal
from models.ticket import Ticket

log = structlog.get_logger()

CLOCK, ERRANDS = "clock", "errands"
RACES = 5
"""So often a turn that came second to another is simply run again; a conflict that never ends is a fault."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left of a row when its transaction is gone."""

    id: int
    what: str


class Worker:
    """Turns, one after another. On PostgreSQL several workers may run: a claim is a row lock inside the transaction."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        # Built once: putting this statement together takes longer than asking it.
        self._next_due = Inbox.next_due(bindparam("now"))  # type: ignore[arg-type]
        self._lost: dict[int, int] = {}
        """Races lost by the row in hand."""

    async def run(self) -> None:
        """Until the town stops, between two turns."""
        await self.runtime.keep_going(self.turn, self.runtime.knock)

    async def turn(self) -> bool:
        """Handle the oldest due row, if there is one. Returns whether there was."""
        with one_turn() as turned:
            return await self._turn(turned)

    async def _turn(self, turned: Turned) -> bool:
        taken: Taken | None = None
        try:
            async with self.runtime.database.write() as session:
                row = await session.scalar(self._next_due, {"now": self.runtime.clock.now()})
                if row is None:
                    return False
                taken = Taken(row.id, row.what)
                turned.begins(session, row)
                await self._handle(session, row, turned)
                row.finish(self.runtime.clock.now())
        except Exception as fault:
            if taken is None or is_away(fault):
                raise
            if lost_a_race(fault) and self._may_race_again(taken):
                turned.ends("again")
            else:
                turned.ends("failed")
                await self._failed(taken, fault)
            return True
        self._lost.clear()
        turned.ends("done")
        self.runtime.tell("post", "errand")
        return True

    def _may_race_again(self, taken: Taken) -> bool:
        """Another turn changed the same first: what it left is there to be seen the next time."""
        self._lost = {taken.id: self._lost.get(taken.id, 0) + 1}
        return self._lost[taken.id] < RACES

    async def _handle(self, session: AsyncSession, row: Inbox, turned: Turned) -> None:
        runtime, payload = self.runtime, row.payload or {}
        desk = Desk(
            session, runtime.clock.now(), runtime.locale, await runtime.book(session), default_locale=runtime.locale
        )
        turned.is_at(desk)
        if row.channel == CLOCK:
            await ROUTER.timers[row.what](desk, payload)
        elif row.channel == ERRANDS:
            await ROUTER.errands[row.what](desk, payload)
        else:
            heard = runtime.channel(row.channel).read(payload)
            if heard is None:
                return
            desk.heard = heard
            desk.chat = await known_chat(session, heard, runtime.clock.now())
            desk.person = await known_person(session, heard, desk.chat, runtime)
            desk.locale = desk.language_of(desk.chat)
            await self._answer(desk)
            await desk.finish_press()
            return
        await notices.tell(desk)

    async def _answer(self, desk: Desk) -> None:
        """The handler inside a savepoint: a refusal takes back what was begun, and is said to the one who asked."""
        try:
            async with desk.session.begin_nested():
                await listen(desk, ROUTER)
                await notices.tell(desk)
                await desk.session.flush()
        except Refusal as refusal:
            counts.refusals.labels(refusal.key).inc()
            desk.answered = False
            touched, desk.refused = list(desk.tickets), numbers_of(desk)
            desk.reports.clear()
            desk.tickets.clear()
            desk.cards.clear()
            desk.tasks.clear()
            desk.drawn.clear()
            if desk.heard is not None and desk.heard.person is not None:
                await desk.session.refresh(desk.here)  # it may have been changed inside the savepoint
                # A number alone tells a group nothing; where it stands or who has it may.
                asked = Ticket.restricted_of(touched if refusal.values.keys() - {"number"} else [])
                hidden = await desk.session.scalar(asked)
                await desk.answer(refusal.key, alert=True, ticket=hidden, **refusal.values)

    async def _failed(self, taken: Taken, fault: Exception) -> None:
        """Rolled back; tried again after growing pauses, after the fifth set aside, with a word to an administrator."""
        log.error("turn failed", row=taken.id, what=taken.what, fault=type(fault).__name__, exc_info=fault)
        async with self.runtime.database.write() as session:
            row = (await session.scalars(select(Inbox).where(Inbox.id == taken.id))).one()
            if row.fail(type(fault).__name__, self.runtime.clock.now()):
                counts.turns.labels("set aside").inc()
                desk = Desk(
                    session, self.runtime.clock.now(), self.runtime.locale, None, default_locale=self.runtime.locale
                )
                for chat in await leaders_of_last_resort(desk):
                    await desk.say(chat, "admin.set_aside", row=taken.id, what=taken.what)
        self.runtime.tell("post")
