"""不予立案: it is no case; whoever reported it is told why."""

from handlers.asking import stop_asking
from handlers.asking_why import reason_given
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router

router = Router()


@router.command("decline", "leader")
@router.button("decline")
@router.answer("decline")
async def decline(desk: Desk) -> None:
    ticket = await desk.ticket()
    reason = await reason_given(desk, ticket, "decline")
    if reason is None:
        return
    ticket.decline(reason, by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    await stop_asking(desk, ticket)
    await desk.answer("decline.done", ticket=ticket, number=ticket.number)
