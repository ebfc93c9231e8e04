"""The entities Telegram finds by itself in any text: commands, mentions, hashtags, addresses.

The borders follow tdlib's MessageEntity.cpp: a 汉字 is a word character, so 请@bot is no mention and #一二
is one hashtag.
Offsets and lengths count UTF-16 units.
"""

from __future__ import annotations

import re
from typing import Any

Entity = dict[str, Any]

PATTERNS = {
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    "url": re.compile(
        r"(?<![\w@.])(?:https?://[^\s<>\"“”()（）]+|(?:[a-z0-9-]+\.)+(?:com|org|net|cn|me|io|app)(?:/[^\s<>\"“”()（）]*)?(?!\w))",
        re.I,
    ),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)"),
    "hashtag": re.compile(r"(?<!\w)#(?=\w*[^\W\d_])\w{1,256}(?!\w*#)"),
}
CLOSED = {"code", "pre", "text_link", "text_mention", "url"}  # nothing is looked for inside these


CONTROLS = {code: " " for code in range(32) if chr(code) != "\n"}


def cleaned(text: str) -> str:
    """Control characters become spaces, one for one, as Telegram does to every text."""
    return text.translate(CONTROLS)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, entity: Entity) -> str:
    """The words an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le", "surrogatepass")


def found_in(text: str, marked: list[Entity] | None = None) -> list[Entity]:
    """`marked` (what the sender marked himself) and what Telegram finds besides, in order."""
    entities = list(marked or ())
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in CLOSED]
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            words = match[0].rstrip(".,;:!?。，；：！？") if kind == "url" else match[0]
            start = units(text[: match.start()])
            end = start + units(words)
            if all(end <= low or start >= high for low, high in taken):
                entities.append({"type": kind, "offset": start, "length": end - start})
                taken.append((start, end))
    return sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def command_in(text: str, entities: list[Entity]) -> tuple[str, str | None] | None:
    """("help", "the_bot") for a text that begins with /help@the_bot, else None."""
    first = entities[0] if entities else None
    if first is None or first["type"] != "bot_command" or first["offset"] != 0:
        return None
    name, _, bot = cut(text, first)[1:].partition("@")
    return name, bot or None
