"""The town: the Bot API on one side, its people on the other. Needs no socket; server.py gives it one."""

from __future__ import annotations

import hmac
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

from simulator import log, membership, posting, pressing, seeding, views
from simulator.call import Call, chat_of
from simulator.checks import Upload, checked
from simulator.faults import Broken, Rule
from simulator.methods import COUNTED, METHODS
from simulator.polling import Poll
from simulator.records import Json, Records
from simulator.refusal import Refused, bad
from simulator.table import bot_api

SAMPLES = Path(__file__).parent / "samples"


class Town:
    """`folder` holds all it knows; opened again, the town goes on where it stopped. `now`: unix seconds."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time, samples: Path | None = None) -> None:
        self.records = Records(folder, now)
        self.samples = samples or SAMPLES
        self.poll = Poll(self.records)

    def close(self) -> None:
        self.records.store.close()

    @property
    def now(self) -> float:
        return self.records.now()

    @contextmanager
    def change(self) -> Iterator[Records]:
        """One transaction; what happened in it is told once it is kept."""
        try:
            with self.records.store.change():
                yield self.records
        except BaseException:
            self.records.events.forget()
            raise
        self.records.events.tell()
        self.records.queue.wake()

    # The bot's side

    async def call(
        self,
        token: str,
        method: str,
        params: Mapping[str, Any] | None = None,
        files: Mapping[str, Upload] | None = None,
    ) -> Json:
        """The Bot API's answer: {"ok": true, "result": …} or {"ok": false, "error_code", "description", "parameters"?}.

        params: native JSON values, or text as form data brings it. Raises Broken where a fault rule breaks the line.
        """
        params, files = params or {}, files or {}
        try:
            self.admit(token)
        except Refused as refused:
            return refused.answer
        name = bot_api().method(method)
        fault = self.records.faults.draw(name or method, params.get("chat_id"))
        if fault is not None and fault.breaks_before:
            self._log(name or method, params, files, None, fault)
            raise Broken(fault.kind, None, fault.seconds)
        try:
            answer = {"ok": True, "result": await self._serve(name, params, files, fault)}
        except Refused as refused:
            answer = refused.answer
            self._log(name or method, params, files, answer, fault)
        if fault is not None and fault.breaks_after:
            raise Broken(fault.kind, answer, fault.seconds)
        return answer

    def admit(self, token: str) -> None:
        bot = self.records.store.note("bot")
        if bot is None or not hmac.compare_digest(bot["token"].encode(), token.encode("utf-8", "replace")):
            raise Refused(401, "Unauthorized")

    async def _serve(
        self, name: str | None, params: Mapping[str, Any], files: Mapping[str, Upload], fault: Rule | None
    ) -> Any:
        if fault is not None and fault.refusal is not None:
            raise fault.refusal
        if name is None:
            raise Refused(404, "Not Found")
        native = checked(bot_api(), name, params, files)
        if name == "getUpdates":
            updates = await self.poll.updates(native, self.change)
            self._log(name, params, files, {"ok": True, "result": updates}, fault)
            return updates
        work = METHODS.get(name)
        if work is None:
            raise bad(f"method {name} is not simulated")
        if name in ("setWebhook", "deleteWebhook"):
            self.poll.end(f"terminated by {name} request")
        with self.change() as records:
            result = self._paced(name, native, lambda: work(records, Call(native, dict(files))))
            self._log(name, params, files, {"ok": True, "result": result}, fault)
        return result

    def _paced(self, name: str, native: Json, work: Callable[[], Any]) -> Any:
        if name not in COUNTED or self.records.limits.allowed is None or "chat_id" not in native:
            return work()
        chat, limits = chat_of(self.records, native["chat_id"]), self.records.limits
        limits.refuse_flood(chat, self.now)
        result = work()
        limits.count(chat, len(result) if isinstance(result, list) else 1, self.now)
        return result

    def _log(
        self, name: str, params: Mapping[str, Any], files: Mapping[str, Upload], answer: Json | None, fault: Rule | None
    ) -> None:
        with self.records.store.change():
            log.write(self.records.store, self.now, name, params, files, answer, fault.kind if fault else None)

    def file(self, token: str, path: str) -> bytes:
        """The bytes behind getFile's file_path. Raises Refused (401, 404 or a fault's) and Broken."""
        self.admit(token)
        fault = self.records.faults.draw("file", None)
        if fault is not None and fault.refusal is not None:
            raise fault.refusal
        if fault is not None and fault.breaks_before:
            raise Broken(fault.kind, None, fault.seconds)
        content = self.records.files.lent(path, self.now)
        if fault is not None:
            raise Broken(fault.kind, {"content": content}, fault.seconds)
        return content

    # The people's side: docs/simulator.md says what each does. `person` and `chat` are ids.

    def seed(self, given: Json) -> None:
        with self.change() as records:
            seeding.seed(records, given)

    def view(self) -> Json:
        """GET /api/town."""
        return views.town_view(self.records, self.samples)

    def chats(self, person: int) -> list[Json]:
        with self.change() as records:
            return views.chats_of(records, person)

    def messages(self, person: int | None, chat: int, after: int | None = None, limit: int = 100) -> list[Json]:
        """Oldest first; person None is the judge, who also sees what was deleted."""
        with self.change() as records:
            return views.messages_of(records, person, chat, after, limit)

    def upload(self, content: bytes, name: str) -> str:
        """Keeps a picture for a post; its id."""
        with self.change() as records:
            number = f"u{records.store.count('uploads')}"
            folder = records.folder / "uploads"
            folder.mkdir(exist_ok=True)
            (folder / number).write_bytes(content)
            records.store.run("INSERT INTO uploads VALUES (?, ?)", number, name)
        return number

    def post(self, person: int, chat: int, text: str = "", **said: Any) -> list[Json]:
        """The messages made. `said`: the other parts of posting.Post."""
        with self.change() as records:
            return posting.post(records, self.samples, person, chat, posting.Post(text=text, **said))

    def edit(
        self, person: int, chat: int, message_id: int, text: str | None = None, location: Json | None = None
    ) -> Json:
        with self.change() as records:
            return posting.edit(records, person, chat, message_id, text, location)

    def delete(self, person: int, chat: int, message_id: int) -> None:
        with self.change() as records:
            posting.take_back(records, person, chat, message_id)

    def press(self, person: int, chat: int, message_id: int, data: str, *, forged: bool = False) -> str:
        """The id of the press."""
        with self.change() as records:
            return pressing.press(records, person, chat, message_id, data, forged=forged)

    def answer(self, press_id: str) -> Json:
        """{"answered": bool, "text"?, "show_alert"?, "url"?}"""
        return pressing.answer(self.records, press_id)

    def react(self, person: int, chat: int, message_id: int, emoji: str) -> None:
        with self.change() as records:
            pressing.react(records, person, chat, message_id, emoji)

    def start(self, person: int, payload: str = "") -> Json:
        """The message /start."""
        with self.change() as records:
            return posting.start(records, person, payload)

    def member(self, chat: int, person: int, status: str, by: int | None = None) -> Json:
        with self.change() as records:
            return membership.change_member(records, chat, person, status, by)

    def migrate(self, chat: int) -> Json:
        """The new chat."""
        with self.change() as records:
            return membership.migrate(records, chat)

    async def events(self, person: int | None) -> AsyncGenerator[Json | None, None]:
        """What this person (None: anybody) sees, as it happens, messages in full. None is but a sign of life."""
        async with aclosing(self.records.events.listen(person)) as happening:
            async for event in happening:
                yield event and views.event_view(self.records, event)

    # The judge's side

    def faults(self, rules: list[Json], seed: int | None = None) -> list[Json]:
        """Replaces the rules; the rules now in force."""
        self.records.faults.replace(rules, seed)
        return self.records.faults.shown()

    def limits(self, allowed: dict[str, float] | None) -> None:
        self.records.limits.replace(allowed)

    def log(self, after: int = 0, limit: int = 1000) -> list[Json]:
        return log.read(self.records.store, after, limit)

    def updates(self, after: int = 0, limit: int = 1000) -> list[Json]:
        """Every update there ever was, with `confirmed` (when) or None."""
        return self.records.queue.history(after, limit)

    def set_clock(self, shift: float) -> float:
        """Seconds added to the clock from now on; the time it shows."""
        with self.change() as records:
            records.store.set_note("shift", shift)
            records.shift = shift
        return self.now

    def jump_updates(self, next_id: int) -> None:
        """The next update gets this id, as after a quiet week."""
        with self.change() as records:
            records.queue.jump(next_id)


__all__ = ["Broken", "Refused", "Town", "Upload"]
