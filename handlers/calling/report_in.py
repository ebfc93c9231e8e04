"""报到: who was called is there; and who is not there in time is told of further up."""

from typing import Any

from handlers.desk import Desk
from handlers.notices.calling import raise_absence, watch
from handlers.routing import Router
from models.refusal import Refusal
from models.task import Part, Response

router = Router()


@router.command("reportin", "department")
@router.button("report_in")
async def report_in(desk: Desk) -> None:
    ticket = await desk.ticket()
    task = await desk.task_of_mine(ticket)
    if task is None:
        known = desk.me.works_for(ticket.department_id)
        raise Refusal("report_in.none" if known else "ticket.not_yours", number=ticket.number)
    ticket.report_in(task, by=desk.me, at=desk.now)
    is_council = ticket.response == Response.COUNCIL and task.part == Part.PARTY
    done = "report_in.coming" if is_council else "report_in.done"
    await desk.answer(done, ticket=ticket, number=ticket.number, minutes=task.minutes)


@router.timer("report_in")
async def not_there_in_time(desk: Desk, data: dict[str, Any]) -> None:
    """Of one whistle all who are late are told in one message. A round that is over is watched no more."""
    ticket = await desk.ticket_by_id(data["ticket"])
    if ticket.round != data["round"]:
        return
    late = ticket.absent(await desk.tasks_of(ticket), at=desk.now)
    if late:
        await raise_absence(desk, ticket, late)
    await watch(desk, ticket)
