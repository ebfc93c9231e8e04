"""撤回: the reporter takes it back, before work began."""

from handlers.desk import Desk
from handlers.routing import Router

router = Router()


@router.command("withdraw", "private", "group")
async def withdraw(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.withdraw(by=desk.me, at=desk.now)
    await desk.answer("withdraw.done", number=ticket.number)
