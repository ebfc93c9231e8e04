"""Why: a reason typed, or one of the usual ones pressed."""

from handlers.cards.asked import reason_chosen
from handlers.desk import Desk
from models.refusal import Refusal
from reading.personal import mask

LONGEST_REASON = 300  # characters: it stands on a card and in the time-line


def kept_reason(text: str) -> str:
    """As it is kept and shown: personal data masked, and cut."""
    return mask(text.strip())[:LONGEST_REASON]


def chosen_reason(desk: Desk, verb: str) -> str:
    """The one that was pressed."""
    press = desk.said.press
    reason = reason_chosen(desk.locale, verb, press.argument if press else None)
    if reason is None:
        raise Refusal("press.unknown")
    return reason
