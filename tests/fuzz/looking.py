"""What was wrong after an update: read from the database's file and from the server's own log of our calls."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any, Final

from tests.cast import Town
from tests.fuzz.judging import GONE, POSTS, Around, Json, May, heard_kind, is_our_chat, press_id

QUIETLY: Final = ("getUpdates", "getFile", "getMe", "getChat", "getChatMember", "setMyCommands", "sendChatAction")
"""Calls nobody in a chat sees."""
UNDONE: Final = "SELECT what, reason, attempts, state FROM inbox WHERE id > :after AND (attempts > 0 OR state = 'new')"
UNSAID: Final = "SELECT id, kind, reason FROM outbox WHERE id > :after AND state = 'failed'"
ELDEST: Final = (
    "SELECT coalesce(min(id) - 1, (SELECT max(id) FROM outbox), 0) FROM outbox WHERE state IN ('pending', 'sending')"
)
CONCERNS: Final = (
    "SELECT 1 FROM chats c WHERE c.external_id = :chat AND (c.grid_id IS NOT NULL OR c.department_id IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM roles r WHERE r.person_id = c.person_id)"
    " OR EXISTS (SELECT 1 FROM tickets t WHERE t.reporter_id = c.person_id)"
    " OR EXISTS (SELECT 1 FROM witnesses w WHERE w.person_id = c.person_id))"
)
CHAT: Final = (
    "SELECT id, grid_id IS NOT NULL OR department_id IS NOT NULL, parked_at IS NOT NULL FROM chats WHERE"
    " external_id = :chat OR id = (SELECT chat_id FROM chat_aliases WHERE external_id = :chat)"
)
MATTERS: Final = "SELECT 1 FROM messages WHERE chat_id = :chat AND external_id = :id"


@dataclass(frozen=True)
class Fault:
    """number: of the update, from 0."""

    kind: str
    number: int
    told: str
    update: Any = None


@dataclass
class Looking:
    """One town after the first updates of a page; `first` is the number of its first."""

    town: Town
    first: int
    faults: list[Fault] = field(default_factory=list)
    said: int = 0
    last_calls: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        path = self.town.machine.runtime.database.path
        self.books = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.calls, self.heard_of, self.eldest = self.last_call(), self.ask("SELECT max(id) FROM inbox")[0][0] or 0, 0
        self.told_of: set[int] = set()
        self.alone: set[str] = set()
        self.pressed: set[str] = set()

    def around(self, update: Json) -> Around:
        """As it is before the update is handled."""
        kind = heard_kind(update)
        body: Json = update[kind] if kind else {}
        is_press = kind == "callback_query"
        found = self.ask(CHAT, chat=str(_chat(body.get("message") if is_press else body)))
        number = _plain(body.get("message_id"))
        known = kind == "edited_message" and any(self.ask(MATTERS, chat=row[0], id=number) for row in found)
        if is_press:
            known = _plain(press_id(body)) in self.pressed
            self.pressed.add(_plain(press_id(body)))
        return Around(any(row[1] for row in found), known, any(row[2] for row in found))

    def look_at(
        self, number: int, update: Json | None = None, allowed: May = May.SPEAK, around: Around | None = None
    ) -> None:
        """update None: only time went by."""
        for what, reason, attempts, state in self.ask(UNDONE, after=self.heard_of):
            kind = "set aside" if state == "failed" else "crashed"
            self.fault(kind, number, f"{what}: {reason}, tried {attempts} times, {state}", update)
        self.heard_of = self.ask("SELECT max(id) FROM inbox")[0][0] or 0
        for row, kind, reason in self.ask(UNSAID, after=self.eldest):
            if row not in self.told_of and not any(one in (reason or "").lower() for one in GONE):
                self.fault("refused for its form", number, f"outbox row {row} ({kind}): {reason}", update)
            self.told_of.add(row)
        self.eldest = self.ask(ELDEST)[0][0]
        calls = [call for call in self.town.simulator.log(self.calls, 1000) if call["method"] not in QUIETLY]
        self.calls, self.last_calls, self.said = self.last_call(), calls, self.said + len(calls)
        for call in calls:
            told = str((call["error"] or {}).get("description", "")).lower()
            if call["error"] and not any(one in told for one in GONE):
                self.fault("refused for its form", number, f"{call['method']} {call['params']}: {told}", update)
        self._judge(
            number, update or {}, allowed, around or Around(), [call for call in calls if call["error"] is None]
        )

    def _judge(self, number: int, update: Json, allowed: May, around: Around, said: list[Json]) -> None:
        kind = heard_kind(update)
        body: Json = update[kind] if kind else {}
        cause = str(_chat(body.get("message") if kind == "callback_query" else body))
        posts = [call for call in said if call["method"] in POSTS]
        answers = [
            _plain(call["params"]["callback_query_id"]) for call in said if call["method"] == "answerCallbackQuery"
        ]
        wrong: list[str] = []
        if allowed == May.SILENCE and said and not around.waiting:
            wrong.append(f"where nobody asked: {_brief(said)}")
        if allowed == May.QUIET and not around.waiting and any(_to(call) == cause for call in posts):
            wrong.append(f"to chatter, or where nobody bound us: {_brief(posts)}")
        if allowed == May.ANSWER and len(said) != len(answers):
            wrong.append(f"more than an answer to a forged press: {_brief(said)}")
        if kind == "callback_query" and allowed != May.SILENCE:
            due = [] if around.known else [_plain(press_id(body))]
            if answers != due:
                self.fault("unanswered", number, f"answered {answers}, pressed {due}", update)
        elif answers:
            wrong.append(f"answers to {answers}, which nobody pressed")
        if is_our_chat(body) and body["chat"]["type"] == "private":
            self.alone.add(cause)
        for call in posts:
            if _to(call) != cause and _to(call) not in self.alone and not self.ask(CONCERNS, chat=_to(call)):
                wrong.append(f"to {_to(call)}, whom it does not concern: {_brief([call])}")
        for what in wrong:
            self.fault("said by mistake", number, what, update)

    def ask(self, sql: str, **values: Any) -> list[Any]:
        return self.books.execute(sql, values).fetchall()

    def last_call(self) -> int:
        return int(self.town.simulator.records.store.all("SELECT coalesce(max(id), 0) FROM calls")[0][0])

    def fault(self, kind: str, number: int, told: str, update: Any = None) -> None:
        self.faults.append(Fault(kind, number, told, update))


def _to(call: Json) -> str:
    return str(call["params"]["chat_id"])


def _plain(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()


def _chat(body: Any) -> Any:
    chat = body.get("chat") if isinstance(body, dict) else None
    return chat.get("id") if isinstance(chat, dict) else None


def _brief(calls: list[Json]) -> str:
    told = [(call["method"], call["params"].get("chat_id"), call["params"].get("text") or "") for call in calls]
    return "; ".join(f"{method} {chat} {text[:60]!r}" for method, chat, text in told)
