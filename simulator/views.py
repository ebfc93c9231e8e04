"""The town as its people see it on their phones."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from simulator.menus import commands_for
from simulator.records import Json, Records
from simulator.refusal import forbidden

EMPTY_MAP: Json = {"bounds": None, "shapes": []}
LONGEST_PAGE = 1000


def town_view(town: Records, samples: Path) -> Json:
    people = town.store.all("SELECT * FROM users WHERE NOT is_bot ORDER BY rowid")
    chats = town.store.all("SELECT * FROM chats WHERE id < 0 AND migrated_to IS NULL ORDER BY rowid")
    bot = town.store.note("bot")
    return {
        "people": [shown(row, ("id", "first_name", "username", "note")) for row in people],
        "chats": [chat_view(town, row) for row in chats],
        "bot": bot and {key: bot[key] for key in ("id", "username", "first_name")},
        "sandbox": {"samples": shelf(samples), "map": town.store.note("map", EMPTY_MAP)},
    }


def shelf(samples: Path) -> list[Json]:
    """The sample pictures, in the order of samples.json; each needs its .jpg."""
    listed = samples / "samples.json"
    told: list[Json] = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else []
    named = [{**one, "url": f"/samples/{one['name'].removesuffix('.jpg')}.jpg"} for one in told]
    return [one for one in named if (samples / Path(one["url"]).name).is_file()]


def chats_of(town: Records, person: int) -> list[Json]:
    """Newest first; the private chat with the bot is always there, started or not."""
    town.user_row(person)
    town.open_private(person)
    rows = town.store.all(
        """SELECT chats.* FROM chats JOIN members ON members.chat = chats.id
           WHERE user = ? AND status IN ('creator', 'administrator', 'member') AND migrated_to IS NULL""",
        person,
    )
    told = []
    for row in rows:
        last = town.store.one(
            "SELECT * FROM messages WHERE chat = ? AND deleted IS NULL ORDER BY id DESC LIMIT 1", row["id"]
        )
        unread = town.store.one(
            """SELECT count(*) AS number FROM messages WHERE chat = ? AND deleted IS NULL AND sender != ?
               AND id > coalesce((SELECT upto FROM reads WHERE person = ? AND chat = ?), 0)""",
            row["id"], person, person, row["id"],
        )  # fmt: skip
        view = {
            **chat_view(town, row),
            "unread": unread["number"] if unread else 0,
            "last": message_view(town, last) if last else None,
            "commands": commands_for(town, person, row["id"]) if town.store.note("bot") else [],
        }
        told.append((last["date"] if last else 0, view))
    return [view for _, view in sorted(told, key=lambda one: -one[0])]


def chat_view(town: Records, row: sqlite3.Row) -> Json:
    bot = town.store.note("bot")
    title = row["title"] if row["id"] < 0 else bot["first_name"] if bot else ""
    return {
        "id": row["id"],
        "type": row["type"],
        "title": title,
        "members": [member["user"] for member in town.members(row["id"]) if not bot or member["user"] != bot["id"]],
        "bot_member": town.status(row["id"], bot["id"]) if bot else None,
    }


def messages_of(town: Records, person: int | None, chat: int, after: int | None, limit: int) -> list[Json]:
    """Oldest first: those after `after`, or without it the newest. `person` None: the judge, who sees deleted ones."""
    if person is not None and not town.is_in(chat, person):
        raise forbidden("you are not a member of this chat")
    limit = max(1, min(limit, LONGEST_PAGE))
    if after is None:
        rows = town.store.all("SELECT * FROM messages WHERE chat = ? ORDER BY id DESC LIMIT ?", chat, limit)[::-1]
    else:
        rows = town.store.all(
            "SELECT * FROM messages WHERE chat = ? AND id > ? ORDER BY id LIMIT ?", chat, after, limit
        )
    if rows and person is not None:
        town.mark_read(person, chat, rows[-1]["id"])
    return [message_view(town, row, judge=person is None) for row in rows]


def message_view(town: Records, row: sqlite3.Row, *, judge: bool = False) -> Json:
    if row["deleted"] is not None and not judge:
        return {"message_id": row["id"], "chat": town.chat(row["chat"]), "date": int(row["date"]), "deleted": True}
    message = town.rendered(row)
    told: dict[str, Any] = {
        **message,
        "reactions": json.loads(row["reactions"]),
        "edited": row["edited"] is not None,
        "deleted": row["deleted"] is not None,
        "album": message.get("media_group_id"),
    }
    if "photo" in message:
        told["photo_url"] = f"/api/files/{message['photo'][-1]['file_unique_id']}"
    elif str(message.get("document", {}).get("mime_type", "")).startswith("image/"):
        told["photo_url"] = f"/api/files/{message['document']['file_unique_id']}"
    return told


def shown(row: sqlite3.Row, names: tuple[str, ...]) -> Json:
    return {name: row[name] for name in names if row[name] is not None}


def event_view(town: Records, event: Json) -> Json:
    """An event with the message it tells of drawn in full, as it is now."""
    if event["type"] not in ("message", "edit"):
        return event
    row = town.store.one("SELECT * FROM messages WHERE chat = ? AND id = ?", event["chat"], event["message_id"])
    return event if row is None else {**event, "message": message_view(town, row)}
