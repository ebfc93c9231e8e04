"""Pictures and files a bot sends."""

from __future__ import annotations

from typing import Any

from simulator.call import Call, people_named, writable
from simulator.formatting import message_caption
from simulator.records import Json, Records
from simulator.refusal import bad
from simulator.sending import reply, say


def send_photo(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    caption = message_caption(call.params)
    return say(town, chat, call, photo(town, call, call["photo"]) | shown(call.params) | caption)


def send_document(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    caption = message_caption(call.params)
    return say(town, chat, call, document(town, call, call["document"]) | caption)


def send_video(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    return say(town, chat, call, clip(town, call, "video") | shown(call.params) | message_caption(call.params))


def send_voice(town: Records, call: Call) -> Json:
    chat = writable(town, call["chat_id"])
    return say(town, chat, call, clip(town, call, "voice") | message_caption(call.params))


def send_video_note(town: Records, call: Call) -> Json:
    return say(town, writable(town, call["chat_id"]), call, clip(town, call, "video_note"))


def clip(town: Records, call: Call, kind: str) -> Json:
    named = call[kind]
    if (upload := call.files.get(named.removeprefix("attach://"))) and named.startswith("attach://"):
        unique = town.files.keep_clip(upload, kind)
    else:
        refuse_address(named)
        unique = town.files.by_file_id(named, town.bot_id, kind)["unique_id"]
    return {kind: town.files.clip(unique, town.bot_id)}


def send_media_group(town: Records, call: Call) -> list[Json]:
    chat = writable(town, call["chat_id"])
    kinds = {item["type"] for item in call["media"]}
    if len(kinds) > 1 and kinds - {"photo", "video"}:
        raise bad(f"{sorted(kinds - {'photo', 'video'})[0]} can't be mixed with other media types")
    bodies = [media(town, call, item) for item in call["media"]]
    reply_to, quote = reply(town, chat, call.get("reply_parameters"))
    album = {"media_group_id": str(town.store.count("album", 13_000_000_000_000_001)), **quote}
    return [
        town.write(
            chat, town.bot_id, album | people_named(town, body), reply_to=reply_to, thread=call.get("message_thread_id")
        )
        for body in bodies
    ]


def media(town: Records, call: Call, item: dict[str, Any]) -> Json:
    """The fields a message gets from an InputMedia."""
    caption = message_caption(item)
    if item["type"] == "photo":
        return photo(town, call, item["media"]) | shown(item) | caption
    if item["type"] == "document":
        return document(town, call, item["media"]) | caption
    raise bad(f"media of type {item['type']} is not simulated")


def photo(town: Records, call: Call, named: str) -> Json:
    if (upload := call.files.get(named.removeprefix("attach://"))) and named.startswith("attach://"):
        picture = town.files.keep_photo(upload)
    else:
        refuse_address(named)
        picture = town.files.by_file_id(named, town.bot_id, "photo")["picture"]
    return {"photo": town.files.photo(picture, town.bot_id)}


def document(town: Records, call: Call, named: str) -> Json:
    if (upload := call.files.get(named.removeprefix("attach://"))) and named.startswith("attach://"):
        unique = town.files.keep_document(upload)
    else:
        refuse_address(named)
        unique = town.files.by_file_id(named, town.bot_id, "document")["unique_id"]
    return {"document": town.files.document(unique, town.bot_id)}


def refuse_address(named: str) -> None:
    if not named:
        raise bad("there is no file in the request")
    if named.startswith("attach://"):
        raise bad(f"the file {named.removeprefix('attach://')!r} did not come with the request")
    if "://" in named:  # the simulator fetches nothing from anywhere
        raise bad("failed to get HTTP URL content")


def shown(params: dict[str, Any]) -> Json:
    return {
        **({"show_caption_above_media": True} if params.get("show_caption_above_media") else {}),
        **({"has_media_spoiler": True} if params.get("has_spoiler") else {}),
    }
