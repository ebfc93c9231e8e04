"""What a bot changes of what it said, and takes back."""

from __future__ import annotations

from simulator.call import Call, administered, people_named, writable
from simulator.formatting import message_caption, message_text
from simulator.keyboards import inline
from simulator.media import media
from simulator.records import Json, Records
from simulator.refusal import Refused, bad

CONTENT = (
    "text", "entities", "link_preview_options", "photo", "document", "video", "voice", "caption", "caption_entities",
    "show_caption_above_media", "has_media_spoiler", "reply_markup",
)  # fmt: skip
CAPTION = ("caption", "caption_entities", "show_caption_above_media")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
DELETABLE_FOR = 48 * 3600  # seconds


def edit_message_text(town: Records, call: Call) -> Json:
    message = own(town, call)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    options = call.get("link_preview_options")
    return changed(
        town, call, message, message_text(call.params) | ({"link_preview_options": options} if options else {})
    )


def edit_message_caption(town: Records, call: Call) -> Json:
    message = own(town, call)
    if not {"photo", "document", "video", "voice"} & message.keys():
        raise bad("there is no caption in the message to edit")
    above = {"show_caption_above_media": True} if call.get("show_caption_above_media") else {}
    kept = {key: message[key] for key in CONTENT if key in message and key not in (*CAPTION, "reply_markup")}
    return changed(town, call, message, kept | message_caption(call.params) | above)


def edit_message_media(town: Records, call: Call) -> Json:
    """A text may become a photo too."""
    message = own(town, call)
    if not {"text", "photo", "document"} & message.keys():
        raise bad("there is no media in the message to edit")
    body = media(town, call, call["media"])
    if "media_group_id" in message and message.keys() & {"photo", "document"} != body.keys() & {"photo", "document"}:
        raise bad("message can't be edited")
    return changed(town, call, message, body)


def edit_message_reply_markup(town: Records, call: Call) -> Json:
    message = own(town, call)
    kept = {key: message[key] for key in CONTENT if key in message and key != "reply_markup"}
    return changed(town, call, message, kept)


def own(town: Records, call: Call) -> Json:
    if call.get("inline_message_id"):
        raise bad("inline messages are not simulated")
    if call.get("chat_id") is None or call.get("message_id") is None:
        raise bad("message identifier is not specified")
    row = town.message_row(writable(town, call["chat_id"]), call["message_id"], "message to edit not found")
    if row["sender"] != town.bot_id:
        raise bad("message can't be edited")
    message = town.rendered(row)
    if "forward_origin" in message:
        raise bad("message can't be edited")
    return message


def changed(town: Records, call: Call, message: Json, content: Json) -> Json:
    """An edit without reply_markup takes the buttons away, as Telegram does."""
    content = people_named(town, content) | inline(call.get("reply_markup"))
    if content == {key: message[key] for key in CONTENT if key in message}:
        raise bad(NOT_MODIFIED)
    rest = {key: value for key, value in message.items() if key not in (*CONTENT, "reply_to_message")}
    return town.rewrite(message["chat"]["id"], message["message_id"], rest | content)


def delete_message(town: Records, call: Call) -> bool:
    take_back(town, writable(town, call["chat_id"]), call["message_id"])
    return True


def delete_messages(town: Records, call: Call) -> bool:
    """What is already gone is skipped."""
    chat = writable(town, call["chat_id"])
    for number in call["message_ids"]:
        try:
            take_back(town, chat, number)
        except Refused as refused:
            if "not found" not in refused.description:
                raise
    return True


def take_back(town: Records, chat: int, number: int) -> None:
    row = town.message_row(chat, number, "message to delete not found")
    if chat < 0 and town.is_admin(chat, town.bot_id):
        town.delete(chat, number)
        return
    if chat < 0 and row["sender"] != town.bot_id:
        raise bad("message can't be deleted")
    if town.now() - row["date"] > DELETABLE_FOR:
        raise bad("message can't be deleted for everyone")
    town.delete(chat, number)


def pin_chat_message(town: Records, call: Call) -> bool:
    chat = writable(town, call["chat_id"])
    administered(town, chat, "manage pinned messages in the chat")
    message = town.rendered(town.message_row(chat, call["message_id"], "message to pin not found"))
    town.store.run("UPDATE chats SET pinned = ? WHERE id = ?", message["message_id"], chat)
    message.pop("reply_to_message", None)
    town.write(chat, town.bot_id, {"pinned_message": message})
    return True


def unpin_chat_message(town: Records, call: Call) -> bool:
    chat = writable(town, call["chat_id"])
    administered(town, chat, "manage pinned messages in the chat")
    wanted = call.get("message_id")
    pinned = town.chat_row(chat)["pinned"]
    if pinned is None or wanted not in (None, pinned):
        raise bad("message to unpin not found")
    town.store.run("UPDATE chats SET pinned = NULL WHERE id = ?", chat)
    return True
