"""What may be said to an update, from what stands in it alone; and what may be said at all.

Said by mistake is, by the server's log of our calls:
- any call at all after what nobody asked us (SILENCE): updates of kinds we did not ask for; messages of nobody (bots,
  channels, anonymous administrators), in channels, of a chat that moved; in a group what is neither picture, film,
  voice nor place, does not name us, gives no order and answers nothing; in private what has neither words, picture
  nor place; edits without words;
- a new message in the group in which a picture came whose words are chatter, or in one that nobody bound (QUIET);
- after a press anything but exactly one answer to it, where its data is no button's (ANSWER);
- a word to a chat that neither caused it nor has to do with us: an unbound group, a person without a role who neither
  reported anything nor ever wrote to us alone;
- an answer to no press, or a second one;
- a call the server refused for its form.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from handlers import ROUTER, words
from tests.fuzz.words import CHATTER, OURS

Json = dict[str, Any]
HEARD: Final = ("message", "edited_message", "callback_query", "my_chat_member")
SHOWN: Final = ("photo", "live_photo", "document", "video", "voice", "video_note", "animation")
POSTS: Final = ("sendMessage", "sendPhoto", "sendDocument", "sendVideo", "sendVoice", "sendVideoNote", "sendMediaGroup")
CALLED: Final = re.compile(rf"(?<![A-Za-z0-9_@])@{OURS}(?![A-Za-z0-9_])", re.IGNORECASE)
GONE: Final = (
    "chat not found", "user not found", "was blocked by the user", "was kicked", "is not a member", "can't initiate",
    "group chat was upgraded", "became a supergroup", "message to edit not found", "message to delete not found",
    "message to react not found", "message is not modified", "query is too old", "wrong file_id", "file is too big",
    "message can't be deleted", "was never sent",
)  # fmt: skip
"""Why a call may be refused though its form was good."""


class May(StrEnum):
    SILENCE = "silence"
    QUIET = "quiet"
    ANSWER = "answer"
    SPEAK = "speak"


@dataclass(frozen=True)
class Around:
    """What was known of the chat when the update came. bound: to a grid or a department; known: the message edited is
    one that matters to us; waiting: we were shown the door, and what waited may now go."""

    bound: bool = False
    known: bool = False
    waiting: bool = False


def heard_kind(update: Json) -> str | None:
    """The kind that counts; "" where several stand in one update, as no server sends it."""
    found = [kind for kind in HEARD if isinstance(update.get(kind), dict) and update[kind]]
    return None if not found else found[0] if len(found) == 1 else ""


def may(update: Json, around: Around) -> May:
    kind = heard_kind(update)
    if kind is None:
        return May.SILENCE
    if kind == "":
        return May.SPEAK
    body: Json = update[kind]
    if kind == "callback_query":
        return _press(body)
    if not is_our_chat(body):
        return May.SILENCE
    if kind == "my_chat_member":
        return _membership(body)
    return _message(kind, body, around)


def is_our_chat(body: Json) -> bool:
    chat = body.get("chat")
    return (
        isinstance(chat, dict) and _is_number(chat.get("id")) and chat.get("type") in ("private", "group", "supergroup")
    )


def _message(kind: str, body: Json, around: Around) -> May:
    if kind == "message" and any(_is_number(body.get(f"migrate_{way}_chat_id")) for way in ("to", "from")):
        return May.SILENCE
    if not is_person(body):
        return May.SILENCE
    text = next((said for name in ("text", "caption") if isinstance(said := body.get(name), str) and said), "")
    shows = any(name in body for name in SHOWN)
    place = isinstance(body.get("location"), dict) or isinstance(body.get("venue"), dict)
    if kind == "edited_message" and (place or not text.strip()):
        return May.SPEAK if place and shows else May.SILENCE
    if body["chat"]["type"] == "private":
        return May.SPEAK if shows or place or text.strip() else May.SILENCE
    asks = text.startswith("/") or names_us(body, text)
    answers = isinstance(body.get("reply_to_message"), dict)
    if kind == "edited_message" and not (around.known or shows or asks):
        return May.SILENCE
    if asks or answers or around.known or _is_order(text):
        return May.SPEAK
    if not shows and not place:
        return May.SILENCE
    if (shows and text.strip() in CHATTER) or not around.bound:
        return May.QUIET
    return May.SPEAK


def is_person(body: Json) -> bool:
    who = body.get("from")
    is_one = isinstance(who, dict) and _is_number(who.get("id")) and who.get("is_bot") is not True
    return is_one and "sender_chat" not in body and "is_automatic_forward" not in body


def names_us(body: Json, text: str) -> bool:
    marks = [
        mark for name in ("entities", "caption_entities") if isinstance(body.get(name), list) for mark in body[name]
    ]
    linked = [mark for mark in marks if isinstance(mark, dict) and mark.get("type") == "text_mention"]
    return CALLED.search(text) is not None or bool(linked)


def _is_order(text: str) -> bool:
    return any(text.strip().casefold().startswith(word) for word in words.all_spoken())


def _press(body: Json) -> May:
    if not isinstance(body.get("message"), dict) or not is_our_chat(body["message"]) or press_id(body) is None:
        return May.SILENCE
    data = body.get("data")
    verb = data.split("|")[0] if isinstance(data, str) and len(data.encode("utf-8", "replace")) <= 64 else ""
    who = body.get("from")
    is_one = isinstance(who, dict) and _is_number(who.get("id")) and who.get("is_bot") is not True
    return May.SPEAK if verb in ROUTER.buttons and is_one else May.ANSWER


def press_id(body: Json) -> str | None:
    """As the server knows it."""
    given = body.get("id")
    if _is_number(given):
        return str(given)
    return given if isinstance(given, str) and given else None


def _membership(body: Json) -> May:
    member = body.get("new_chat_member")
    status = member.get("status") if isinstance(member, dict) else None
    is_in = status in ("creator", "administrator", "member")
    if status == "restricted" and isinstance(member, dict):
        is_in = member.get("is_member") is True
    return May.SPEAK if is_in else May.SILENCE


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
