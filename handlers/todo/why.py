"""Why each ticket stands in somebody's /todo, in a few words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from handlers import words
from handlers.desk import Desk
from handlers.whose import why_it_waits
from models.chat import Chat
from models.task import Task
from models.ticket import IN_HAND, Stage, Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class Because:
    """What the sentences of one page need. returned: ticket id -> why it was handed back. hears: ids of departments
    that read here. parts: ticket id -> the open part of a department of his in a ticket that is another's. asking: ids
    of tickets of which a department asks whether it has to come."""

    desk: Desk
    returned: Mapping[int, str]
    hears: frozenset[int]
    parts: Mapping[int, Task]
    asking: frozenset[int] = frozenset()

    def told(self, ticket: Ticket, locale: str) -> str:
        """For an officer what he is to do; for a leader what he has to decide."""
        own = self._as_officer(ticket)
        if own is not None:
            return words.plain(locale, f"todo_why.{own}")
        if ticket.id in self.asking:
            return words.plain(locale, "todo_why.asks_off")
        if ticket.request:
            return words.plain(locale, "todo_why.request")
        if ticket.stage == Stage.RESOLVED:
            return words.plain(locale, "todo_why.look" if ticket.is_held else "todo_why.check")
        is_unheard = ticket.stage == Stage.DISPATCHED and ticket.department_id not in self.hears
        told = why_it_waits(
            self.desk.town, locale, ticket, self.returned.get(ticket.id), is_unheard=is_unheard
        )  # fmt: skip
        return "；".join(told)

    def _as_officer(self, ticket: Ticket) -> str | None:
        part = self.parts.get(ticket.id)
        if part is not None:
            return "report_in" if part.reported_in_at is None else "part"
        if ticket.stage not in IN_HAND or not self.desk.me.works_for(ticket.department_id):
            return None
        if ticket.stage == Stage.DISPATCHED:
            return "accept"
        return "secure" if ticket.may_be_secured else "mend"


async def because_of(desk: Desk, tickets: Sequence[Ticket]) -> Because:
    """Three questions, however long the page."""
    ids = [ticket.id for ticket in tickets]
    back = [ticket.id for ticket in tickets if ticket.stage == Stage.RETURNED]
    said = select(TicketEvent).where(TicketEvent.ticket_id.in_(back), TicketEvent.kind == "returned")
    events: list[TicketEvent] = await desk.all_of(said.order_by(TicketEvent.seq)) if back else []
    reading = select(Chat.department_id).where(Chat.department_id.is_not(None), Chat.parked_at.is_(None))
    joint = [ticket for ticket in tickets if ticket.response is not None]
    tasks: list[Task] = await desk.all_of(select(Task).where(Task.ticket_id.in_(ids))) if joint else []
    rounds = {ticket.id: ticket.round for ticket in joint}
    open_ = [task for task in tasks if rounds.get(task.ticket_id) == task.round and task.is_open]
    asking = frozenset(task.ticket_id for task in open_ if task.asks_off)
    parts = {
        task.ticket_id: task for task in open_ if desk.me.works_for(task.department_id) and not task.asks_off
    }  # fmt: skip
    returned = {event.ticket_id: event.data.get("reason") or "" for event in events}
    return Because(desk, returned, frozenset(await desk.all_of(reading)), parts, asking)
