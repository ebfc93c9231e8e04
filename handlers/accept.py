"""接单: the department takes the ticket."""

from handlers.desk import Desk
from handlers.routing import Router
from models.refusal import Refusal
from models.task import Part
from models.ticket import Ticket

router = Router()


@router.command("accept", "department")
@router.button("accept")
async def accept(desk: Desk) -> None:
    ticket = await desk.ticket()
    await _check_leads(desk, ticket)
    ticket.accept(by=desk.me, at=desk.now, tasks=await desk.tasks_of(ticket))
    done = "accept.restricted" if ticket.is_restricted else "accept.done"
    await desk.answer(done, ticket=ticket, number=ticket.number)


async def _check_leads(desk: Desk, ticket: Ticket) -> None:
    """Who only joins takes nothing: it says that it is there."""
    task = await desk.task_of_mine(ticket)
    if task is not None and task.part != Part.LEAD and task.is_open and not desk.me.works_for(ticket.department_id):
        raise Refusal("accept.joint" if task.is_expected else "accept.there", number=ticket.number)
