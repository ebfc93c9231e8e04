"""已解决, 没解决, 满意, 不满意: the reporter says whether it is truly fixed. What nobody answers closes by itself."""

from typing import Any

from handlers.desk import Desk
from handlers.fix import redraw_fix
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Stage

router = Router()
SATISFIED = {"yes": True, "no": False}


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


@router.button("rate")
async def rate(desk: Desk) -> None:
    """满意, 不满意: one further tap, for who wants to."""
    press, ticket = desk.said.press, await desk.ticket()
    satisfied = SATISFIED.get(press.argument or "") if press else None
    if satisfied is None:
        raise Refusal("press.unknown")
    ticket.rate(satisfied, by=desk.me, at=desk.now)
    await redraw_fix(desk, ticket)
    await desk.answer("rate.satisfied" if satisfied else "rate.unsatisfied", number=ticket.number)


@router.timer("lapse")
async def nobody_answered(desk: Desk, data: dict[str, Any]) -> None:
    """It closes by itself, and nobody hears a word of it: the fix says so, by an edit. Not where a picture wants a
    look: then it waits for whoever looks."""
    ticket = await desk.ticket_by_id(data["ticket"])
    if ticket.stage == Stage.RESOLVED and ticket.round == data["round"] and not ticket.is_held:
        ticket.lapse(at=desk.now, days=data["days"])
        await redraw_fix(desk, ticket)
