"""接单: the department takes the ticket."""

from handlers.desk import Desk
from handlers.routing import Router

router = Router()


@router.command("accept", "department")
@router.button("accept")
async def accept(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.accept(by=desk.me, at=desk.now, tasks=await desk.tasks_of(ticket))
    done = "accept.restricted" if ticket.is_restricted else "accept.done"
    await desk.answer(done, ticket=ticket, number=ticket.number)
