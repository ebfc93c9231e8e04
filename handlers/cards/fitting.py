"""A message has only so much room: what was typed is cut, never what stands below it."""

import html
import re
import unicodedata

IN_A_MESSAGE, UNDER_A_PICTURE = 4096, 1024
"""UTF-16 units a message may have. The reporter's words are cut, and never what stands below them: the place,
the limit, what to do."""


A_REASON = 100
"""Units of a reason on a card; whole it stands in the time-line (/ticket)."""


def in_short(reason: str | None) -> str | None:
    return shortened(reason, A_REASON) if reason else reason


def shortened(text: str, room: int) -> str:
    """At most `room` units, ending in … after a whole character."""
    if _units(text) <= room:
        return text
    while text and (_units(text) >= room or unicodedata.category(text[-1]) in ("Mn", "Me", "Cf")):
        text = text[: -max(1, (_units(text) - room) // 2)]
    return text.rstrip() + "…"


def length(markup: str) -> int:
    """Units of a sentence as people see it."""
    return _units(html.unescape(re.sub(r"<[^>]*>", "", markup)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
