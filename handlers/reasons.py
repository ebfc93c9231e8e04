"""Why: a reason typed, or one of the usual ones pressed."""

from handlers.cards.asked import reason_chosen
from handlers.desk import Desk
from models.refusal import Refusal
from reading.personal import mask
from reading.tags import untagged

LONGEST_REASON = 300  # characters: it stands on a card and in the time-line


def kept_reason(text: str) -> str:
    """As it is kept and shown: personal data masked, no live tags in it, and cut."""
    return untagged(mask(text.strip())[:LONGEST_REASON])


def chosen_reason(desk: Desk, verb: str, at: str | None = None) -> str:
    """The one that was pressed. at: its place in the list, where the button carries more than that."""
    press = desk.said.press
    reason = reason_chosen(desk.locale, verb, at or (press.argument if press else None))
    if reason is None:
        raise Refusal("press.unknown")
    return reason
