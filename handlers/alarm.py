"""Danger told of a ticket that is at work already: by a second report, a reply, a caption put in later."""

from sqlalchemy import update

from handlers.danger import whom_to_call_at_once
from handlers.desk import Desk
from handlers.haste import count_danger, goes_ahead
from models.mail import Outbox
from models.ticket import Stage, Ticket
from reading.personal import mask
from reading.problem import Problem
from reading.tags import untagged


async def heard_of_danger(desk: Desk, ticket: Ticket, text: str) -> None:
    """Words that answer a card or belong to a report. Those of its department tell how the work goes."""
    if not text.strip() or desk.me.works_for(ticket.department_id) or await desk.task_of_mine(ticket) is not None:
        return
    problem = desk.town.problems.read(text, has_photo=bool(desk.said.photos))
    if problem.urgent and await alarm(desk, ticket, problem, text):
        calls = whom_to_call_at_once(desk.town, await desk.language_of_whispers(), problem)
        await desk.tell_privately(desk.me.id, "danger.noted", ticket=ticket, number=ticket.number, calls=calls)


async def alarm(desk: Desk, ticket: Ticket, problem: Problem, text: str) -> bool:
    """Whoever is to act on the ticket is told at once, by handlers/notices.py. Returns whether that is news."""
    desk.tickets.setdefault(ticket.id, ticket)
    rushes = goes_ahead(desk)
    if not ticket.alarm(problem.calls, untagged(mask(text)), by=desk.me, at=desk.now, is_in_line=not rushes):
        return False
    count_danger(desk)
    if ticket.stage == Stage.SUSPENDED:
        ticket.resume(at=desk.now, hours=desk.town.hours, danger=True)  # nothing dangerous rests until a day
    if not ticket.rushes:
        return True
    # What is still queued of it was not urgent then, and nothing overtakes an elder of its own ticket.
    queued = update(Outbox).where(Outbox.ticket_id == ticket.id, Outbox.is_pending())
    await desk.session.execute(queued.values(is_urgent=True))
    return True
