"""/erase: who somebody is goes; what he told of stays, as nobody's (field.md h, 2)."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from handlers.desk import Desk, Label
from handlers.fix import redraw_fix
from handlers.routing import Router
from models.chat import Chat, Message
from models.forgetting import cut_ties_of, empty_drafts_of, tickets_of
from models.mail import Outbox, OutboxState
from models.person import Address, Person
from models.refusal import Refusal
from models.ticket import OPEN, Ticket

router = Router()
STANDS_FOR = timedelta(minutes=30)
"""The question may be answered so long; who comes back to it a year later meant something else."""
MOST_REDRAWN = 50
"""Cards and fixes on which a group still reads his name; older ones are history nobody scrolls back to."""


@router.command("erase", "private", "group")
async def erase(desk: Desk) -> None:
    _nothing_to_give_up(desk.me)
    private = await desk.alone("erase")
    if private is None:
        return
    still = await desk.all_of(tickets_of(desk.me.id).where(Ticket.stage.in_(OPEN)))
    until = int((desk.now + STANDS_FOR).timestamp())
    await desk.say(
        private, "erase.ask", purpose="ask", remember=True, open_cases=len(still),
        buttons=[[Label("button.erase", "erase", argument=str(until)), Label("button.keep_me", "keep_me")]],
    )  # fmt: skip


@router.button("keep_me")
async def keep(desk: Desk) -> None:
    await desk.answer("erase.kept")


@router.button("erase")
async def erased(desk: Desk) -> None:
    press = desk.said.press
    until = int(press.argument) if press and press.argument and press.argument.isdecimal() else 0
    if not desk.here.is_private or desk.now.timestamp() > until:
        raise Refusal("erase.again")
    _nothing_to_give_up(desk.me)
    person, old = desk.me, desk.here
    tickets: list[int] = await desk.all_of(tickets_of(person.id).order_by(Ticket.id))
    for statement in (*cut_ties_of(person.id, tickets), *empty_drafts_of(person.id)):
        await desk.session.execute(statement)
    await _take_name_off(desk, tickets[-MOST_REDRAWN:])
    person.locale, person.misses, person.missed_at = None, 0, None
    new = await _leave_chat(desk, old)
    await desk.session.execute(delete(Address).where(Address.person_id == person.id))
    desk.chat = new
    await desk.say(new, "erase.done")
    await desk.answer("erase.gone")


def _nothing_to_give_up(person: Person) -> None:
    """What somebody does in office is the town's record, not his."""
    if person.held:
        raise Refusal("erase.roles")


async def _take_name_off(desk: Desk, tickets: list[int]) -> None:
    """Where a group reads his name on a card or a fix."""
    for ticket_id in tickets:
        ticket = await desk.ticket_by_id(ticket_id)
        await desk.session.refresh(ticket)
        await desk.redraw(ticket)
        await redraw_fix(desk, ticket)


async def _leave_chat(desk: Desk, old: Chat) -> Chat:
    """The private chat's row keeps what was said of his tickets, under no name; the channel's chat gets a new one,
    which knows of nothing."""
    external, channel, locale = old.external_id, old.channel, old.locale
    old.external_id, old.person_id, old.title = f"erased:{old.id}", None, ""
    old.park("erased", desk.now)
    await desk.session.flush()
    waiting = Outbox.chat_id == old.id, Outbox.state == OutboxState.PENDING.value
    await desk.session.execute(
        update(Outbox).where(*waiting).values(state=OutboxState.SENT.value, sent_at=desk.now, reason="erased")
    )
    await desk.session.execute(update(Outbox).where(Outbox.chat_id == old.id).values(content={}))
    new = Chat(channel=channel, external_id=external, kind="private", locale=locale)
    desk.session.add(new)
    await desk.session.flush()
    asked = select(Message).where(Message.chat_id == old.id, Message.external_id == desk.said.message)
    question = await desk.session.scalar(asked)
    if question is not None:
        question.chat_id = new.id
        desk.remove(question.id, new.id)
    return new
