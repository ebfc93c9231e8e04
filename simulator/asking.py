"""What a bot may ask: about itself, its chats, their members, its files."""

from __future__ import annotations

from simulator.call import Call, visible, writable
from simulator.membership import bot_status
from simulator.records import Json, Records
from simulator.refusal import bad


def get_me(town: Records, call: Call) -> Json:
    bot = town.bot
    return {
        **town.user(bot["id"]),
        "can_join_groups": True,
        "can_read_all_group_messages": bot["can_read_all_group_messages"],
        "supports_inline_queries": False,
        "supports_guest_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def get_file(town: Records, call: Call) -> Json:
    return town.files.lend(call["file_id"], town.bot_id, town.now())


def get_chat(town: Records, call: Call) -> Json:
    chat = visible(town, call["chat_id"])
    if chat > 0:
        town.open_private(chat)
    told = {
        **town.chat(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    pinned = town.chat_row(chat)["pinned"]
    if pinned is not None and town.store.one(
        "SELECT 1 FROM messages WHERE chat = ? AND id = ? AND deleted IS NULL", chat, pinned
    ):
        told["pinned_message"] = town.message(chat, pinned)
    return told


def get_chat_member(town: Records, call: Call) -> Json:
    chat = visible(town, call["chat_id"])
    if town.store.one("SELECT 1 FROM users WHERE id = ?", call["user_id"]) is None:
        raise bad("PARTICIPANT_ID_INVALID")
    return town.member(call["user_id"], town.status(chat, call["user_id"]))


def get_chat_administrators(town: Records, call: Call) -> list[Json]:
    chat = visible(town, call["chat_id"])
    if chat > 0:
        raise bad("there are no administrators in the private chat")
    return [
        town.member(row["user"], row["status"])
        for row in town.members(chat)
        if row["status"] != "member" and (row["user"] == town.bot_id or not town.user_row(row["user"])["is_bot"])
    ]


def get_chat_member_count(town: Records, call: Call) -> int:
    return len(town.members(visible(town, call["chat_id"])))


def leave_chat(town: Records, call: Call) -> bool:
    chat = writable(town, call["chat_id"])
    if chat > 0:
        raise bad("chat member status can't be changed in private chats")
    bot_status(town, chat, "left", by=town.bot_id)
    return True
