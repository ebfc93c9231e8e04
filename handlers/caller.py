"""来电人: who asked a leader to report it; for the leader of its grid, alone, and each look is kept."""

from sqlalchemy import select

from handlers.desk import Desk, Label
from handlers.leaders import side_of
from handlers.routing import Router
from models.chat import Chat
from models.refusal import Refusal
from models.trust import Caller

router = Router()


@router.command("caller", "leader")
@router.button("caller")
async def caller(desk: Desk) -> None:
    ticket = await desk.ticket()
    look = ticket.look_at_caller(by=desk.me, at=desk.now, grid=side_of(desk.town, ticket, desk.me))
    known = await desk.session.scalar(select(Caller).where(Caller.ticket_id == ticket.id))
    if known is None:
        raise Refusal("caller.none", number=ticket.number)
    private = desk.here if desk.here.is_private else await desk.session.scalar(Chat.private_of([desk.me.id]))
    if private is None:
        start = f"ticket-{ticket.number}"
        await desk.answer("private.open_first", buttons=[[Label("button.open_private", start=start)]])
        return
    desk.session.add(look)
    await desk.say(private, "caller.shown", ticket=ticket, secret=True, number=ticket.number, caller=known.words)
