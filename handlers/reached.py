"""Whether the department a ticket was sent to reads it here."""

from handlers.desk import Desk
from models.chat import Chat
from models.ticket import Ticket


async def is_heard(desk: Desk, ticket: Ticket) -> bool:
    """It has a chat, and we are in it."""
    there = [card.chat_id for card in await desk.cards_of(ticket) if card.audience == "department" and not card.ended]
    return any([not (await desk.session.get_one(Chat, chat_id)).is_parked for chat_id in there])
