"""围护: the spot is fenced, warned of or shut off; nobody can be hurt while it waits for the mending."""

from handlers.desk import Desk
from handlers.routing import Router

router = Router()


@router.command("secure", "department")
@router.button("secure")
async def secure(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.secure(by=desk.me, at=desk.now, hours=desk.town.hours, tasks=await desk.tasks_of(ticket))
    await desk.answer("secure.done", ticket=ticket, number=ticket.number)
