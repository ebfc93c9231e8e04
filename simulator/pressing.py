"""Buttons pressed and reactions given by people."""

from __future__ import annotations

import json
import secrets
from typing import Any

from simulator.posting import here
from simulator.records import Json, Records
from simulator.refusal import Refused, bad
from simulator.table import bot_api


def press(town: Records, person: int, chat: int, number: int, data: str, *, forged: bool = False) -> str:
    """The press's id. A message gone meanwhile reaches the bot inaccessible. `forged`: no button has the data."""
    here(town, person, chat)
    row = town.store.one("SELECT * FROM messages WHERE chat = ? AND id = ?", chat, number)
    if row is None or row["sender"] != town.bot_id:
        raise bad("no message of the bot with this number")
    if not forged and data not in shown(json.loads(row["body"])):
        raise bad("no such button under this message")
    if not 1 <= len(data.encode()) <= 64:
        raise bad("a button's data is 1 to 64 bytes")
    gone = {"chat": town.chat(chat), "message_id": number, "date": 0}
    press_id = str(secrets.randbits(63))
    town.store.run(
        "INSERT INTO presses (id, date, person, chat) VALUES (?, ?, ?, ?)", press_id, town.now(), person, chat
    )
    query = {
        "id": press_id,
        "from": town.user(person),
        "message": gone if row["deleted"] is not None else town.rendered(row),
        "chat_instance": town.chat_instance(chat),
        "data": data,
    }
    town.queue.put("callback_query", query, lane=f"press {person}")
    return press_id


def shown(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


def answer(town: Records, press_id: str) -> Json:
    row = town.store.one("SELECT * FROM presses WHERE id = ?", press_id)
    if row is None:
        raise Refused(404, "Not Found: no such press")
    told: dict[str, Any] = {"answered": row["answered"] is not None}
    return {**told, **json.loads(row["answer"] or "{}")}


def react(town: Records, person: int, chat: int, number: int, emoji: str) -> None:
    """An empty emoji takes it back. The bot hears of it where it asked to and, in a group, is administrator."""
    here(town, person, chat)
    if emoji and emoji not in bot_api().reactions:
        raise bad("REACTION_INVALID")
    after = [emoji] if emoji else []
    before = town.react(chat, number, person, after)
    if before != after and (chat > 0 or town.is_admin(chat, town.bot_id)):
        told = {
            "chat": town.chat(chat),
            "message_id": number,
            "user": town.user(person),
            "date": int(town.now()),
            "old_reaction": [{"type": "emoji", "emoji": one} for one in before],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in after],
        }
        town.queue.put("message_reaction", told, lane=str(chat))
