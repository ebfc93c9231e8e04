"""核查, 返工: a leader or an inspector has looked whether it is truly mended."""

from handlers.asking import stop_asking
from handlers.asking_why import reason_given
from handlers.desk import Desk
from handlers.fix import redraw_fix
from handlers.leaders import side_of
from handlers.routing import Router

router = Router()


@router.command("verify", "leader", "inspector")
@router.button("verify")
async def verify(desk: Desk) -> None:
    ticket = await desk.ticket()
    ticket.verify(by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    await stop_asking(desk, ticket)
    await redraw_fix(desk, ticket)
    await desk.answer("verify.done", ticket=ticket, number=ticket.number)


@router.command("reopen", "leader", "inspector")
@router.button("reopen")
@router.answer("reopen")
async def reopen(desk: Desk) -> None:
    ticket, book = await desk.ticket(), desk.town
    reason = await reason_given(desk, ticket, "reopen")
    if reason is None:
        return
    ticket.reopen(
        reason, by=desk.me, at=desk.now, grid=side_of(book, ticket, desk.me),
        limits=book.limits(ticket.category, ticket.text), hours=book.hours, days=book.district.days_until("reopen"),
    )  # fmt: skip
    await stop_asking(desk, ticket)
    await redraw_fix(desk, ticket)
    await desk.answer("reopen.done", ticket=ticket, number=ticket.number)
