"""The commands a bot offers, by the Bot API's scopes; what it says of itself."""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.call import Call, chat_of
from simulator.records import Json, Records
from simulator.refusal import bad
from simulator.store import as_json

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}|")


def set_my_commands(town: Records, call: Call) -> bool:
    for one in call["commands"]:
        if not COMMAND.fullmatch(one["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
    commands = [{**one, "command": one["command"].removeprefix("/")} for one in call["commands"]]
    town.store.run(
        "INSERT OR REPLACE INTO menus VALUES (?, ?, ?)", scope(town, call), language(call), as_json(commands)
    )
    town.events.add("menu", None)
    return True


def get_my_commands(town: Records, call: Call) -> list[Json]:
    return menu(town, scope(town, call), language(call)) or []


def delete_my_commands(town: Records, call: Call) -> bool:
    town.store.run("DELETE FROM menus WHERE scope = ? AND language = ?", scope(town, call), language(call))
    town.events.add("menu", None)
    return True


def scope(town: Records, call: Call) -> str:
    """The scope as one word: all_group_chats, chat:-1001, chat_member:-1001:5."""
    wanted: dict[str, Any] = call.get("scope") or {"type": "default"}
    parts = [wanted["type"]]
    if "chat_id" in wanted:
        chat = chat_of(town, wanted["chat_id"])
        town.chat_row(chat)
        parts.append(str(chat))
    if "user_id" in wanted:
        parts.append(str(wanted["user_id"]))
    return ":".join(parts)


def language(call: Call) -> str:
    code = str(call.get("language_code") or "")
    if not LANGUAGE.fullmatch(code):
        raise bad("language code must be a two-letter ISO 639-1 code")
    return code


def menu(town: Records, scope: str, language: str) -> list[Json] | None:
    row = town.store.one("SELECT commands FROM menus WHERE scope = ? AND language = ?", scope, language)
    return None if row is None else list(json.loads(row["commands"]))


def commands_for(town: Records, person: int, chat: int) -> list[Json]:
    """The menu Telegram shows this person in this chat: the narrowest scope first, in his language before any."""
    if chat > 0:
        scopes = [f"chat:{chat}", "all_private_chats", "default"]
    else:
        admin = town.is_admin(chat, person)
        scopes = [
            f"chat_member:{chat}:{person}",
            *([f"chat_administrators:{chat}"] if admin else []),
            f"chat:{chat}",
            *(["all_chat_administrators"] if admin else []),
            "all_group_chats",
            "default",
        ]
    spoken = str(town.user(person).get("language_code", ""))[:2]
    for one in scopes:
        for language in dict.fromkeys((spoken, "")):
            if (commands := menu(town, one, language)) is not None:
                return commands
    return []


def set_description(town: Records, call: Call) -> bool:
    town.store.set_note(f"description:{language(call)}", call.get("description") or "")
    return True


def get_description(town: Records, call: Call) -> Json:
    return {"description": town.store.note(f"description:{language(call)}") or town.store.note("description:", "")}


def set_short_description(town: Records, call: Call) -> bool:
    town.store.set_note(f"short_description:{language(call)}", call.get("short_description") or "")
    return True


def get_short_description(town: Records, call: Call) -> Json:
    return {
        "short_description": town.store.note(f"short_description:{language(call)}")
        or town.store.note("short_description:", "")
    }


def set_chat_menu_button(town: Records, call: Call) -> bool:
    town.store.set_note(f"menu_button:{call.get('chat_id', '')}", call.get("menu_button") or {"type": "default"})
    return True


def get_chat_menu_button(town: Records, call: Call) -> Json:
    button: Json = town.store.note(f"menu_button:{call.get('chat_id', '')}") or town.store.note(
        "menu_button:", {"type": "commands"}
    )
    return button
