"""The Bot API's methods and types as a table; scripts/bot_api_table.py makes bot_api.json and explains it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FIELD = re.compile(
    r"(?P<kind>[^! ]+)(?P<required>!)?(?: (?P<low>\d+)\.\.(?P<high>\d+)(?P<unit>[be]?))?(?: =(?P<word>\w+))?"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """low..high of the unit: "b" bytes, "e" characters once entities are parsed, "" characters, items or the number."""

    low: int
    high: int
    unit: str


@dataclass(frozen=True, slots=True)
class Field:
    kinds: tuple[str, ...]  # an array is written [kind]
    required: bool
    limit: Limit | None
    word: str | None  # the only value allowed

    @classmethod
    def read(cls, short: str) -> Field:
        found = FIELD.fullmatch(short)
        if found is None:
            raise ValueError(f"not a field of the table: {short!r}")
        limit = Limit(int(found["low"]), int(found["high"]), found["unit"]) if found["high"] else None
        return cls(split(found["kind"]), found["required"] is not None, limit, found["word"])


def split(kinds: str) -> tuple[str, ...]:
    """A|[B|C] is two kinds: what stands in brackets belongs together."""
    return tuple(re.findall(r"\[.*\]|[^|\[\]]+", kinds))


Fields = dict[str, Field]


@dataclass(frozen=True, slots=True)
class Table:
    methods: dict[str, Fields]
    types: dict[str, Fields]
    unions: dict[str, tuple[str, ...]]
    reactions: frozenset[str]
    spelled: dict[str, str]  # lower case -> as documented: Telegram takes method names in any case

    def method(self, name: str) -> str | None:
        return self.spelled.get(name.lower())


@cache
def bot_api() -> Table:
    raw = json.loads((files("simulator") / "bot_api.json").read_text(encoding="utf-8"))
    methods, types = (
        {name: {key: Field.read(short) for key, short in fields.items()} for name, fields in raw[part].items()}
        for part in ("methods", "types")
    )
    return Table(
        methods=methods,
        types=types,
        unions={name: tuple(kinds) for name, kinds in raw["unions"].items()},
        reactions=frozenset(raw["reactions"]),
        spelled={name.lower(): name for name in methods},
    )
