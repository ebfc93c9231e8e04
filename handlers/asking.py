"""A button that needs more turns its card's buttons into the usual answers and 取消;
other words come as a reply to the card."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handlers import tray as trays
from handlers.cards.asked import question
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.card import Card
from models.chat import Message
from models.refusal import Refusal
from models.rights import may
from models.ticket import Ticket
from models.tray import Tray

router = Router()
ASKS_FOR = timedelta(minutes=10)
"""Who pressed and went away leaves a card that others cannot accept: after this it shows its usual buttons again."""


async def ask_on_card(desk: Desk, ticket: Ticket, asks: str) -> None:
    """Have the pressed card ask what the table in cards/asked.py names. Whoever may press is checked by the caller,
    now, and again when the answer comes."""
    card = await pressed_card(desk, ticket)
    if desk.here.is_private and not isinstance(card, Tray) and not await _is_touched(desk, card):
        # Pressed under a list or a time-line: the card that asks stands below it.
        card = await bring(desk, ticket)
    if card is None:
        raise Refusal("card.old", number=ticket.number)
    if isinstance(card, Tray):
        asked = question(asks)
        if asked is None or not asked.is_leaders:
            raise Refusal("card.old", number=ticket.number)  # who also works for a department has its card for that
        if ticket.id not in (await trays.what_waits(desk.session, desk.town, desk.here, desk.now)).ids:
            alone = await show_alone(desk, ticket)
            if alone is not None:
                await _ask(desk, alone, ticket, asks)
            return
        card.turn_to(ticket.id, asks)
        await desk.set_timer(f"tray-asked:{card.id}", "tray_asked", ASKS_FOR, desk.lane(desk.here), tray=card.id)
        await trays.edit(desk, [desk.here])
        return
    await _ask(desk, card, ticket, asks)


async def _ask(desk: Desk, card: Card, ticket: Ticket, asks: str) -> None:
    card.asks = asks
    await desk.session.flush()  # it may have been opened just now
    await desk.set_timer(f"asked:{card.id}", "asked", ASKS_FOR, desk.lane(desk.here), card=card.id)
    desk.draw(card, ticket)


async def show_alone(desk: Desk, ticket: Ticket) -> Card | None:
    """A leader's card of its own for what stands in his tray no more, so that he can still press 转派."""
    if not desk.here.is_private:
        return None
    there = [card for card in await desk.cards_of(ticket) if (card.chat_id, card.audience) == (desk.here.id, "leader")]
    return next((card for card in there if not card.ended), None) or await desk.open_card(ticket, desk.here, "leader")


async def bring(desk: Desk, ticket: Ticket) -> Card:
    """Its card in this private chat, with the buttons of this person, below all else: one that stood further up is
    posted anew and loses its buttons there. Refuses who has nothing to do with it."""
    audience = _audience(desk, ticket, await desk.task_of_mine(ticket) is not None)
    there = [card for card in await desk.cards_of(ticket) if (card.chat_id, card.audience) == (desk.here.id, audience)]
    old = await desk.session.get(Message, there[0].message_id) if there and there[0].message_id is not None else None
    if old is not None:
        there[0].message_id = None
        desk.edit(old, desk.here, "card.below", ticket=ticket, number=ticket.number)
    return await desk.open_card(ticket, desk.here, audience)


def _audience(desk: Desk, ticket: Ticket, is_party: bool) -> str:
    """A leader's card sends it; that of others who may act has what each of them may do."""
    me = desk.me
    is_officer = is_party or me.works_for(ticket.department_id)
    if me.leads(side_of(desk.town, ticket, me)) and not is_officer:
        return "leader"
    if not (is_officer or me.is_inspector):
        raise Refusal("ticket.not_yours", number=ticket.number)
    return "staff"


async def pressed_card(desk: Desk, ticket: Ticket) -> Card | Tray | None:
    """The card of this ticket that was pressed or replied to, in this chat; or the tray that shows it."""
    cards = await desk.session.scalars(select(Card).where(Card.ticket_id == ticket.id, Card.chat_id == desk.here.id))
    living = [card for card in cards if card.audience in ("department", "joint", "leader", "staff") and not card.ended]
    if await _is_on_tray(desk):
        return await trays.tray_here(desk)
    touched = [card for card in living if await _is_touched(desk, card)]
    return next(iter(touched or living), None)


async def question_about(desk: Desk, ticket: Ticket) -> str | None:
    """What the card that was replied to asks about this ticket just now."""
    card = await pressed_card(desk, ticket)
    if isinstance(card, Tray) and card.ticket_id != ticket.id:
        return None
    return card.asks if card is not None else None


async def may_answer(desk: Desk, ticket: Ticket, asks: str) -> bool:
    """Whether other words by this person are meant for what is asked; who may do it the verb asks again."""
    asked = question(asks)
    grid = side_of(desk.town, ticket, desk.me)
    return asked is not None and may(asked.verb, ticket.standings(desk.me, grid, await desk.task_of_mine(ticket)))


async def _is_on_tray(desk: Desk) -> bool:
    """Whether a copy of the tray was pressed or replied to, the newest or an old one."""
    message = await _touched(desk)
    return message is not None and message.purpose == "tray"


async def _is_touched(desk: Desk, card: Card | None) -> bool:
    """Whether it is this card that was pressed or replied to."""
    message = await _touched(desk)
    return card is not None and message is not None and card.message_id == message.id


async def _touched(desk: Desk) -> Message | None:
    heard = desk.said
    touched = heard.message if heard.press is not None else heard.reply_to
    return await desk.session.scalar(Message.heard_as(desk.here.id, touched)) if touched is not None else None


async def stop_asking(desk: Desk, ticket: Ticket) -> None:
    for card in await desk.session.scalars(Card.of(ticket.id)):
        if card.asks is not None:
            card.asks = None
    for tray in await desk.session.scalars(Tray.asking_about(ticket.id)):
        tray.turn_to(None)


@router.button("cancel")
async def cancel(desk: Desk) -> None:
    ticket = await desk.ticket()
    card = await pressed_card(desk, ticket)
    is_his_own = isinstance(card, Card) and card.audience == "staff"
    is_his_own = is_his_own or await desk.task_of_mine(ticket) is not None
    is_staff = desk.me.works_for(ticket.department_id) or desk.me.leads(side_of(desk.town, ticket, desk.me))
    if not (is_staff or is_his_own):
        raise Refusal("ticket.not_yours", number=ticket.number)
    if isinstance(card, Tray):
        card.turn_to(ticket.id)
        await trays.edit(desk, [desk.here])
    elif card is not None:
        card.asks = None
        desk.draw(card, ticket)


@router.timer("asked")
async def asked_long_enough(desk: Desk, data: dict[str, Any]) -> None:
    """Nobody answered."""
    card = await desk.session.get_one(Card, data["card"])
    if card.asks is not None:
        card.asks = None
        desk.draw(card, await desk.ticket_by_id(card.ticket_id))
