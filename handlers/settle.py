"""已解决, 没解决: the reporter says whether it is truly fixed."""

from handlers.desk import Desk
from handlers.fix import redraw_fix
from handlers.routing import Router

router = Router()


@router.button("solved")
async def solved(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.confirm(by=desk.me, at=desk.now)
    await redraw_fix(desk, ticket)
    await desk.answer("solved.thanks", number=ticket.number)


@router.button("unsolved")
async def unsolved(desk: Desk) -> None:
    ticket = await desk.ticket()
    book = desk.town
    limits, days = book.limits(ticket.category, ticket.text), book.district.days_until("reopen")
    ticket.unsolved(by=desk.me, at=desk.now, limits=limits, hours=book.hours, days=days)
    await redraw_fix(desk, ticket)
    await desk.answer("unsolved.noted", number=ticket.number)
