"""Who was called, who is there after how many minutes, who is done; an emergency's check-list and what happened last;
when a council meets, and who promised what by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.fitting import length, shortened
from handlers.history import event_told
from models.card import Card
from models.chat import Chat
from models.person import Person
from models.task import LIFT, Council, Part, Response, Task
from models.ticket import Stage, Ticket, TicketEvent
from models.ticket.convening import BEFORE_LIFT, STEPS

ROOM = 560
"""UTF-16 units for all of this: a card under a picture has 1024, and the place and what to do must fit beside it."""
LAST_EVENTS = 8
A_REASON, A_PLACE, CAUSES, OWN_WORDS, LEAST = 16, 30, 80, 120, 8
STAFF = ("department", "joint", "leader", "staff")


@dataclass(frozen=True, slots=True)
class _Look:
    """What all lines are told with."""

    book: Book
    locale: str
    now: datetime

    def say(self, key: str, **values: Any) -> str:
        return words.plain(self.locale, key, now=self.now, zone=self.book.zone, **values)

    def name(self, department_id: int | None) -> str:
        department = self.book.departments.get(department_id or 0)
        return department.name if department else self.say("task.somebody")


async def roll_call(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    """None of it where nobody was called."""
    if ticket.response is None:
        return ()
    look, tasks = _Look(book, locale, now), list(await session.scalars(Task.of(ticket.id, ticket.round)))
    council = await session.scalar(select(Council).where(Council.ticket_id == ticket.id))
    meeting = [] if council is None else _meeting(look, council)
    if card.audience not in STAFF:
        together = [task for task in tasks if not task.is_excused]
        names = "、".join(look.name(task.department_id) for task in together)
        return [look.say("roll.together", parties=names), *meeting[:1]] if len(together) > 1 else meeting[:1]
    events: list[TicketEvent] = []
    if ticket.response == Response.EMERGENCY:
        events = list(await session.scalars(TicketEvent.of(ticket.id)))
    own = await own_task(session, card, tasks)
    closing = [] if own is None else _own(look, ticket, own, tasks, events)
    first = min((task.called_at for task in tasks), default=now)
    lines = [*meeting, look.say(f"roll.{ticket.response}", at=first), *_steps(look, ticket, events)]
    left = ROOM - sum(length(line) + 1 for line in (*lines, *closing))
    parties = _parties(look, ticket, tasks, left)
    left -= sum(length(line) + 1 for line in parties)
    return [*lines, *parties, *_lately(look, ticket, events, left), *closing]


async def own_task(session: AsyncSession, card: Card, tasks: Sequence[Task]) -> Task | None:
    """That of the department in whose chat the card stands, or of the one in whose private chat it does."""
    if card.audience not in ("department", "joint", "cc", "staff"):
        return None
    chat = await session.get_one(Chat, card.chat_id)
    if card.audience != "staff":
        return next((task for task in tasks if task.department_id == chat.department_id), None)
    people = await session.scalars(Person.by_ids([chat.person_id] if chat.person_id else []))
    mine = [task for person in people for task in tasks if person.works_for(task.department_id)]
    return next((task for task in mine if task.is_open), mine[0] if mine else None)


def _parties(look: _Look, ticket: Ticket, tasks: Sequence[Task], room: int) -> list[str]:
    """A line each; what they are to do as far as there is room for it."""
    bare = [_party(look, ticket, task, "") for task in tasks]
    told = sum(1 for task in tasks if task.words)
    share = (room - sum(length(line) + 1 for line in bare)) // told if told else 0
    if share < LEAST:
        return bare
    return [_party(look, ticket, task, shortened(task.words, share - 1)) for task in tasks]


def _party(look: _Look, ticket: Ticket, task: Task, told: str) -> str:
    state = "excused" if task.is_excused else "done" if task.done_at else "asks" if task.asks_off else "late"
    state = "there" if state == "late" and task.reported_in_at else state
    if state == "late" and not task.told_late:
        state = "awaited" if task.report_in_by is not None else "there"
    meets = ticket.response == Response.COUNCIL
    return look.say(
        "roll.party", part=look.say(f"part.{task.part}"), department=look.name(task.department_id),
        state=look.say(
            "roll_state.coming" if meets and state == "there" else f"roll_state.{state}",
            minutes=None if meets else task.minutes, until=task.report_in_by,
            reason=shortened(task.reason or "", A_REASON),
        ),
        due=task.due_at if task.is_open else None, words=told,
    )  # fmt: skip


def _own(look: _Look, ticket: Ticket, task: Task, tasks: Sequence[Task], events: Sequence[TicketEvent]) -> list[str]:
    """The last lines on its own card: what it is to do, and how; and what is left, once its part is done."""
    told = [look.say("roll.yours", words=shortened(task.words, OWN_WORDS), due=task.due_at)] if task.words else []
    if task.part == Part.LEAD:
        told += _lacking(look, ticket, events)
    if task.done_at is not None:
        left = "、".join(look.name(other.department_id) for other in tasks if other.is_open) if _goes_on(ticket) else ""
        return [look.say("roll.thanks", parties=left), *told]
    if task.part == Part.LEAD or not task.is_open or not _goes_on(ticket):
        return told
    if task.asks_off:
        return [*told, look.say("roll.please_wait")]
    key = "roll.please_photo" if task.reported_in_at else "roll.please_answer" if _meets(task) else "roll.please_come"
    return [*told, look.say(key, until=task.report_in_by)]


def _lacking(look: _Look, ticket: Ticket, events: Sequence[TicketEvent]) -> list[str]:
    """Without these an emergency is not over, whatever was mended."""
    if not ticket.awaits_lift or not _goes_on(ticket):
        return []
    done = {event.data["step"] for event in _ticked(ticket, events)}
    lacking = [step for step in STEPS if step in {*BEFORE_LIFT, LIFT} - done]
    return [look.say("roll.lacking", steps="、".join(look.say(f"emergency_step.{step}") for step in lacking))]


def _goes_on(ticket: Ticket) -> bool:
    return ticket.stage in (Stage.DISPATCHED, Stage.WORKING, Stage.RETURNED)


def _meets(task: Task) -> bool:
    return task.part == Part.PARTY


def _meeting(look: _Look, council: Council) -> list[str]:
    line = look.say("roll.meeting", at=council.at, place=shortened(council.place, A_PLACE))
    causes = [look.say("roll.causes", words=shortened(council.causes, CAUSES))] if council.causes else []
    return [line, *causes]


def _steps(look: _Look, ticket: Ticket, events: Sequence[TicketEvent]) -> list[str]:
    if ticket.response != Response.EMERGENCY:
        return []
    done = {event.data["step"]: event for event in _ticked(ticket, events)}
    return [_tick(look, step, done.get(step)) for step in STEPS]


def _tick(look: _Look, step: str, event: TicketEvent | None) -> str:
    name = look.say(f"emergency_step.{step}")
    if event is None:
        return look.say("roll.undone", step=name)
    id = event.data.get("department")
    return look.say("roll.done", step=name, at=event.at, to=look.name(id) if id else None)


def _ticked(ticket: Ticket, events: Sequence[TicketEvent]) -> list[TicketEvent]:
    return [event for event in events if event.kind == "stepped" and event.data.get("round") == ticket.round]


def _lately(look: _Look, ticket: Ticket, events: Sequence[TicketEvent], room: int) -> list[str]:
    """What happened last, the newest at the end, as far as there is room."""
    lines: list[str] = []
    told = [event for event in events if event.kind != "stepped"]
    for event in reversed(told[-LAST_EVENTS:]):
        said = event_told(look.book, look.locale, ticket, event, look.now)
        line = look.say("roll.event", at=event.at, told=said.replace("\n", " "))
        room -= length(line) + 1
        if room < 0:
            break
        lines.append(line)
    return lines[::-1]
