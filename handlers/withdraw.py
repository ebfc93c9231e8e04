"""撤回: the reporter takes it back, before work began."""

from handlers.desk import Desk
from handlers.passing import give_up
from handlers.routing import Router

router = Router()


@router.command("withdraw", "private", "group")
async def withdraw(desk: Desk) -> None:
    ticket = await desk.ticket()
    goes_on = await give_up(desk, ticket)
    await desk.answer("withdraw.left" if goes_on else "withdraw.done", number=ticket.number)
