"""The card of a department that joins, and what every card of a whistle has besides: 报到, the check-list."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.book import Book
from handlers.cards.asked import asked_buttons
from handlers.cards.roll_call import STAFF, own_task
from handlers.cards.summons import to_answer
from handlers.labels import Label, Rows
from models.card import Card
from models.task import Part, Response, Task
from models.ticket import IN_HAND, Stage, Ticket, TicketEvent
from models.ticket.convening import BEFORE_LIFT, STEPS

HUSHED = "card.hushed"
A_ROW = 3
OF_ONES_OWN = frozenset({"return", "extend", "suspend", "resolve"})
"""Buttons for a part that is not done yet: afterwards what is left is the others'."""


async def joint_template(session: AsyncSession, card: Card, ticket: Ticket) -> str | None:
    """What a joint card says. None: it is another audience's."""
    if card.audience == "cc" and await _task_of(session, card, ticket) is not None:
        return HUSHED if ticket.is_restricted else "card.joint_below"
    if card.audience != "joint":
        return None
    task = await _task_of(session, card, ticket)
    if task is not None and task.part == Part.LEAD:
        return HUSHED if ticket.is_restricted else "card.joint_leads"
    if task is None or task.is_excused:
        return HUSHED if ticket.is_restricted else "card.joint_over"
    return "card.joint"


async def with_calling(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, usual: Rows
) -> Rows:  # fmt: skip
    """usual: the buttons its stage allows anyhow. 报到 stands before them, the check-list behind."""
    if card.ended or ticket.response is None or card.audience not in STAFF:
        return usual
    tasks = list(await session.scalars(Task.of(ticket.id, ticket.round)))
    task = await own_task(session, card, tasks)
    if task is not None and task.part == Part.LEAD and task.done_at is not None and not card.asks:
        usual = [[label for label in row if label.verb not in OF_ONES_OWN] for row in usual]
    if card.audience == "leader" and not card.asks and ticket.stage in IN_HAND | {Stage.RETURNED}:
        usual = [*to_answer(ticket, tasks, book, locale), *usual]
    if card.audience == "joint":
        if task is None or task.part == Part.LEAD or task.is_excused:
            return []
        usual = asked_buttons(card.asks, ticket, book, locale) or _joint_buttons(ticket, task)
    elif card.audience == "staff" and task is not None and task.part != Part.LEAD and not card.asks:
        usual = [*usual, *_joint_buttons(ticket, task)]
    if asked_buttons(card.asks, ticket, book, locale) is not None:
        return usual
    steps = await _steps(session, card, ticket, task)
    if task is None or not task.is_expected or not _may_come(ticket, task):
        return [*usual, *steps]
    return [[Label("button.report_in", "report_in", ticket.number)], *usual, *steps]


def _may_come(ticket: Ticket, task: Task) -> bool:
    return ticket.stage in IN_HAND or (ticket.stage == Stage.RETURNED and task.part != Part.LEAD)


def _joint_buttons(ticket: Ticket, task: Task) -> Rows:
    if not task.is_open or task.asks_off or not _may_come(ticket, task):
        return []
    return [[Label("button.return", "part_back", ticket.number)]]


async def _steps(session: AsyncSession, card: Card, ticket: Ticket, task: Task | None) -> Rows:
    """Those not ticked off yet; 解除 for who leads, once the spot is shut off and looked at."""
    if ticket.response != Response.EMERGENCY or ticket.stage not in IN_HAND | {Stage.RESOLVED}:
        return []
    leads = card.audience == "leader" or (task is not None and task.part == Part.LEAD)
    if not leads and task is None:
        return []
    told = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "stepped")
    done = {event.data["step"] for event in await session.scalars(told) if event.data.get("round") == ticket.round}
    open_ = [step for step in STEPS if step not in done and (step != "lift" or (leads and done >= BEFORE_LIFT))]
    labels = [Label(f"emergency_step.{step}", "step", ticket.number, step) for step in open_]
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]


async def _task_of(session: AsyncSession, card: Card, ticket: Ticket) -> Task | None:
    if ticket.response is None:
        return None
    return await own_task(session, card, list(await session.scalars(Task.of(ticket.id, ticket.round))))
