"""/ticket N: the state of a ticket and its time-line."""

from handlers.desk import Desk
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import TicketEvent

router = Router()


@router.command("ticket", "private", "group", "leader", "department")
async def show(desk: Desk) -> None:
    """What anyone may know: kind, place, department, and what happened when. No names; of restricted cases nothing but to those concerned."""
    ticket, book = await desk.ticket(), desk.town
    person = desk.me
    concerned = (
        ticket.reporter_id == person.id
        or person.works_for(ticket.department_id)
        or person.leads(desk.grid_of(ticket))
        or person.is_inspector
    )
    if ticket.is_restricted and not concerned:
        raise Refusal("ticket.restricted", number=ticket.number)
    department = book.departments.get(ticket.department_id or 0)
    events: list[TicketEvent] = await desk.all_of(TicketEvent.of(ticket.id))
    say = desk.whisper if ticket.is_restricted else desk.answer
    await say(
        "ticket.shown",
        ticket=ticket,
        number=ticket.number,
        category=book.category(ticket.category).name(desk.locale),
        grid=desk.grid_of(ticket).name,
        place=ticket.place,
        department=department.name if department else None,
        deadline=ticket.deadline,
        stage=ticket.stage,
        overdue=ticket.is_overdue(desk.now),
        events=[
            {"kind": event.kind, "at": event.at, "reason": event.data.get("reason"), "to": _name(desk, event)}
            for event in events
        ],
    )


def _name(desk: Desk, event: TicketEvent) -> str | None:
    department = desk.town.departments.get(event.data.get("to") or 0)
    return department.name if department else None
