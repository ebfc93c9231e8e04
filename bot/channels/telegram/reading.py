"""What a raw Telegram update says, in words of no channel."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from telegram.constants import MessageType

from bot.channels.base import Raw
from bot.channels.telegram.buttons import unpack
from bot.channels.telegram.fields import NEVER, Part, after, moment, name_of, number, part, parts, whole, words
from bot.channels.telegram.showing import shown
from handlers.heard import Happening, Heard, HeardChat, HeardPerson, HeardPlace, Membership, Press

COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?\Z", re.DOTALL)
CHATS: Final[dict[str, Literal["private", "group"]]] = {"private": "private", "group": "group", "supergroup": "group"}
MEMBERSHIPS: Final[dict[str, Membership]] = {
    "creator": "administrator",
    "administrator": "administrator",
    "member": "member",
    "left": "gone",
    "kicked": "gone",
}
READ: Final = {"text", "photo", "live_photo", "location", "venue"}
BESIDES: Final = {"business_connection_id", "effect_id", "reply_to_story", "sender_boost_count", "sender_business_bot"}
OTHERS: Final[tuple[str, ...]] = tuple(kind.value for kind in MessageType if kind.value not in READ | BESIDES)
"""What a message may be that we do not read, by its field; a film, a voice or a file only where none is taken of it."""


@dataclass(frozen=True, slots=True)
class Us:
    """The bot itself: its user id and its name without @."""

    id: str
    username: str


def read(raw: Raw, us: Us) -> Heard | None:
    """None where nobody could act on it: a kind we did not ask for, a channel, a message without its chat.

    A press has no time of its own: `at` is that of its message, and 1970 where that is gone.
    """
    if message := part(raw, "message"):
        return _moved(message) or _message("message", message, us)
    if message := part(raw, "edited_message"):
        return _message("edit", message, us)
    if press := part(raw, "callback_query"):
        return _press(press)
    if change := part(raw, "my_chat_member"):
        return _membership(change)
    return None


def _message(what: Happening, message: Part, us: Us) -> Heard | None:
    chat, number_given = _chat(message), name_of(message, "message_id")
    if chat is None or number_given is None:
        return None
    text = words(message, "text") or words(message, "caption")
    forwarded = bool({"forward_origin", "forward_date", "is_automatic_forward"} & message.keys())
    is_borrowed = forwarded or "via_bot" in message
    command, theirs, rest = _command(text, us)
    photos, place = shown(message), _place(message)
    if theirs:
        return None
    return Heard(
        what=what,
        chat=chat,
        at=moment(message, "edit_date") or moment(message, "date") or NEVER,
        person=_person(message),
        message=number_given,
        text=text,
        # Forwarded words, and those another bot put in his mouth, tell of a problem, but they order nothing.
        command=None if is_borrowed else command,
        words="" if is_borrowed else rest,
        mentions_us=_mentions(message, text, us),
        photos=photos,
        album=name_of(message, "media_group_id"),
        place=place,
        reply_to=_reply_to(message),
        reply_person=_person(part(message, "reply_to_message")) if _reply_to(message) is not None else None,
        forwarded=forwarded,
        other=None if photos else _other(message, bool(text or place)),
        first_at=moment(message, "date"),
    )


def _press(press: Part) -> Heard | None:
    message, id_given = part(press, "message"), name_of(press, "id")
    chat = _chat(message)
    if chat is None or id_given is None:  # a button under an inline answer; we give none
        return None
    verb, ticket, argument = unpack(words(press, "data"))
    return Heard(
        what="press",
        chat=chat,
        at=moment(message, "date") or NEVER,
        person=_person(press),
        message=name_of(message, "message_id"),
        press=Press(id_given, verb, ticket, argument),
    )


def _membership(change: Part) -> Heard | None:
    chat, member = _chat(change), part(change, "new_chat_member")
    status = MEMBERSHIPS.get(words(member, "status"))
    if words(member, "status") == "restricted":
        status = "member" if member.get("is_member") is True else "gone"
    if chat is None or status is None:
        return None
    return Heard(
        what="membership",
        chat=chat,
        at=moment(change, "date") or NEVER,
        person=_person(change),
        membership=status,
    )


def _moved(message: Part) -> Heard | None:
    """Both ends of a move are told, the old chat's and the new one's, in either order; both read as the same."""
    chat = _chat(message)
    old, new = whole(message, "migrate_from_chat_id"), whole(message, "migrate_to_chat_id")
    if chat is None or (old is None and new is None):
        return None
    was = chat.id if old is None else str(old)
    if chat.kind != "group" or any(one is not None and one >= 0 for one in (old, new)):
        return None  # people do not move, and no group becomes one
    return Heard(
        what="moved",
        chat=HeardChat(chat.channel, was, chat.kind, chat.title),
        at=moment(message, "date") or NEVER,
        message=name_of(message, "message_id"),
        moved_to=chat.id if new is None else str(new),
    )


def _chat(source: Part) -> HeardChat | None:
    chat = part(source, "chat")
    id_given, kind = whole(chat, "id"), CHATS.get(words(chat, "type"))
    if id_given is None or kind is None:
        return None
    # Outside a forum, message_thread_id only counts answers to one message.
    topic = name_of(source, "message_thread_id") if source.get("is_topic_message") is True else None
    return HeardChat("telegram", str(id_given), kind, words(chat, "title"), topic)


def _person(source: Part) -> HeardPerson | None:
    """A person who speaks as himself: not a bot, an anonymous administrator or a channel that forwards by itself."""
    user = part(source, "from")
    id_given = whole(user, "id")
    if id_given is None or user.get("is_bot") is True or "sender_chat" in source or "is_automatic_forward" in source:
        return None
    name = f"{words(user, 'first_name')} {words(user, 'last_name')}".strip()
    return HeardPerson(str(id_given), name, words(user, "username") or None)


def _command(text: str, us: Us) -> tuple[str | None, bool, str]:
    """The command, whether it is meant for another bot, and what follows it."""
    found = COMMAND.match(text)
    if found is None:
        return None, False, ""
    name, bot, rest = found.groups(default="")
    if bot and bot.casefold() != us.username.casefold():
        return None, True, ""
    return name.lower(), False, rest.strip()


def _mentions(message: Part, text: str, us: Us) -> bool:
    """By our name, also where Telegram does not mark it (a 汉字 stands right before the @), or by a link to us."""
    if us.username and re.search(rf"(?<![A-Za-z0-9_@])@{re.escape(us.username)}(?![A-Za-z0-9_])", text, re.IGNORECASE):
        return True
    marks = parts(message, "entities") + parts(message, "caption_entities")
    return any(words(mark, "type") == "text_mention" and name_of(part(mark, "user"), "id") == us.id for mark in marks)


def _place(message: Part) -> HeardPlace | None:
    venue = part(message, "venue")
    point = part(venue, "location") or part(message, "location")
    latitude, longitude = number(point, "latitude"), number(point, "longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    period = whole(point, "live_period")
    return HeardPlace(
        latitude,
        longitude,
        number(point, "horizontal_accuracy"),
        after(moment(message, "date") or NEVER, period),
        words(venue, "title") or words(venue, "address"),
    )


def _reply_to(message: Part) -> str | None:
    """In a topic everything answers the message that opened the topic, unless it answers another."""
    answered = name_of(part(message, "reply_to_message"), "message_id")
    is_topic = message.get("is_topic_message") is True
    return None if is_topic and answered == name_of(message, "message_thread_id") else answered


def _other(message: Part, is_read: bool) -> str | None:
    for kind in OTHERS:
        if kind in message:
            return kind
    return None if is_read else "unknown"
