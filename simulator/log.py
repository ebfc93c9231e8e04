"""The judge's view: every call the bot made and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.checks import Upload
from simulator.records import Json
from simulator.store import Store


def write(
    store: Store,
    now: float,
    method: str,
    params: Mapping[str, Any],
    files: Mapping[str, Upload],
    answer: Json | None,
    fault: str | None,
) -> None:
    told = {**params, **{name: {"file": upload.name, "size": len(upload.content)} for name, upload in files.items()}}
    result = None if answer is None or not answer["ok"] else brief(method, answer["result"])
    error = None if answer is None or answer["ok"] else answer
    store.run(
        "INSERT INTO calls (time, method, params, result, error, fault) VALUES (?, ?, ?, ?, ?, ?)",
        now, method, *(json.dumps(one) for one in (told, result, error)), fault,
    )  # fmt: skip


def brief(method: str, result: Any) -> Any:
    """Updates are kept elsewhere already: their numbers are enough."""
    return [update["update_id"] for update in result] if method == "getUpdates" else result


def read(store: Store, after: int, limit: int) -> list[Json]:
    rows = store.all("SELECT * FROM calls WHERE id > ? ORDER BY id LIMIT ?", after, limit)
    unpacked = ("params", "result", "error")
    return [{key: json.loads(row[key]) if key in unpacked else row[key] for key in row.keys()} for row in rows]  # noqa: SIM118
