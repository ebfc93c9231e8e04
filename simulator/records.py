"""Who and what there is in the town: people, chats and who belongs to them, what was said. Both sides use it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.events import Events
from simulator.faults import Faults, Limits
from simulator.files import Files
from simulator.refusal import bad
from simulator.store import Store, as_json
from simulator.updates import Queue

Json = dict[str, Any]
PRESENT = ("creator", "administrator", "member")
RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_pin_messages",
)  # fmt: skip


class Records:
    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = now
        self.store = Store(folder / "simulator.db")
        self.files = Files(self.store, folder / "files")
        self.queue = Queue(self.store, self.now)
        self.faults = Faults()
        self.limits = Limits()
        self.events = Events(self.may_see)
        self.shift = float(self.store.note("shift", 0))

    def now(self) -> float:
        """Unix seconds by the town's clock."""
        return self.clock() + self.shift

    # People

    @property
    def bot(self) -> Json:
        bot = self.store.note("bot")
        if bot is None:
            raise bad("the town has no bot yet")
        return dict(bot)

    @property
    def bot_id(self) -> int:
        return int(self.bot["id"])

    def user_row(self, user: int) -> sqlite3.Row:
        row = self.store.one("SELECT * FROM users WHERE id = ?", user)
        if row is None:
            raise bad("user not found")
        return row

    def user(self, user: int) -> Json:
        """The Bot API's User."""
        row = self.user_row(user)
        told = {"id": row["id"], "is_bot": bool(row["is_bot"]), "first_name": row["first_name"]}
        return {**told, **{key: row[key] for key in ("username", "language_code") if row[key]}}

    # Chats

    def chat_row(self, chat: int) -> sqlite3.Row:
        row = self.store.one("SELECT * FROM chats WHERE id = ?", chat)
        if row is None:
            raise bad("chat not found")
        return row

    def chat(self, chat: int) -> Json:
        """The Bot API's Chat."""
        row = self.chat_row(chat)
        if row["type"] == "private":
            person = self.user(chat)
            return {
                "id": chat,
                "type": "private",
                **{key: person[key] for key in ("first_name", "username") if key in person},
            }
        told = {"id": chat, "type": row["type"], "title": row["title"]}
        return {
            **told,
            **({"username": row["username"]} if row["username"] else {}),
            **({"is_forum": True} if row["is_forum"] else {}),
        }

    def open_private(self, person: int) -> None:
        self.user_row(person)
        self.store.run("INSERT OR IGNORE INTO chats (id, type) VALUES (?, 'private')", person)
        self.store.run("INSERT OR IGNORE INTO members VALUES (?, ?, 'member')", person, person)

    def status(self, chat: int, user: int) -> str | None:
        """creator, administrator, member, left, kicked; None: never was there. Who blocks the bot has kicked it."""
        row = self.store.one("SELECT status FROM members WHERE chat = ? AND user = ?", chat, user)
        return None if row is None else str(row["status"])

    def set_status(self, chat: int, user: int, status: str) -> None:
        self.store.run("INSERT OR REPLACE INTO members VALUES (?, ?, ?)", chat, user, status)

    def is_in(self, chat: int, user: int) -> bool:
        return self.status(chat, user) in PRESENT

    def is_admin(self, chat: int, user: int) -> bool:
        return self.status(chat, user) in ("creator", "administrator")

    def members(self, chat: int) -> list[sqlite3.Row]:
        return self.store.all(
            "SELECT user, status FROM members WHERE chat = ? AND status IN ('creator', 'administrator', 'member')", chat
        )

    def member(self, user: int, status: str | None) -> Json:
        """The Bot API's ChatMember."""
        told = {"status": status or "left", "user": self.user(user)}
        if status == "administrator":
            return {**told, "is_anonymous": False, **dict.fromkeys(RIGHTS, True)}
        if status == "creator":
            return {**told, "is_anonymous": False}
        return {**told, "until_date": 0} if status == "kicked" else told

    def may_see(self, person: int, event: Json) -> bool:
        if event["type"] == "menu":
            return True
        if "as" in event and event["as"] != person:
            return False
        return self.is_in(event["chat"], person)

    # What was said

    def write(
        self, chat: int, sender: int, body: Json, *, reply_to: int | None = None, thread: int | None = None
    ) -> Json:
        """A new message with the next number of its chat. `body`: the Message's fields but who, where and when."""
        row = self.chat_row(chat)
        number, now = row["last_message_id"] + 1, self.now()
        message: Json = {"message_id": number, "from": self.user(sender), "chat": self.chat(chat), "date": int(now)}
        if thread is not None:
            message |= {"message_thread_id": thread, **({"is_topic_message": True} if row["is_forum"] else {})}
        self.store.run("UPDATE chats SET last_message_id = ? WHERE id = ?", number, chat)
        self.store.run(
            "INSERT INTO messages (chat, id, date, sender, body, reply_to) VALUES (?, ?, ?, ?, ?, ?)",
            chat, number, now, sender, as_json(message | body), reply_to,
        )  # fmt: skip
        self.mark_read(sender, chat, number)
        self.events.add("message", chat, message_id=number)
        return self.message(chat, number)

    def rewrite(self, chat: int, number: int, body: Json) -> Json:
        """Replace a message's fields after an edit."""
        now = self.now()
        body = {**body, "edit_date": int(now)}
        self.store.run(
            "UPDATE messages SET body = ?, edited = ? WHERE chat = ? AND id = ?", as_json(body), now, chat, number
        )
        self.events.add("edit", chat, message_id=number)
        return self.message(chat, number)

    def delete(self, chat: int, number: int) -> None:
        self.store.run("UPDATE messages SET deleted = ? WHERE chat = ? AND id = ?", self.now(), chat, number)
        self.events.add("delete", chat, message_id=number)

    def message_row(self, chat: int, number: int, otherwise: str = "message not found") -> sqlite3.Row:
        """Raises Refused with the words of `otherwise` when there is none, or none any more."""
        row = self.store.one("SELECT * FROM messages WHERE chat = ? AND id = ? AND deleted IS NULL", chat, number)
        if row is None:
            raise bad(otherwise)
        return row

    def message(self, chat: int, number: int) -> Json:
        """The Bot API's Message, with the one it replies to."""
        return self.rendered(self.message_row(chat, number))

    def rendered(self, row: sqlite3.Row) -> Json:
        message: Json = json.loads(row["body"])
        if row["reply_to"] is not None:
            elder = self.store.one(
                "SELECT body FROM messages WHERE chat = ? AND id = ? AND deleted IS NULL", row["chat"], row["reply_to"]
            )
            if elder is not None:
                message["reply_to_message"] = json.loads(elder["body"])
        return message

    def mark_read(self, person: int, chat: int, upto: int) -> None:
        self.store.run(
            "INSERT INTO reads VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
            person,
            chat,
            upto,
        )

    def react(self, chat: int, number: int, user: int, emoji: list[str]) -> list[str]:
        """Replace a user's reactions to a message; the ones he had before."""
        row = self.message_row(chat, number, "message to react not found")
        reactions: dict[str, list[int]] = json.loads(row["reactions"])
        before = [one for one, users in reactions.items() if user in users]
        for one in before:
            reactions[one].remove(user)
        for one in emoji:
            reactions.setdefault(one, []).append(user)
        kept = {one: users for one, users in reactions.items() if users}
        self.store.run("UPDATE messages SET reactions = ? WHERE chat = ? AND id = ?", as_json(kept), chat, number)
        self.events.add("reaction", chat, message_id=number, reactions=kept)
        return before

    def chat_instance(self, chat: int) -> str:
        return str(int.from_bytes(hashlib.sha256(str(chat).encode()).digest()[:8], "big"))
