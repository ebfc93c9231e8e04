"""免照片: there is nothing to photograph; then 完成 is enough, as a word or a button."""

from handlers.asking import stop_asking
from handlers.asking_why import reason_given
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.resolve import finish
from handlers.routing import Router

router = Router()


@router.command("waive", "leader")
@router.button("waive")
@router.answer("waive")
async def waive(desk: Desk) -> None:
    ticket = await desk.ticket()
    reason = await reason_given(desk, ticket, "waive")
    if reason is None:
        return
    ticket.waive(reason, by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    await stop_asking(desk, ticket)
    await desk.answer("waive.done", ticket=ticket, number=ticket.number)


@router.button("resolve")
async def done(desk: Desk) -> None:
    """完成 under the department's card, once no picture is needed."""
    await finish(desk, await desk.ticket(), "")
