"""A button that needs more turns its card's buttons into the usual answers and 取消;
other words come as a reply to the card."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handlers.desk import Desk
from handlers.routing import Router
from models.card import Card
from models.refusal import Refusal
from models.ticket import Ticket

router = Router()
ASKS_FOR = timedelta(minutes=10)
"""Who pressed and went away leaves a card that others cannot accept: after this it shows its usual buttons again."""


async def ask_on_card(desk: Desk, ticket: Ticket, question: str) -> None:
    """Have the pressed card ask. Whoever may press is checked by the caller, now, and again when the answer comes."""
    card = await pressed_card(desk, ticket)
    if card is None:
        raise Refusal("card.old", number=ticket.number)
    card.asks = question
    await desk.set_timer(f"asked:{card.id}", "asked", ASKS_FOR, desk.lane(desk.here), card=card.id)
    desk.draw(card, ticket)


async def pressed_card(desk: Desk, ticket: Ticket) -> Card | None:
    """The card of this ticket that was pressed or replied to, in this chat."""
    cards = await desk.session.scalars(select(Card).where(Card.ticket_id == ticket.id, Card.chat_id == desk.here.id))
    living = [card for card in cards if card.audience in ("department", "leader") and not card.ended]
    return living[0] if living else None


async def stop_asking(desk: Desk, ticket: Ticket) -> None:
    for card in await desk.session.scalars(Card.of(ticket.id)):
        if card.asks is not None:
            card.asks = None


@router.button("cancel")
async def cancel(desk: Desk) -> None:
    ticket = await desk.ticket()
    if not (desk.me.works_for(ticket.department_id) or desk.me.leads(desk.grid_of(ticket))):
        raise Refusal("ticket.not_yours", number=ticket.number)
    card = await pressed_card(desk, ticket)
    if card is not None:
        card.asks = None
        desk.draw(card, ticket)


@router.timer("asked")
async def asked_long_enough(desk: Desk, data: dict[str, Any]) -> None:
    """Nobody answered."""
    card = await desk.session.get_one(Card, data["card"])
    if card.asks is not None:
        card.asks = None
        desk.draw(card, await desk.ticket_by_id(card.ticket_id))
