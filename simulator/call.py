"""One call of the Bot API, checked against the table; and what nearly every method asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.checks import Upload
from simulator.records import Json, Records
from simulator.refusal import bad, forbidden, moved


@dataclass(frozen=True, slots=True)
class Call:
    params: dict[str, Any]
    files: dict[str, Upload]

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)


def chat_of(town: Records, named: int | str) -> int:
    """The chat's id from an id or @username. Raises Refused for an unknown or moved one."""
    if isinstance(named, str):
        row = named.startswith("@") and town.store.one(
            "SELECT id FROM chats WHERE username = ? COLLATE NOCASE", named.removeprefix("@")
        )
        if not row:
            raise bad("chat not found")
        named = int(row["id"])
    row = town.store.one("SELECT migrated_to FROM chats WHERE id = ?", named)
    if row is not None and row["migrated_to"] is not None:
        raise moved(row["migrated_to"])
    return named


def writable(town: Records, named: int | str) -> int:
    """A chat the bot may write in now."""
    chat = chat_of(town, named)
    status = town.status(chat, town.bot_id)
    if chat > 0:
        person = town.store.one("SELECT is_bot FROM users WHERE id = ?", chat)
        if person is None or person["is_bot"]:
            raise bad("chat not found")
        if status == "kicked":
            raise forbidden("bot was blocked by the user")
        if status is None:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    kind = town.chat_row(chat)["type"]
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {kind} chat")
    if status is None:
        raise bad("chat not found")
    return chat


def visible(town: Records, named: int | str) -> int:
    """A chat the bot may ask about."""
    chat = chat_of(town, named)
    if chat < 0:
        return writable(town, chat)
    if town.store.one("SELECT 1 FROM users WHERE id = ?", chat) is None:
        raise bad("chat not found")
    return chat


def administered(town: Records, chat: int, rights: str) -> None:
    if chat < 0 and not town.is_admin(chat, town.bot_id):
        raise bad(f"not enough rights to {rights}")


def people_named(town: Records, body: Json) -> Json:
    """Fill in the user of every link to a person; Telegram drops links to people it does not know."""
    for key in ("entities", "caption_entities"):
        kept = []
        for one in body.get(key, ()):
            if one["type"] == "text_mention":
                person = one.get("user_id") or one["user"]["id"]
                if town.store.one("SELECT 1 FROM users WHERE id = ?", person) is None:
                    continue
                one = {
                    "type": "text_mention",
                    "offset": one["offset"],
                    "length": one["length"],
                    "user": town.user(person),
                }
            kept.append(one)
        if kept:
            body[key] = kept
        else:
            body.pop(key, None)
    return body
