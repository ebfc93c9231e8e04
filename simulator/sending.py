"""What a bot says: texts, places, and the common end of all sending."""

from __future__ import annotations

from typing import Any

from simulator.call import Call, people_named, writable
from simulator.formatting import message_caption, message_text
from simulator.keyboards import inline
from simulator.records import Json, Records
from simulator.refusal import bad

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
QUOTE_LIMIT = 1024


def send_message(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    body = message_text(call.params)
    if options := call.get("link_preview_options"):
        body["link_preview_options"] = options
    return say(town, chat, call, body)


def send_location(town: Records, call: Call) -> Json:
    return say(town, writable(town, call["chat_id"]), call, {"location": location(call.params)})


def send_venue(town: Records, call: Call) -> Json:
    names = ("title", "address", "foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    venue = {"location": location(call.params), **{name: call[name] for name in names if call.get(name)}}
    if not {"title", "address"} <= venue.keys():
        raise bad("venue title and address must be non-empty")
    return say(town, writable(town, call["chat_id"]), call, {"venue": venue, "location": venue["location"]})


def send_chat_action(town: Records, call: Call) -> bool:
    chat = writable(town, call["chat_id"])
    if call["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    town.events.add("typing", chat, action=call["action"])
    return True


def copy_message(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    body = content(readable(town, call, "message to copy not found"))
    if "caption" in call.params and "text" not in body:
        body = {key: value for key, value in body.items() if not key.startswith("caption")}
        body |= people_named(town, message_caption(call.params))
    return {"message_id": say(town, chat, call, body)["message_id"]}


def forward_message(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    message = readable(town, call, "message to forward not found")
    return say(town, chat, call, forwarded(message) | content(message))


def forwarded(message: Json) -> Json:
    first = {"type": "user", "sender_user": message["from"], "date": message["date"]}
    return {"forward_origin": message.get("forward_origin", first)}


def content(message: Json) -> Json:
    """What is passed on when a message is copied: its words, pictures and places, but no buttons."""
    kept = (
        "text", "entities", "caption", "caption_entities", "photo", "document", "video", "voice",
        "video_note", "animation", "location", "venue", "sticker",
        "contact", "link_preview_options",
    )  # fmt: skip
    body = {key: message[key] for key in kept if key in message}
    if not body:
        raise bad("message can't be copied")
    return body


def readable(town: Records, call: Call, otherwise: str) -> Json:
    chat = writable(town, call["from_chat_id"])
    return town.rendered(town.message_row(chat, call["message_id"], otherwise))


def location(params: dict[str, Any]) -> Json:
    if not (-90 <= params["latitude"] <= 90 and -180 <= params["longitude"] <= 180):
        raise bad("wrong latitude or longitude specified")
    names = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    return {name: params[name] for name in names if params.get(name) is not None}


def say(town: Records, chat: int, call: Call, body: Json) -> Json:
    """Write the bot's message: its reply, buttons and topic belong to every kind."""
    reply_to, quote = reply(town, chat, call.get("reply_parameters"))
    body = people_named(town, body) | quote | inline(call.get("reply_markup"))
    if call.get("protect_content"):
        body["has_protected_content"] = True
    if call.get("message_effect_id"):
        body["effect_id"] = call["message_effect_id"]
    return town.write(chat, town.bot_id, body, reply_to=reply_to, thread=call.get("message_thread_id"))


def reply(town: Records, chat: int, asked: Json | None) -> tuple[int | None, Json]:
    """The number of the message replied to, and the field quote."""
    if asked is None:
        return None, {}
    if asked.get("chat_id") not in (None, chat, str(chat)):
        raise bad("replies to other chats are not simulated")
    row = town.store.one(
        "SELECT * FROM messages WHERE chat = ? AND id = ? AND deleted IS NULL", chat, asked["message_id"]
    )
    if row is None:
        if asked.get("allow_sending_without_reply"):
            return None, {}
        raise bad("message to be replied not found")
    if not (quote := asked.get("quote")):
        return asked["message_id"], {}
    words = town.rendered(row)
    said: str = words.get("text") or words.get("caption") or ""
    position = said.find(quote)
    if len(quote) > QUOTE_LIMIT or position < 0:
        raise bad("QUOTE_TEXT_INVALID")
    return asked["message_id"], {"quote": {"text": quote, "position": position, "is_manual": True}}
