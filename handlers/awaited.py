"""A picture that has come, or will not come: cards that were held back for it go, and those that went without it get
it by an edit."""

from sqlalchemy import select

from handlers.cards.drawing import shown_of
from handlers.desk import Desk
from models.card import SHOWS_PICTURE
from models.chat import Message
from models.mail import Outbox
from models.photo import Photo
from models.ticket import Ticket


async def picture_settled(desk: Desk, ticket: Ticket) -> None:
    """Of an album the first that can be shown is enough; of those that cannot, the last."""
    photos = [photo for photo in await desk.all_of(Photo.of(ticket.id)) if photo.role == "before"]
    picture = shown_of(photos, blurs=desk.town.district.blurs)
    if picture is None and not all(photo.is_settled for photo in photos):
        return
    await desk.session.execute(Outbox.let_go(ticket.id, desk.now))
    if picture is not None:
        await _join(desk, ticket)


async def _join(desk: Desk, ticket: Ticket) -> None:
    """Cards without their picture, unless what is to be sent of them will bring it anyway."""
    cards = [card for card in await desk.cards_of(ticket) if card.audience in SHOWS_PICTURE and not card.ended]
    if not cards:
        return
    coming = set(await desk.all_of(Outbox.of_cards(ticket.id)))
    bare = select(Message.id).where(Message.id.in_([card.message_id for card in cards if card.message_id is not None]))
    without = set(await desk.all_of(bare.where(Message.pictured.is_(False))))
    for card in cards:
        if card.id not in coming and (card.message_id is None or card.message_id in without):
            desk.draw(card, ticket)
