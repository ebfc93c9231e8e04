"""What people say, change and take back, as their Telegram apps would send it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.checks import FOREVER, Upload
from simulator.files import CLIPS
from simulator.formatting import CAPTION_LIMIT, TEXT_LIMIT
from simulator.hearing import hear
from simulator.membership import bot_status
from simulator.records import Json, Records
from simulator.refusal import Refused, bad, forbidden
from simulator.typed import cleaned, found_in, units

ALBUM = 10
PLACE = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(slots=True)
class Post:
    """One post; docs/simulator.md names the parts."""

    text: str = ""
    photos: list[Json] = field(default_factory=list)
    as_file: bool = False
    location: Json | None = None
    venue: Json | None = None
    sticker: str | None = None
    contact: Json | None = None
    reply_to: int | None = None
    thread: int | None = None
    forward: bool = False
    album_part: Json | None = None


def post(town: Records, samples: Path, person: int, chat: int, said: Post) -> list[Json]:
    """The messages made: one, or one for each part of an album."""
    here(town, person, chat)
    if said.reply_to is not None:
        town.message_row(chat, said.reply_to, "message to be replied not found")
    bodies = pictures(town, samples, said) if said.photos else [single(town, said)]
    if said.forward:
        first = {"type": "user", "sender_user": town.user(person), "date": int(town.now())}
        bodies = [{"forward_origin": first, **body} for body in bodies]
    messages = [town.write(chat, person, body, reply_to=said.reply_to, thread=said.thread) for body in bodies]
    for message in messages:
        hear(town, "message", message)
    return messages


def here(town: Records, person: int, chat: int) -> None:
    """Whoever writes to the bot has thereby opened the chat with it."""
    if town.user_row(person)["is_bot"]:
        raise bad("the bot speaks through its own API")
    if chat == person:
        if town.status(chat, town.bot_id) == "kicked":
            raise forbidden("you have blocked the bot; press Start first")
        town.open_private(person)
        if not town.is_in(chat, town.bot_id):
            town.set_status(chat, town.bot_id, "member")
            town.events.add("chat", chat)
        return
    if town.chat_row(chat)["migrated_to"] is not None:
        raise bad("this group has become a supergroup")
    if not town.is_in(chat, person):
        raise forbidden("you are not a member of this chat")


def start(town: Records, person: int, payload: str) -> Json:
    """Opens the private chat (unblocks the bot) and presses Start."""
    if not PAYLOAD.fullmatch(payload):
        raise bad("a start payload is at most 64 of A-Z a-z 0-9 _ -")
    if town.status(person, town.bot_id) == "kicked":
        bot_status(town, person, "member", by=person)
    here(town, person, person)
    message = town.write(person, person, words(f"/start {payload}".strip(), "text", TEXT_LIMIT))
    hear(town, "message", message)
    return message


def single(town: Records, said: Post) -> Json:
    if said.venue is not None:
        venue = {
            "location": place(said.venue),
            "title": str(said.venue.get("title", "")),
            "address": str(said.venue.get("address", "")),
        }
        return {"venue": venue, "location": venue["location"]}
    if said.location is not None:
        return {"location": place(said.location)}
    if said.sticker:
        return {"sticker": sticker(town, said.sticker)}
    if said.contact is not None:
        return {
            "contact": {
                "phone_number": str(said.contact.get("phone_number", "")),
                "first_name": str(said.contact.get("first_name", "")),
            }
        }
    body = words(said.text, "text", TEXT_LIMIT)
    if not body:
        raise bad("message text is empty")
    return body


def words(text: str, name: str, limit: int) -> Json:
    """The fields text and entities, or caption and caption_entities."""
    text = cleaned(text).strip()
    if units(text) > limit:
        raise bad(f"{name} is longer than {limit}")
    entities = found_in(text)
    marked = "entities" if name == "text" else "caption_entities"
    return {**({name: text} if text else {}), **({marked: entities} if entities else {})}


def place(given: Json) -> Json:
    told = {name: given[name] for name in PLACE if given.get(name) is not None}
    try:
        fits = -90 <= float(told["latitude"]) <= 90 and -180 <= float(told["longitude"]) <= 180
    except (KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise bad("a place has latitude and longitude in degrees")
    return told


def sticker(town: Records, emoji: str) -> Json:
    unique = town.files.keep_document(Upload(f"{emoji}.webp", emoji.encode()))
    named = town.files.document(unique, town.bot_id)
    kept = {key: named[key] for key in ("file_id", "file_unique_id", "file_size")}
    return {
        **kept,
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
    }


def pictures(town: Records, samples: Path, said: Post) -> list[Json]:
    if len(said.photos) > ALBUM:
        raise bad(f"an album has at most {ALBUM} parts")
    uploads = [(fetched(town, samples, one), str(one.get("as") or "photo")) for one in said.photos]
    caption = words(said.text, "caption", CAPTION_LIMIT)
    bodies: list[Json] = [picture(town, upload, kind, as_file=said.as_file) for upload, kind in uploads]
    if "video_note" not in bodies[0]:  # which carries no words
        bodies[0] |= caption
    if group := album(town, said):
        bodies = [{"media_group_id": group, **body} for body in bodies]
    return bodies


def album(town: Records, said: Post) -> str | None:
    """Parts sent by hand share an album by the name its sender gave it; `last` forgets the name."""
    if said.album_part is None:
        return str(town.store.count("album", 13_000_000_000_000_001)) if len(said.photos) > 1 else None
    key = f"album:{said.album_part.get('id')}"
    group = town.store.note(key) or str(town.store.count("album", 13_000_000_000_000_001))
    town.store.set_note(key, None if said.album_part.get("last") else group)
    return str(group)


def picture(town: Records, upload: Upload, kind: str, *, as_file: bool) -> Json:
    if kind in CLIPS:
        clip = town.files.clip(town.files.keep_clip(upload, kind), town.bot_id)
        # Clients that know no moving picture are given the same file as a document.
        return {kind: clip, **({"document": clip} if kind == "animation" else {})}
    if as_file:
        return {"document": town.files.document(town.files.keep_document(upload), town.bot_id)}
    return {"photo": town.files.photo(town.files.keep_photo(upload), town.bot_id)}


def fetched(town: Records, samples: Path, reference: Json) -> Upload:
    if "sample" in reference:
        path = sample(samples, str(reference["sample"]))
        return Upload(path.name, path.read_bytes())
    row = town.store.one("SELECT * FROM uploads WHERE id = ?", str(reference.get("upload")))
    if row is None:
        raise bad("no such picture")
    return Upload(row["name"], (town.folder / "uploads" / row["id"]).read_bytes())


def sample(samples: Path, name: str) -> Path:
    """A picture of the shelf, by its name with or without .jpg."""
    known = {path.stem: path for path in samples.glob("*.jpg")}
    path = known.get(name.removesuffix(".jpg"))
    if path is None:
        raise Refused(404, f"Not Found: no sample {name!r}")
    return path


def edit(town: Records, person: int, chat: int, number: int, text: str | None, location: Json | None) -> Json:
    """A text, a caption, or the next position of a live location."""
    row = town.message_row(chat, number, "message to edit not found")
    if row["sender"] != person:
        raise bad("only one's own messages can be edited")
    message: dict[str, Any] = town.rendered(row)
    message.pop("reply_to_message", None)
    if location is not None:
        message["location"] = moved(town, message, row["date"], location)
    else:
        name = "text" if "text" in message else "caption"
        if name == "caption" and not {"photo", "document", "video", "voice", "animation"} & message.keys():
            raise bad("this message has no words to edit")
        marked = "entities" if name == "text" else "caption_entities"
        said = words(text or "", name, TEXT_LIMIT if name == "text" else CAPTION_LIMIT)
        if name == "text" and not said:
            raise bad("message text is empty")
        message = {key: value for key, value in message.items() if key not in (name, marked)} | said
    edited = town.rewrite(chat, number, message)
    hear(town, "edited_message", edited)
    return edited


def moved(town: Records, message: Json, date: float, location: Json) -> Json:
    period = message.get("location", {}).get("live_period")
    if period is None:
        raise bad("only a live location moves")
    if period != FOREVER and town.now() > date + period:
        raise bad("this live location has ended")
    now = place(location)
    return now if location.get("live_period") == 0 else {**now, "live_period": period}


def take_back(town: Records, person: int, chat: int, number: int) -> None:
    """Telegram sends a bot no update for a deleted message."""
    row = town.message_row(chat, number, "message to delete not found")
    here(town, person, chat)
    if row["sender"] != person and not (chat > 0 or town.is_admin(chat, person)):
        raise bad("only administrators delete what others said")
    town.delete(chat, number)
