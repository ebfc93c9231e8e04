"""The updates that wait for the bot, kept on disk: confirmed by offset as Telegram does, or pushed to a webhook."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from simulator.refusal import bad
from simulator.store import Store, as_json

Json = dict[str, Any]
LIFE = 24 * 3600  # seconds an update waits
PRESS_LIFE = 150  # seconds a button's press waits, and may be answered
FIRST_ID = 700_000_001
FUTURE = 10  # an offset further ahead of the queue than this is taken for a mistake: td/telegram/TQueue.cpp
ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
ALIVE = "confirmed IS NULL AND date > ? AND (kind != 'callback_query' OR date > ?)"


class Queue:
    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self.store = store
        self.now = now
        self.grown = asyncio.Event()

    # Filling

    def wants(self, kind: str) -> bool:
        """Telegram remembers the last allowed_updates; an empty list means all but the rare kinds."""
        allowed = self.store.note("allowed_updates") or []
        return kind in allowed if allowed else kind not in ONLY_ON_REQUEST

    def put(self, kind: str, body: Json, lane: str) -> None:
        """`lane`: within it the order is kept: a chat for messages, a person for presses."""
        if self.wants(kind):
            self.store.run(
                "INSERT INTO updates (update_id, date, kind, lane, body) VALUES (?, ?, ?, ?, ?)",
                self.store.count("update_id", FIRST_ID), self.now(), kind, lane, as_json(body),
            )  # fmt: skip

    def jump(self, next_id: int) -> None:
        """After a quiet week Telegram goes on with a random update_id, even a lower one."""
        if self.waiting(1):
            raise bad("the next update_id changes only while no update waits")
        self.store.set_note("update_id", next_id)

    def allow(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self.store.set_note("allowed_updates", kinds)

    # Emptying

    def waiting(self, limit: int = -1) -> list[Json]:
        now = self.now()
        rows = self.store.all(
            f"SELECT * FROM updates WHERE {ALIVE} ORDER BY seq LIMIT ?",  # noqa: S608 (a constant)
            now - LIFE, now - PRESS_LIFE, limit,
        )  # fmt: skip
        return [{"update_id": row["update_id"], row["kind"]: json.loads(row["body"])} for row in rows]

    def lanes(self) -> list[tuple[int, str, Json]]:
        """(number, lane, update) of the eldest of every lane: what a webhook may be told next."""
        now = self.now()
        rows = self.store.all(
            f"SELECT *, min(seq) FROM updates WHERE {ALIVE} GROUP BY lane ORDER BY seq",  # noqa: S608 (a constant)
            now - LIFE, now - PRESS_LIFE,
        )  # fmt: skip
        return [
            (row["seq"], row["lane"], {"update_id": row["update_id"], row["kind"]: json.loads(row["body"])})
            for row in rows
        ]

    def confirm_below(self, offset: int) -> None:
        """The rule of getUpdates: what is below the offset is confirmed; a negative one keeps so many of the newest."""
        tail = int(self.store.note("update_id", FIRST_ID))
        if offset > tail + FUTURE:
            return
        if offset < 0:
            offset = tail + offset
        self.store.run("UPDATE updates SET confirmed = ? WHERE confirmed IS NULL AND update_id < ?", self.now(), offset)

    def confirm(self, number: int) -> None:
        self.store.run("UPDATE updates SET confirmed = ? WHERE seq = ?", self.now(), number)

    def drop(self) -> None:
        self.store.run("DELETE FROM updates WHERE confirmed IS NULL")

    def pending(self) -> int:
        return len(self.waiting())

    def wake(self) -> None:
        self.grown.set()
        self.grown = asyncio.Event()

    def history(self, after: int, limit: int) -> list[Json]:
        """Every update there ever was and when it was confirmed: the judge's view."""
        rows = self.store.all("SELECT * FROM updates WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
        return [
            {
                **{key: row[key] for key in ("seq", "update_id", "date", "kind", "confirmed")},
                "body": json.loads(row["body"]),
            }
            for row in rows
        ]
