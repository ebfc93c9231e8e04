"""What tells one raw update from another (design.md 3.7)."""

import hashlib
import json
import re
from typing import Final

from telegram.constants import MessageAttachmentType, UpdateType

from bot.channels.base import Keys, Raw
from bot.channels.telegram.fields import NOTHING, Part, name_of, number, part, parts, whole, words

NO_LANE: Final = "-"  # what belongs to no chat
KINDS: Final = tuple(kind.value for kind in UpdateType)
MEDIA: Final = tuple(kind.value for kind in MessageAttachmentType)


def keys(raw: Raw) -> Keys:
    """Never raises: an update of which nothing can be read is keyed by all that stands in it."""
    what = next((kind for kind in KINDS if kind in raw), "unknown")
    number_given = whole(raw, "update_id")
    update = _digest(raw) if number_given is None else str(number_given)
    body = part(raw, what)
    message = part(body, "message") if what == "callback_query" else body
    chat = whole(part(message, "chat"), "id")
    lane = NO_LANE if chat is None else str(chat)
    return Keys(update, _natural(what, body, chat) or f"update:{update}", lane, what)


def _natural(what: str, body: Part, chat: int | None) -> str | None:
    message, at = whole(body, "message_id"), whole(body, "date")
    if what == "callback_query":
        press = name_of(body, "id")
        return None if press is None else f"press:{_plain(press)}"
    if chat is None:
        return None
    if what == "message" and message is not None:
        return f"message:{chat}:{message}"
    if what == "edited_message" and message is not None:
        return f"edit:{chat}:{message}:{whole(body, 'edit_date')}:{content(body)}"
    if what == "my_chat_member" and at is not None:
        return f"member:{chat}:{at}:{_plain(words(part(body, 'new_chat_member'), 'status'))}"
    return None


def typed(raw: Raw) -> str:
    """The words of a message or of an edit. Never raises."""
    message = part(raw, "message") or part(raw, "edited_message")
    return words(message, "text") or words(message, "caption")


def content(message: Part) -> str:
    """A hash of what an edit can change, without the file ids, which are another bot's own."""
    place = part(message, "location")
    seen = [words(message, "text"), words(message, "caption")]
    seen += [str(number(place, name)) for name in ("latitude", "longitude", "live_period")]
    for kind in MEDIA:
        files = parts(message, kind) or [part(message, kind)]
        seen += [words(file, "file_unique_id") for file in files if file is not NOTHING]
    return _digest(seen)


def _digest(value: object) -> str:
    try:
        told = json.dumps(value, sort_keys=True, default=str)
    except (RecursionError, TypeError, ValueError):
        told = "something no server would send"
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def _plain(key: str) -> str:
    """Any column of any database takes a key: what is not a short plain word is keyed by its hash."""
    return key if re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", key) else _digest(key)
