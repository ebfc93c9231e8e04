"""同意, 不同意: the leader answers a department that asks for time."""

from handlers.asking import ask_on_card, stop_asking
from handlers.asking_why import check_may_ask
from handlers.cards.requested import UNEXPLAINED, request_mark
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.reasons import chosen_reason, kept_reason
from handlers.routing import Router
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()


@router.command("grant", "leader")
@router.button("grant")
async def grant(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    if press is not None:
        _only_this(ticket, press.argument)
    ticket.grant(by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me), hours=desk.town.hours)
    await stop_asking(desk, ticket)
    await desk.answer("request.granted", ticket=ticket, number=ticket.number)


@router.command("refuse", "leader")
@router.answer("refuse")
async def refuse(desk: Desk) -> None:
    """With the words that follow for a reason, or without one."""
    await _refuse(desk, await desk.ticket(), kept_reason(desk.order.words))


@router.button("refuse")
async def refuse_pressed(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    chosen = press.argument if press else None
    if chosen == UNEXPLAINED:
        await _refuse(desk, ticket, "")
    elif chosen is not None and ":" not in chosen:
        await _refuse(desk, ticket, chosen_reason(desk, "refuse"))
    else:
        check_may_ask(desk, ticket, "refuse")
        _only_this(ticket, chosen)
        await ask_on_card(desk, ticket, "refuse")
        await desk.answer("request.why_not")


async def _refuse(desk: Desk, ticket: Ticket, reason: str) -> None:
    ticket.refuse(reason, by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    await stop_asking(desk, ticket)
    await desk.answer("request.refused", ticket=ticket, number=ticket.number)


def _only_this(ticket: Ticket, asked: str | None) -> None:
    """A button of before answers nothing that was asked since."""
    if asked is not None and ticket.request and asked != request_mark(ticket):
        raise Refusal("request.other", number=ticket.number)
