"""Who lives in the town: adds what is not there yet, never takes away."""

from __future__ import annotations

from typing import Any

from simulator.membership import STATUSES
from simulator.records import Json, Records
from simulator.refusal import bad

BOT = {"username": "roving_grid_bot", "first_name": "流动网格员", "can_read_all_group_messages": True}


def seed(town: Records, given: Json) -> None:
    unknown = given.keys() - {"people", "chats", "bot", "map"}
    if unknown:
        raise bad(f"seed: unknown part {sorted(unknown)[0]!r}")
    if bot := given.get("bot"):
        add_bot(town, bot)
    for person in given.get("people", ()):
        add_person(town, person)
    for chat in given.get("chats", ()):
        add_chat(town, chat)
    if (shapes := given.get("map")) is not None:
        town.store.set_note("map", shapes)


def add_bot(town: Records, given: Json) -> None:
    """A town has one bot; the same one may be named again, with another token or other settings."""
    number, _, secret = str(given.get("token", "")).partition(":")
    if not number.isdecimal() or not secret:
        raise bad("seed: a bot has a token such as 1:abc")
    known: Json = town.store.note("bot") or {"id": int(given.get("id", number)), **BOT}
    if int(given.get("id", number)) != known["id"]:
        raise bad(f"seed: the town's bot is {known['id']} already")
    bot = {**known, **{key: given[key] for key in ("token", *BOT) if key in given}}
    town.store.set_note("bot", bot)
    town.store.run(
        "INSERT OR REPLACE INTO users (id, is_bot, first_name, username) VALUES (?, 1, ?, ?)",
        bot["id"], bot["first_name"], bot["username"],
    )  # fmt: skip


def add_person(town: Records, given: Json) -> None:
    allowed = {"id", "first_name", "username", "note", "language_code"}
    if (
        not isinstance(given.get("id"), int)
        or given["id"] <= 0
        or not given.get("first_name")
        or given.keys() - allowed
    ):
        raise bad(f"seed: a person has {', '.join(sorted(allowed))}")
    known = town.store.run(
        "INSERT OR IGNORE INTO users VALUES (?, 0, ?, ?, ?, ?)",
        given["id"], given["first_name"], given.get("username"), given.get("language_code", "zh-hans"),
        given.get("note"),
    )  # fmt: skip
    if known:
        town.open_private(given["id"])


def add_chat(town: Records, given: Json) -> None:
    """No update tells the bot of a chat it has always been in; POST /api/members does that."""
    allowed = {"id", "type", "title", "username", "is_forum", "members", "admins", "bot_member"}
    kind: Any = given.get("type", "supergroup")
    if not isinstance(given.get("id"), int) or given["id"] >= 0 or not given.get("title") or given.keys() - allowed:
        raise bad(f"seed: a chat has an id below 0, a title, and of {', '.join(sorted(allowed))}")
    if kind not in ("group", "supergroup"):
        raise bad("seed: a chat's type is group or supergroup")
    if given.get("bot_member") not in (None, *STATUSES):
        raise bad(f"seed: bot_member is one of {', '.join(STATUSES)}")
    known = town.store.run(
        "INSERT OR IGNORE INTO chats (id, type, title, username, is_forum) VALUES (?, ?, ?, ?, ?)",
        given["id"], kind, given["title"], given.get("username"), bool(given.get("is_forum")),
    )  # fmt: skip
    for person in given.get("members", ()):
        town.user_row(person)
        status = "administrator" if person in given.get("admins", ()) else "member"
        town.store.run("INSERT OR IGNORE INTO members VALUES (?, ?, ?)", given["id"], person, status)
    if known and given.get("bot_member"):
        town.set_status(given["id"], town.bot_id, given["bot_member"])
    if known:
        town.events.add("chat", given["id"])
