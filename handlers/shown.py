"""What people call a place, and themselves, as others read it: one short line, masked."""

from handlers.cards.fitting import shortened
from reading.personal import KEPT
from reading.shown import masked_line, masked_place

LONGEST_PLACE = 60  # units
LONGEST_NAME = 30  # units
OWN = {*KEPT, "titled", "numbered", "name"}
"""What somebody calls himself is for him to say, 张师傅; a number is none of a name."""
NAMELESS = "…"
"""Who is called by nothing that can be seen."""


def place_words(text: str | None, start: int = 0, end: int | None = None) -> str | None:
    """What people typed of a place, from `start` to `end` of all they typed; every `Spot.words` of theirs goes through
    here. None: it names none, or nothing but whom it should not."""
    words = masked_place(text, start, end) if text else None
    return shortened(words, LONGEST_PLACE) if words else None


def name_shown(name: str) -> str:
    """What a channel calls somebody."""
    return shortened(masked_line(name, OWN), LONGEST_NAME) or (NAMELESS if name else "")
