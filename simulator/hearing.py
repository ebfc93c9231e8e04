"""What of the town's talk reaches the bot: membership, privacy mode, and the form of an update."""

from __future__ import annotations

from simulator.records import Json, Records
from simulator.typed import command_in, cut

SERVICE = (
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
    "group_chat_created",
)  # fmt: skip


def hear(town: Records, kind: str, message: Json) -> None:
    """kind: message or edited_message."""
    if town.store.note("bot") is None:
        return
    chat = message["chat"]["id"]
    if town.is_in(chat, town.bot_id) and (chat > 0 or is_for_bot(town, message)):
        town.queue.put(kind, message, lane=str(chat))


def is_for_bot(town: Records, message: Json) -> bool:
    """Privacy mode: who may not read everything gets commands, its own name, replies to it, and service messages."""
    bot = town.bot
    if bot["can_read_all_group_messages"] or town.is_admin(message["chat"]["id"], bot["id"]):
        return True
    if any(key in message for key in SERVICE):
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]:
        return True
    text: str = message.get("text") or message.get("caption") or ""
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    if command := command_in(text, entities):
        return command[1] is None or command[1].lower() == bot["username"].lower()
    name = f"@{bot['username']}".lower()
    return any(one["type"] == "mention" and cut(text, one).lower() == name for one in entities)
