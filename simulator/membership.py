"""Coming, going, blocking, becoming administrator; a group that becomes a supergroup."""

from __future__ import annotations

from simulator.hearing import hear
from simulator.records import PRESENT, Json, Records
from simulator.refusal import bad

STATUSES = ("creator", "administrator", "member", "left", "kicked")
FIRST_SUPERGROUP = 1_000_000_000_001


def change_member(town: Records, chat: int, person: int, status: str, by: int | None = None) -> Json:
    """The chat afterwards. `by`: who did it; unsaid, the person himself, and for the bot one of the members."""
    if status not in STATUSES:
        raise bad(f"status must be one of {', '.join(STATUSES)}")
    town.user_row(person)
    if chat > 0:
        if not is_bot(town, person) or status not in ("member", "kicked"):
            raise bad("in a private chat the bot can only be blocked (kicked) or unblocked (member)")
        town.open_private(chat)
        bot_status(town, chat, status, by=chat)
    elif is_bot(town, person):
        town.chat_row(chat)
        bot_status(town, chat, status, by=by if by is not None else someone(town, chat))
    else:
        town.chat_row(chat)
        person_status(town, chat, person, status, by=by if by is not None else person)
    town.events.add("chat", chat)
    return town.chat(chat)


def is_bot(town: Records, user: int) -> bool:
    return bool(town.user_row(user)["is_bot"])


def someone(town: Records, chat: int) -> int:
    people = [row for row in town.members(chat) if not is_bot(town, row["user"])]
    admins = [row for row in people if row["status"] != "member"]
    if not people:
        raise bad("nobody is in this chat; say by whom")
    return int((admins or people)[0]["user"])


def bot_status(town: Records, chat: int, status: str, *, by: int) -> None:
    """Also told as my_chat_member, and in a group as a service message."""
    bot = town.bot_id
    before = town.status(chat, bot)
    if (before or "left") == status:
        return
    town.set_status(chat, bot, status)
    town.queue.put("my_chat_member", changed(town, chat, bot, before, status, by), lane=str(chat))
    if chat < 0:
        say_of(town, chat, bot, before, status, by)


def person_status(town: Records, chat: int, person: int, status: str, *, by: int) -> None:
    before = town.status(chat, person)
    if (before or "left") == status:
        return
    town.set_status(chat, person, status)
    if town.store.note("bot") is not None and town.is_admin(chat, town.bot_id):
        town.queue.put("chat_member", changed(town, chat, person, before, status, by), lane=str(chat))
    say_of(town, chat, person, before, status, by)


def changed(town: Records, chat: int, user: int, before: str | None, after: str, by: int) -> Json:
    """The Bot API's ChatMemberUpdated."""
    return {
        "chat": town.chat(chat),
        "from": town.user(by),
        "date": int(town.now()),
        "old_chat_member": town.member(user, before),
        "new_chat_member": town.member(user, after),
    }


def say_of(town: Records, chat: int, user: int, before: str | None, after: str, by: int) -> None:
    if before not in PRESENT and after in PRESENT:
        hear(town, "message", town.write(chat, by, {"new_chat_members": [town.user(user)]}))
    elif before in PRESENT and after not in PRESENT:
        hear(town, "message", town.write(chat, by, {"left_chat_member": town.user(user)}))


def migrate(town: Records, chat: int) -> Json:
    """A group becomes a supergroup: a new id; what was said before cannot be edited or answered any more."""
    row = town.chat_row(chat)
    if row["type"] != "group" or row["migrated_to"] is not None:
        raise bad("only a group can become a supergroup, and only once")
    new = -town.store.count("supergroup", FIRST_SUPERGROUP)
    while town.store.one("SELECT 1 FROM chats WHERE id = ?", new) is not None:
        new = -town.store.count("supergroup", FIRST_SUPERGROUP)
    town.store.run("INSERT INTO chats (id, type, title) VALUES (?, 'supergroup', ?)", new, row["title"])
    town.store.run("INSERT INTO members SELECT ?, user, status FROM members WHERE chat = ?", new, chat)
    by = someone(town, chat)
    hear(town, "message", town.write(chat, by, {"migrate_to_chat_id": new}))
    hear(town, "message", town.write(new, by, {"migrate_from_chat_id": chat}))
    town.store.run("UPDATE chats SET migrated_to = ? WHERE id = ?", new, chat)
    town.events.add("chat", new)
    return town.chat(new)
