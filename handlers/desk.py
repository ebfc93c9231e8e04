"""The desk of a turn: through it a handler fetches, calls and says; the worker commits, or nothing of it was."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam

from handlers.labels import Label, Rows
from handlers.saying import Saying
from handlers.turn import Order
from models.chat import Chat, Message
from models.grid import Grid
from models.mail import Errand, Timer
from models.refusal import Refusal
from models.task import Task
from models.ticket import Ticket
from reading.numbers import ticket_number

__all__ = ["Desk", "Label", "Order", "Rows"]


# Asked of nearly every message, so put together once: building a statement takes longer than asking it.
HEARD_AS = Message.heard_as(bindparam("chat"), bindparam("external"))  # type: ignore[arg-type]


class Desk(Saying):
    """The turn with its one door to the tickets, and what it keeps for later turns."""

    # --- the one door to a ticket ---------------------------------------------------

    async def ticket(self, number: str | None = None) -> Ticket:
        """The ticket that was named, or the one whose card was replied to or pressed.
        Refuses kindly when there is none."""
        named = number or self.order.number or (self.heard.press.ticket if self.heard and self.heard.press else None)
        if named is None:
            replied = await self.replied_to()
            if replied is None or replied.ticket_id is None:
                raise Refusal("ticket.which")
            return await self.ticket_by_id(replied.ticket_id)
        canonical = ticket_number(named)
        if self.heard and self.heard.press and named == self.heard.press.ticket and named != canonical:
            raise Refusal("press.unknown")  # our buttons spell it as it is
        found = await self.session.scalar(Ticket.numbered(canonical)) if canonical else None
        if found is None:
            raise Refusal("ticket.unknown", number=(canonical or named)[:32])
        return self.tickets.setdefault(found.id, found)

    async def ticket_by_id(self, ticket_id: int) -> Ticket:
        if ticket_id in self.tickets:
            return self.tickets[ticket_id]
        ticket = await self.session.get(Ticket, ticket_id)
        if ticket is None:
            raise Refusal("ticket.unknown", number="")
        return self.tickets.setdefault(ticket.id, ticket)

    async def replied_to(self) -> Message | None:
        if self.heard is None or self.chat is None or self.heard.reply_to is None:
            return None
        return await self.session.scalar(HEARD_AS, {"chat": self.chat.id, "external": self.heard.reply_to})

    async def tasks_of(self, ticket: Ticket) -> list[Task]:
        """The parts of this round, where several departments were called to it; asked for once a turn."""
        if ticket.id not in self.tasks:
            is_joint = ticket.response is not None
            self.tasks[ticket.id] = list(await self.all_of(Task.of(ticket.id, ticket.round))) if is_joint else []
        return self.tasks[ticket.id]

    async def task_of_mine(self, ticket: Ticket) -> Task | None:
        """The part of the department this person works for: an open one before one that is over."""
        mine = [task for task in await self.tasks_of(ticket) if self.me.works_for(task.department_id)]
        here = self.chat.department_id if self.chat is not None else None  # who works for two speaks for one of them
        mine.sort(key=lambda task: task.department_id != here)
        return next((task for task in mine if task.is_open), mine[0] if mine else None)

    def grid_of(self, ticket: Ticket) -> Grid:
        return self.town.grids[ticket.grid_id]

    async def all_of(self, statement: Any, values: Mapping[str, Any] | None = None) -> list[Any]:
        rows = list(await self.session.scalars(statement, values))
        self.at_hand += rows
        return rows

    # --- what happened, kept ----------------------------------------------------------

    async def keep_message(self, purpose: str, *, ticket: Ticket | None = None, pictured: bool = False) -> Message:
        """A row for the message just heard, so that it can be answered to later."""
        heard = self.said
        if heard.message is None:
            raise RuntimeError("what was heard is no message")
        new: Message | None = await self.session.scalar(
            Message.keeping(self.dialect),
            {
                "chat_id": self.here.id, "external_id": heard.message, "topic": heard.chat.topic,
                "person_id": self.person.id if self.person else None, "ticket_id": ticket.id if ticket else None,
                "purpose": purpose, "pictured": pictured, "at": self.now,
            },
        )  # fmt: skip
        if new is not None:
            return new
        known = (await self.session.scalars(HEARD_AS, {"chat": self.here.id, "external": heard.message})).one()
        known.ticket_id = ticket.id if ticket else known.ticket_id
        return known

    def run_errand(self, kind: str, lane: str, **data: Any) -> None:
        self.session.add(Errand(kind=kind, lane=lane, data=data, due_at=self.now))

    async def set_timer(self, key: str, kind: str, at: datetime | timedelta, lane: str, **data: Any) -> None:
        """Set it, or move it: `key` keeps it single."""
        due = at if isinstance(at, datetime) else self.now + at
        await self.session.execute(
            Timer.setting(self.dialect),
            {"key": key, "kind": kind, "lane": lane, "data": data, "due_at": due, "rung": False, "times": 0},
        )

    def lane(self, chat: Chat) -> str:
        return f"{chat.channel}:{chat.external_id}"
