"""What is kept only for a while goes: pictures, who reported, words on their way (field.md h, 6; `[days]`).

In slices, so that nobody waits long for the writing connection: each of them is looked for without it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, delete, exists, false, or_, select, union, update

from bot.runtime import Runtime
from models.card import Witness
from models.chat import Chat
from models.district import DAYS, District
from models.draft import Draft
from models.forgetting import NOBODY, chat_of_nobody, cut_ties, strangers, unname
from models.mail import Errand, ErrandState, Outbox, OutboxState
from models.photo import Photo, PhotoState
from models.ticket import Ticket
from models.trust import Caller
from models.types import Base, spelled

A_SLICE = 200


class Retention:
    """keep_words: how long what was said and heard is kept as it went over the line."""

    def __init__(self, runtime: Runtime, keep_words: timedelta) -> None:
        self.runtime, self.keep_words = runtime, keep_words
        self._seen: dict[type[Base], int] = {}
        """Up to which id a table has been gone through since we started."""

    async def run(self) -> None:
        """One round; what a stop leaves undone the next round does."""
        now = self.runtime.clock.now()
        photos, identity = await self._days()
        while await self._forget_pictures(now - photos):
            pass
        while await self._forget_people(now - identity):
            pass
        while await self._drop_said(now - identity):
            pass
        while await self._forget_said(now - self.keep_words):
            pass
        while await self._forget_drafts(now - self.keep_words):
            pass
        while await self._forget_errands(now - self.keep_words):
            pass

    async def _days(self) -> tuple[timedelta, timedelta]:
        async with self.runtime.database.read() as session:
            district = await session.scalar(select(District))
        days = {name: district.days_until(name) if district else DAYS[name] for name in ("photos", "identity")}
        return timedelta(days=days["photos"]), timedelta(days=days["identity"])

    # --- pictures ---------------------------------------------------------------------------

    async def _forget_pictures(self, before: datetime) -> bool:
        """The row keeps the hash, by what it is known again, and says that it is over; the bytes of every copy go
        unless a ticket needs them still. Returns whether there may be more."""
        over = select(Photo).join(Ticket, Ticket.id == Photo.ticket_id).where(Ticket.ended_at < before)
        due = over.where(Photo.state != spelled(PhotoState.GONE.value)).order_by(Photo.ticket_id).limit(A_SLICE)
        async with self.runtime.database.read() as session:
            photos = list(await session.scalars(due))
        # First the rows, so that nothing shows what is no longer there; what a kill leaves in the store is harmless.
        ids = [photo.id for photo in photos]
        await self._write(
            update(Photo).where(Photo.id.in_(ids)).values(state=PhotoState.GONE.value, ref="", reason="expired")
        )
        over_now = {key for photo in photos for key in (photo.media, photo.thumbnail, photo.public) if key}
        for key in over_now - await self._needed(over_now):
            await self.runtime.store.delete(key)
        return len(photos) == A_SLICE

    async def _needed(self, keys: set[str]) -> set[str]:
        """Those of them that another picture which is still kept has too."""
        copies = Photo.media, Photo.thumbnail, Photo.public
        same = or_(*(copy.in_(keys) for copy in copies)) if keys else false()
        kept = select(*copies).where(same, Photo.state != spelled(PhotoState.GONE.value))
        async with self.runtime.database.read() as session:
            return {key for row in await session.execute(kept) for key in row if key}

    # --- people ----------------------------------------------------------------------------------

    async def _forget_people(self, before: datetime) -> bool:
        """Ties of people to tickets long over; and the names of those whom nothing ties to anything any more."""
        # Whoever reported it is its first witness; of those there are no more than a year's.
        over = union(
            *(
                select(tie.ticket_id).where(exists().where(Ticket.id == tie.ticket_id, Ticket.ended_at < before))
                for tie in (Witness, Caller)
            )
        ).limit(A_SLICE)
        async with self.runtime.database.read() as session:
            tickets = list(await session.scalars(over))
            met = select(Witness.person_id).where(Witness.ticket_id.in_(tickets))
            told = select(Ticket.reporter_id).where(Ticket.id.in_(tickets), Ticket.reporter_id.is_not(None))
            people = [*await session.scalars(met), *(id for id in await session.scalars(told) if id is not None)]
        if not tickets:
            return False
        async with self.runtime.database.write() as session:
            nobodys = await session.scalar(chat_of_nobody())
            if nobodys is None:
                nobodys = Chat(channel=NOBODY, external_id=NOBODY, kind="private", parked_at=self.runtime.clock.now())
                session.add(nobodys)
                await session.flush()
            for statement in cut_ties(tickets, nobodys.id):
                await session.execute(statement)
            nobody = list(await session.scalars(strangers(sorted(set(people)))))
            for statement in unname(nobody):
                await session.execute(statement)
        return len(tickets) == A_SLICE

    # --- words --------------------------------------------------------------------------------------

    async def _forget_said(self, before: datetime) -> bool:
        """What was said, once it is long said; what still waits to be said keeps its words."""
        old = await self._older(Outbox, Outbox.created_at, before)
        settled = [id for id, state in old if state in (OutboxState.SENT, OutboxState.FAILED)]
        await self._write(update(Outbox).where(Outbox.id.in_(settled)).values(content={}))
        return len(old) == A_SLICE

    async def _drop_said(self, before: datetime) -> bool:
        """That something was said about a ticket in somebody's private chat ties him to it too: the oldest rows go."""
        oldest = select(Outbox.id, Outbox.created_at).order_by(Outbox.id).limit(A_SLICE)
        async with self.runtime.database.read() as session:
            old = [id for id, at in await session.execute(oldest) if at < before]
        async with self.runtime.database.write() as session:
            await session.execute(delete(Outbox).where(Outbox.id.in_(old)))
        return len(old) == A_SLICE

    async def _forget_errands(self, before: datetime) -> bool:
        """By what names channels fetch pictures."""
        old = await self._older(Errand, Errand.due_at, before)
        over = [id for id, state in old if state in (ErrandState.DONE, ErrandState.FAILED)]
        await self._write(update(Errand).where(Errand.id.in_(over)).values(data={}))
        return len(old) == A_SLICE

    async def _forget_drafts(self, before: datetime) -> bool:
        """After a day nothing makes a draft a report any more; its words have gone into the ticket, or nowhere."""
        old = await self._older(Draft, Draft.begun_at, before)
        waiting = [id for id, state in old if state in ("form", "asked", "gathering")]
        await self._write(
            update(Draft).where(Draft.id.in_([id for id, _ in old])).values(text="", form={}),
            update(Draft).where(Draft.id.in_(waiting)).values(state="dropped"),
        )
        return len(old) == A_SLICE

    async def _older(self, table: Any, time: Any, before: datetime) -> list[tuple[int, str]]:
        """The next slice of rows that came before then: id and state. Ids grow with time, and each is seen once."""
        newer = select(table.id, time, table.state).where(table.id > self._seen.get(table, 0)).order_by(table.id)
        found: list[tuple[int, str]] = []
        async with self.runtime.database.read() as session:
            for id, at, state in await session.execute(newer.limit(A_SLICE)):
                if at >= before:
                    break
                found.append((id, state))
        if found:
            self._seen[table] = found[-1][0]
        return found

    async def _write(self, *statements: Update) -> None:
        async with self.runtime.database.write() as session:
            for statement in statements:
                await session.execute(statement)
