"""/ticket N: the state of a ticket and its time-line."""

from typing import Any

from handlers.back_then import moment, stood
from handlers.desk import Desk
from handlers.history import event_told
from handlers.routing import Router
from handlers.whose import rule_told, why_it_waits
from models.refusal import Refusal
from models.ticket import Stage, Ticket, TicketEvent

router = Router()


@router.command("ticket", "private", "group", "leader", "department")
async def show(desk: Desk) -> None:
    """What anyone may know: kind, place, department, and what happened when. No names;
    of restricted cases nothing but to those concerned."""
    ticket = await desk.ticket()
    person = desk.me
    concerned = (
        ticket.reporter_id == person.id
        or person.works_for(ticket.department_id)
        or person.leads(desk.grid_of(ticket))
        or person.is_inspector
    )
    if ticket.is_restricted and not concerned:
        raise Refusal("ticket.restricted", number=ticket.number)
    locale = await desk.language_of_whispers() if ticket.is_restricted else desk.locale
    events, at = await desk.all_of(TicketEvent.of(ticket.id)), moment(desk, desk.order.words)
    key, values = "ticket.shown", _shown(desk, ticket, events, locale)
    if at is not None:
        key, values = "then.shown", stood(desk, ticket, events, at, locale)
    if ticket.is_restricted:
        await desk.whisper(key, start=f"ticket-{ticket.number}", ticket=ticket, **values)
    else:
        await desk.answer(key, ticket=ticket, **values)


def _shown(desk: Desk, ticket: Ticket, events: list[TicketEvent], locale: str) -> dict[str, Any]:
    book = desk.town
    last = {event.kind: event for event in events}
    sent, returned = last.get("dispatched"), last.get("returned")
    department = book.departments.get(ticket.department_id or 0)
    is_limited = ticket.may_be_recategorised and ticket.stage != Stage.RETURNED
    return {
        "number": ticket.number,
        "category": book.category(ticket.category).name(locale),
        "grid": desk.grid_of(ticket).name,
        "place": ticket.place,
        "department": department.name if department else None,
        "deadline": ticket.deadline if is_limited else None,
        "secure_by": ticket.secure_by if ticket.secured_at is None else None,
        "secured": ticket.secured_at is not None,
        "stage": ticket.stage,
        "overdue": ticket.is_overdue(desk.now),
        "rule": rule_told(book, locale, ticket, sent.data.get("rule")) if sent is not None else None,
        "why": why_it_waits(book, locale, ticket, returned.data.get("reason") if returned else None),
        "events": [{"at": event.at, "told": event_told(book, locale, ticket, event, desk.now)} for event in events],
    }
