"""One inbox row, one handler, one transaction. Nobody else commits what a turn changed."""

from dataclasses import dataclass

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import counts
from bot.callers import known_chat, known_person
from bot.causes import Turned, numbers_of, one_turn
from bot.passing import is_away, lost_a_race
from bot.runtime import EDITION, Runtime
from handlers import ROUTER, notices
from handlers.desk import Desk
from handlers.haste import is_unheard
from handlers.leaders import leaders_of_last_resort
from handlers.listening import listen
from models.mail import Inbox, InboxState
from models.refusal import Refusal
from models.ticket import Ticket
from models.types import spelled

log = structlog.get_logger()

CLOCK, ERRANDS = "clock", "errands"
RACES = 5
"""So often a turn that came second to another is simply run again; a conflict that never ends is a fault."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left of a row when its transaction is gone."""

    id: int
    what: str


class Refused(Exception):
    """A refusal, and which row's; numbers: of the tickets that were in hand, by id."""

    def __init__(self, row_id: int, refusal: Refusal, numbers: dict[int, str]) -> None:
        super().__init__(refusal.key)
        self.row_id, self.refusal, self.numbers = row_id, refusal, numbers


STILL_NEW = (
    select(Inbox)
    .where(Inbox.id == bindparam("id"), Inbox.state == spelled(InboxState.NEW.value))
    .with_for_update(skip_locked=True)
)


class Worker:
    """Turns, one after another. On PostgreSQL several workers may run: a claim is a row lock inside the transaction."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        # Built once: putting this statement together takes longer than asking it.
        # It brings the district's edition along, which every turn has to know.
        self._next = Inbox.next_due(bindparam("now")).add_columns(EDITION.scalar_subquery())  # type: ignore[arg-type]
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
            try:
                async with self.runtime.database.write() as session:
                    found = (await session.execute(self._next, {"now": self.runtime.clock.now()})).first()
                    if found is None:
                        return False
                    row, edition = found
                    taken = Taken(row.id, row.what)
                    await self.runtime.edition(session, edition)
                    await self._handle(session, row, turned)
                    row.finish(self.runtime.clock.now())
            except Refused as refused:
                await self._say_no(refused, turned)
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
        desk = await self._desk(session, row, turned)
        if row.channel == CLOCK:
            await ROUTER.timers[row.what](desk, row.payload or {})
        elif row.channel == ERRANDS:
            await ROUTER.errands[row.what](desk, row.payload or {})
        elif desk.heard is not None:
            try:
                await listen(desk, ROUTER)
                await notices.tell(desk)
            except Refusal as refusal:
                raise Refused(row.id, refusal, numbers_of(desk)) from refusal
            await desk.finish_press()
            return
        await notices.tell(desk)

    async def _desk(self, session: AsyncSession, row: Inbox, turned: Turned) -> Desk:
        """With who spoke and where, if somebody did whom we can hear."""
        runtime, now = self.runtime, self.runtime.clock.now()
        turned.begins(session, row)
        desk = Desk(session, now, runtime.locale, await runtime.book(session), default_locale=runtime.locale)
        turned.is_at(desk)
        if row.channel not in (CLOCK, ERRANDS):
            desk.heard = heard = runtime.channel(row.channel).read(row.payload or {})
            if heard is not None:
                desk.chat = await known_chat(session, heard, now)
                desk.person = await known_person(session, heard, desk.chat, runtime)
                desk.locale = desk.language_of(desk.chat)
        return desk

    async def _say_no(self, refused: Refused, turned: Turned) -> None:
        """All that was begun is taken back; in a transaction of its own it is said to the one who asked."""
        refusal = refused.refusal
        async with self.runtime.database.write() as session:
            row = await session.scalar(STILL_NEW, {"id": refused.row_id})
            if row is None:
                return  # another worker has come to the same answer
            desk = await self._desk(session, row, turned)
            desk.refused = refused.numbers
            if desk.heard is not None and desk.heard.person is not None and not is_unheard(desk):
                # A number alone tells a group nothing; where it stands or who has it may.
                tells = refused.numbers if refusal.values.keys() - {"number"} else ()
                hidden = await session.scalar(Ticket.restricted_of(tells)) if tells else None
                await desk.answer(refusal.key, alert=True, ticket=hidden, **refusal.values)
            await desk.finish_press()
            row.finish(self.runtime.clock.now())
        counts.refusals.labels(refusal.key).inc()

    async def _failed(self, taken: Taken, fault: Exception) -> None:
        """Rolled back; tried again after growing pauses, after the fifth set aside, with a word to an administrator."""
        log.error("turn failed", row=taken.id, what=taken.what, fault=type(fault).__name__, exc_info=fault)
        async with self.runtime.database.write() as session:
            row = await session.scalar(STILL_NEW, {"id": taken.id})
            if row is None:
                return  # another worker came to an end with it, or is at it
            if row.fail(type(fault).__name__, self.runtime.clock.now()):
                counts.turns.labels("set aside").inc()
                desk = Desk(
                    session, self.runtime.clock.now(), self.runtime.locale, None, default_locale=self.runtime.locale
                )
                for chat in await leaders_of_last_resort(desk):
                    await desk.say(chat, "admin.set_aside", row=taken.id, what=taken.what)
        self.runtime.tell("post")
