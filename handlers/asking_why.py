"""A verb that takes a reason: pressed it asks, with the usual ones as buttons; said, it takes the words that follow."""

from handlers.asking import ask_on_card, pressed_card
from handlers.cards.asked import question
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.reasons import chosen_reason, kept_reason
from models.refusal import Refusal
from models.rights import may, refusal
from models.ticket import Ticket


async def reason_given(desk: Desk, ticket: Ticket, verb: str) -> str | None:
    """The reason that was pressed or typed; "" where words were due and none came, which the verb refuses.
    None: the card asks for it now."""
    press = desk.said.press
    if press is not None and press.argument is not None:
        return chosen_reason(desk, verb)
    said = kept_reason(desk.order.words)
    is_reply = desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None
    if press is None and (said or not is_reply):
        return said
    check_may_ask(desk, ticket, verb)
    await ask_on_card(desk, ticket, verb)
    await desk.answer("asks.why")
    return None


def check_may_ask(desk: Desk, ticket: Ticket, verb: str) -> None:
    """Before a card asks; the verb checks again when the answer comes."""
    side = side_of(desk.town, ticket, desk.me)
    held = ticket.standings(desk.me, side)
    if desk.me.is_banned or not may(verb, held):
        raise Refusal(refusal(verb, held), number=ticket.number)
    asked = question(verb)
    if asked is not None and not asked.stands(ticket):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb=verb)
