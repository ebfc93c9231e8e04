"""The marks of a made-up update filled in from the town as it is, and the server told of what it would have sent."""

import json
from collections.abc import Callable
from typing import Any, Final

from simulator.checks import Upload
from tests.cast import Town, drawn, saved
from tests.fuzz.marks import FileOf, Json, Next, Now, Photo, Pressed, PressId, Said, SaidId, Text

PICTURES: Final = 6
LAST: Final = 40
"""So many messages back somebody still answers, presses, edits."""
SANE: Final = 2**52


class Placing:
    """One town's answers to what the marks ask for."""

    def __init__(self, town: Town, ask: Callable[[str], list[Any]]) -> None:
        """ask: of the bot's database."""
        self.town, self.ask, self.store = town, ask, town.simulator.records.store
        records = town.simulator.records
        with town.simulator.change():
            kept = [records.files.keep_photo(Upload("p.jpg", saved(drawn(n)))) for n in range(PICTURES)]
        self.photos = [records.files.photo(one, records.bot_id) for one in kept]
        self.presses = 0

    def filled(self, tree: Any, chat: int | None = None) -> Any:
        """tree without marks. chat: the one it came from, where that is known."""
        match tree:
            case dict():
                known = _chat_of(tree)
                chat = chat if known is None else known
                made = {name: self.filled(part, chat) for name, part in tree.items()}
                if isinstance(tree.get("message"), Pressed):
                    made |= self._pressed(
                        tree["message"], keeps="data" not in tree or tree["data"] is not tree["message"]
                    )
                return made
            case list():
                return [self.filled(part, chat) for part in tree]
            case Text(words, number):
                return words.replace("{N}", self._number(number))
            case Next():
                return self._last_of(chat) + 1
            case Now(later):
                return int(self.town.clock.moment.timestamp()) + later
            case Said(which, ours, elsewhere):
                return self._said(which, ours, elsewhere if elsewhere is not None else chat)
            case SaidId(which, ours):
                return self._said(which, ours, chat)["message_id"]
            case Photo(which):
                return self.photos[which % PICTURES]
            case FileOf(which, name):
                return self.photos[which % PICTURES][-1][name]
            case PressId():
                self.presses += 1
                return f"press{self.presses}"
            case Pressed():
                return None
            case _:
                return tree

    def _number(self, which: int) -> str:
        found = self.ask("SELECT number FROM tickets ORDER BY id")
        return str(found[which % len(found)][0]) if found else "LH2611200001"

    def _last_of(self, chat: int | None) -> int:
        row = self.store.one("SELECT last_message_id FROM chats WHERE id = ?", chat) if _is_sane(chat) else None
        return 1 if row is None else int(row["last_message_id"])

    def _said(self, which: int, ours: bool, chat: int | None) -> Json:
        by = "=" if ours else "!="
        sql = f"SELECT body FROM messages WHERE chat = ? AND sender {by} ? ORDER BY id DESC LIMIT {LAST}"
        rows = self.store.all(sql, chat, self.town.simulator.records.bot_id) if _is_sane(chat) else []
        if not rows:
            return {"message_id": 77, "date": 0, "chat": {"id": chat, "type": "supergroup"}}
        return dict(json.loads(rows[which % len(rows)]["body"]))

    def _pressed(self, press: Pressed, *, keeps: bool) -> Json:
        """The callback query's message and data; keeps: data of its own."""
        rows = self.store.all(
            "SELECT body, deleted FROM messages WHERE sender = ? AND body LIKE '%callback_data%'"
            f" ORDER BY date DESC, id DESC LIMIT {LAST}",
            self.town.simulator.records.bot_id,
        )
        if not rows:
            return {
                "message": {"message_id": 1, "date": 0, "chat": {"id": -1002610199001, "type": "supergroup"}},
                "data": "accept",
            }
        message = json.loads(rows[press.which % len(rows)]["body"])
        shown = [
            b["callback_data"]
            for row in message["reply_markup"]["inline_keyboard"]
            for b in row
            if "callback_data" in b
        ]
        if press.elsewhere is not None:
            message = json.loads(rows[press.elsewhere % len(rows)]["body"])
        if press.gone:
            message = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        return {"message": message} if keeps else {"message": message, "data": shown[press.button % len(shown)]}

    # What the server would know, had it sent this

    def told(self, update: Json, *, obeys: bool) -> None:
        with self.town.simulator.change():
            for kind in ("message", "edited_message"):
                if isinstance(update.get(kind), dict):
                    self._has_arrived(update[kind])
            press = update.get("callback_query")
            if isinstance(press, dict):
                self._is_pressed(press)
            change = update.get("my_chat_member")
            if isinstance(change, dict) and obeys:
                self._became(change)

    def _has_arrived(self, message: Json) -> None:
        chat, number, sender = _chat_of(message), message.get("message_id"), _id_of(message.get("from"))
        if chat is None or not self._opened(chat, message["chat"].get("type"), sender) or not _is_sane(number):
            return
        if sender == self.town.simulator.records.bot_id:
            sender = None
        # Told in our name, or in nobody's: it counts for nothing we said.
        who = {"id": sender or 0, "is_bot": False, "first_name": "x"}
        body = {"message_id": number, "from": who, "chat": self.town.simulator.records.chat(chat), "date": 0}
        text = message.get("text") or message.get("caption")
        body |= {"text": text} if isinstance(text, str) else {}
        elder = message.get("reply_to_message")
        elder = elder.get("message_id") if isinstance(elder, dict) else None
        self.store.run(
            "INSERT OR IGNORE INTO messages (chat, id, date, sender, body, reply_to) VALUES (?, ?, ?, ?, ?, ?)",
            chat, number, self.town.simulator.now, sender or 0, json.dumps(body), elder if _is_sane(elder) else None,
        )  # fmt: skip
        if 0 < number < 2**31:
            self.store.run("UPDATE chats SET last_message_id = max(last_message_id, ?) WHERE id = ?", number, chat)

    def _opened(self, chat: int, kind: Any, sender: int | None) -> bool:
        """Whoever is heard somewhere is there, and so are we."""
        records = self.town.simulator.records
        if kind == "private":
            if chat <= 0 or chat != sender:
                return False
            self.store.run("INSERT OR IGNORE INTO users VALUES (?, 0, 'x', NULL, 'zh-hans', NULL)", chat)
            if self.store.one("SELECT is_bot FROM users WHERE id = ?", chat)["is_bot"]:  # type: ignore[index]
                return False
            records.open_private(chat)
        elif kind in ("group", "supergroup") and chat < -100:
            self.store.run("INSERT OR IGNORE INTO chats (id, type, title) VALUES (?, ?, '群')", chat, kind)
        else:
            return False
        records.set_status(chat, records.bot_id, "member")
        return True

    def _is_pressed(self, press: Json) -> None:
        chat, sender = _chat_of(press.get("message")), _id_of(press.get("from"))
        if isinstance(press.get("id"), str | int) and chat is not None:
            self.store.run(
                "INSERT OR IGNORE INTO presses (id, date, person, chat) VALUES (?, ?, ?, ?)",
                str(press["id"]).encode("utf-8", "replace").decode(), self.town.simulator.now, sender or 0, chat,
            )  # fmt: skip

    def _became(self, change: Json) -> None:
        chat, member = _chat_of(change), change.get("new_chat_member")
        status = member.get("status") if isinstance(member, dict) else None
        status = "member" if status == "restricted" else status
        known = self.store.one("SELECT type FROM chats WHERE id = ?", chat) if chat is not None else None
        if known is not None and status in ("creator", "administrator", "member", "left", "kicked"):
            assert chat is not None
            private = known["type"] == "private"
            shown = ("kicked" if status in ("left", "kicked") else "member") if private else status
            self.town.simulator.records.set_status(chat, self.town.simulator.records.bot_id, shown)


def _is_sane(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) < SANE


def _id_of(part: Any) -> int | None:
    number = part.get("id") if isinstance(part, dict) else None
    return number if _is_sane(number) else None


def _chat_of(part: Any) -> int | None:
    return _id_of(part.get("chat")) if isinstance(part, dict) else None
