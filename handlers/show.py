"""/ticket N: the state of a ticket and its time-line."""

from datetime import timedelta
from typing import Any

from handlers import words
from handlers.back_then import moment, stood
from handlers.cards.deeds import CHECKS
from handlers.cards.proved import marks_of, may_judge
from handlers.desk import Desk
from handlers.history import event_told
from handlers.holding import holder_told
from handlers.labels import Label, Rows
from handlers.leaders import side_of
from handlers.routing import Router
from handlers.whose import rule_told, why_it_waits
from models.photo import Photo
from models.refusal import Refusal
from models.rights import Standing, may
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
        or await desk.task_of_mine(ticket) is not None
        or person.leads(desk.grid_of(ticket))
        or person.is_inspector
    )
    if ticket.is_restricted and not concerned:
        raise Refusal("ticket.restricted", number=ticket.number)
    locale = await desk.language_of_whispers() if ticket.is_restricted else desk.locale
    events, at = await desk.all_of(TicketEvent.of(ticket.id)), moment(desk, desk.order.words)
    judges = _judges(desk, ticket)
    key, values = "ticket.shown", _shown(desk, ticket, events, locale, judges=judges)
    if at is not None:
        key, values = "then.shown", stood(desk, ticket, events, at, locale)
    elif judges:
        reported = [photo for photo in await desk.all_of(Photo.of(ticket.id)) if photo.role == "before"]
        passed_on = [words.plain(locale, "note.forwarded")] if any(photo.forwarded for photo in reported) else []
        values["marks"] = [*passed_on, *await marks_of(desk.session, ticket, desk.town, locale, desk.now, [person])]
    buttons = await _buttons(desk, ticket)
    if ticket.is_restricted:
        await desk.whisper(key, start=f"ticket-{ticket.number}", ticket=ticket, buttons=buttons, **values)
    else:
        await desk.answer(key, ticket=ticket, buttons=buttons if desk.here.is_private else (), **values)


def _judges(desk: Desk, ticket: Ticket) -> bool:
    """Whether he who asks may read what was found out about the pictures; never where others read it too."""
    held = ticket.standings(desk.me, side_of(desk.town, ticket, desk.me))
    return may_judge(held) and (desk.here.is_private or ticket.is_restricted)


async def _buttons(desk: Desk, ticket: Ticket) -> Rows:
    """For whoever may act on it: to say whether it is mended, or to open its card. A question is asked on that."""
    held = ticket.standings(desk.me, side_of(desk.town, ticket, desk.me), await desk.task_of_mine(ticket))
    until = (ticket.ended_at or desk.now) + timedelta(days=desk.town.district.days_until("reopen"))
    checks = [deed for deed in CHECKS if deed.stands(ticket) and may(deed.verb, held) and desk.now <= until]
    to_open = ticket.is_open and not checks and held & {Standing.LEADER, Standing.OFFICER, Standing.PARTY}
    opens = [Label("button.open", "open", ticket.number)] if to_open else []
    is_asked = bool(checks) and ticket.stage == Stage.RESOLVED
    pictures = [Label("button.pictures", "pictures", ticket.number)] if is_asked else []
    return [[*(deed.label(ticket.number) for deed in checks), *opens, *pictures]]


def _shown(desk: Desk, ticket: Ticket, events: list[TicketEvent], locale: str, *, judges: bool) -> dict[str, Any]:
    book = desk.town
    last = {event.kind: event for event in events}
    sent, returned = last.get("dispatched"), last.get("returned")
    department = book.departments.get(ticket.department_id or 0)
    is_limited = ticket.may_be_recategorised and ticket.stage != Stage.RETURNED
    tasks = desk.tasks.get(ticket.id, ())  # asked for already
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
        "holder": holder_told(book, locale, ticket, tasks, desk.now) if ticket.is_open else None,
        "rule": rule_told(book, locale, ticket, sent.data.get("rule")) if sent is not None else None,
        "why": why_it_waits(book, locale, ticket, returned.data.get("reason") if returned else None, judges=judges),
        "events": [
            {"at": event.at, "told": event_told(book, locale, ticket, event, desk.now)}
            for event in events
            if judges or event.kind != "doubted"
        ],
        "marks": [],
    }
