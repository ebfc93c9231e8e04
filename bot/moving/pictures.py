"""The pictures that a town's records name, brought from one store to another; what is there is not brought again."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.moving.naming import at
from bot.moving.rows import Row, Shape
from media.store import Store

COPIES = ("media", "thumbnail", "public")
KEY = re.compile(r"\b[0-9a-f]{64}\b")
WAITING = {"inbox": ("payload", "new"), "outbox": ("content", "pending"), "errands": ("data", "waiting")}
"""Where a picture may be named that no record has yet: only in what is still to be done."""


@dataclass
class Named:
    """records: keys that stand in records: those must be there. waiting: what may be one, in what is still to be
    done."""

    records: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)

    def read(self, shape: Shape, rows: Iterable[Row]) -> None:
        places = {name: place for place, name in enumerate(shape.columns)}
        if shape.name == "photos":
            for row in rows:
                if row[places["state"]] != "gone":
                    self.records |= {key for copy in COPIES if (key := row[places[copy]])}
        elif shape.name in WAITING:
            words, state = WAITING[shape.name]
            for row in rows:
                if row[places["state"]] == state and row[places[words]]:
                    self.waiting |= set(KEY.findall(_plain(row[places[words]])))


@dataclass
class Brought:
    """keys: what is there now. new: how many of them were not there before."""

    keys: list[str] = field(default_factory=list)
    new: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


async def bring(keys: Iterable[str], origin: Store, goal: Store, *, checks_all: bool) -> Brought:
    """checks_all: read also what is there already."""
    found = Brought()
    for key in sorted(keys):
        if await goal.has(key) and not (checks_all and not await _is_sound(goal, key)):
            found.keys.append(key)
            continue
        try:
            with at(origin):
                data = await origin.get(key)
        except KeyError:
            found.missing.append(key)
            continue
        if sha256(data).hexdigest() != key:
            found.damaged.append(key)
            continue
        with at(goal):
            await goal.delete(key)  # a damaged one would be taken for what is put
            await goal.put(data)
        if not await _is_sound(goal, key):
            raise OSError(5, "a picture was not written as it was read", key)
        found.keys.append(key)
        found.new += 1
    return found


async def _is_sound(store: Store, key: str) -> bool:
    try:
        return sha256(await store.get(key)).hexdigest() == key
    except KeyError:
        return False


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
