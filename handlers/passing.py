"""Who reported it takes it back: it ends, or where others are on it too it is the report of the next of them; what is
not public is nobody's from then on."""

from sqlalchemy import delete, select

from handlers.desk import Desk
from handlers.groups import GROUP
from models.card import Witness
from models.chat import Chat, Message
from models.person import Person
from models.ticket import Ticket


async def give_up(desk: Desk, ticket: Ticket) -> bool:
    """Returns whether it goes on."""
    ticket.check_may_withdraw(desk.me)
    heir = await _heir(desk, ticket)
    if heir is None:
        ticket.withdraw(by=desk.me, at=desk.now)
        return False
    if ticket.is_restricted:
        ticket.go_on_alone(by=desk.me, at=desk.now)
    else:
        chat = await _answered_to(desk, ticket, heir)
        ticket.pass_on(heir.person_id, by=desk.me, at=desk.now, is_named=chat is None or not chat.is_private)
    his = Witness.ticket_id == ticket.id, Witness.person_id == desk.me.id
    await desk.session.execute(delete(Witness).where(*his))
    for card in await desk.cards_of(ticket):
        if card.audience == "private" and await _is_mine(desk, card.chat_id):
            card.ended = True  # what becomes of it is the others' now
    return True


async def _heir(desk: Desk, ticket: Ticket) -> Witness | None:
    """The next who reported it, else the first who said 我也遇到; none who was banned since."""
    others = (
        select(Witness)
        .join(Person, Person.id == Witness.person_id)
        .where(Witness.ticket_id == ticket.id, Witness.person_id != desk.me.id, Person.banned_at.is_(None))
        .order_by(Witness.message_id.is_(None), Witness.id)
    )
    heir: Witness | None = await desk.session.scalar(others.limit(1))
    return heir


async def _answered_to(desk: Desk, ticket: Ticket, heir: Witness) -> Chat | None:
    """Where the fix is told to him from now on: under his message, or under the card that he pressed. Returns the chat
    of his message."""
    if heir.message_id is not None:
        message = await desk.session.get_one(Message, heir.message_id)
        ticket.chat_id, ticket.report_id = message.chat_id, message.id
        return await desk.session.get_one(Chat, message.chat_id)
    posted = [card for card in await desk.cards_of(ticket) if card.audience == GROUP and card.message_id is not None]
    posted.sort(key=lambda card: card.chat_id != ticket.chat_id)
    if posted:
        ticket.chat_id, ticket.report_id = posted[0].chat_id, posted[0].message_id
    return None


async def _is_mine(desk: Desk, chat_id: int) -> bool:
    return (await desk.session.get_one(Chat, chat_id)).person_id == desk.me.id
