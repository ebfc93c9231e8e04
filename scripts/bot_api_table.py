"""Turn a description of Telegram's Bot API into the simulator's table of methods and types.

    python scripts/bot_api_table.py PATH/bot_api.json [simulator/bot_api.json]

The source is the well-known machine-readable description (github.com/PaulSonOfLars/telegram-bot-api-spec, MIT). The
table keeps names, types, what is required and the limits, and no prose. A field is one short string:

    String!            required            [MessageEntity]     an array
    Integer|String     one of these        String! =photo      always this word
    String 1..64b      bytes               String! 1..4096e    characters once entities are parsed
    String 0..200      characters          Integer 1..100      the number itself; for an array how many items
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "simulator" / "bot_api.json"
TEXT_LIMIT = re.compile(r"(?:(\d+)-|up to )(\d+) (bytes|characters)((?: with [^,.;]*)? after entit(?:y|ies) parsing)?")
ITEMS_LIMIT = re.compile(r"(\d+)-(\d+) (?:items|identifiers)|[Aa]t most (\d+) commands")
NUMBER_LIMIT = re.compile(r"[Vv]alues between (\d+)-(\d+)|; (\d+)-(\d+)(?=$|\.| |,)|between (\d+) and (\d+)(?! or )")
CONSTANT = re.compile(r"(?:must be|always) [“\"*]?(\w+)[”\"*]?$")
REACTION = re.compile(r'["“]([^"“”]+)["”]')


def array(kind: str) -> str:
    return f"[{array(kind.removeprefix('Array of '))}]" if kind.startswith("Array of ") else kind


def types(names: list[str]) -> str:
    """Array of A | Array of B is read as an array whose items are A or B: Telegram lets an album mix its kinds."""
    if len(names) > 1 and all(name.startswith("Array of ") for name in names):
        return f"[{'|'.join(array(name.removeprefix('Array of ')) for name in names)}]"
    return "|".join(array(name) for name in names)


def limit(kind: str, words: str) -> str:
    if kind == "String" and (found := TEXT_LIMIT.search(words)):
        unit = "b" if found[3] == "bytes" else "e" if found[4] else ""
        return f" {found[1] or 0}..{found[2]}{unit}"
    pattern = ITEMS_LIMIT if kind.startswith("[") else NUMBER_LIMIT if kind in ("Integer", "Float") else None
    if pattern and (found := pattern.search(words)):
        numbers = [number for number in found.groups() if number]
        return f" {numbers[0] if len(numbers) == 2 else 0}..{numbers[-1]}"
    return ""


def field(described: dict[str, Any]) -> str:
    kind, words = types(described["types"]), described["description"]
    constant = CONSTANT.search(words.rstrip(".")) if kind == "String" else None
    return (
        kind
        + ("!" if described["required"] else "")
        + limit(kind, words)
        + (f" ={constant[1]}" if constant and described["name"] in ("type", "status", "source") else "")
    )


def fields(thing: dict[str, Any]) -> dict[str, str]:
    return {described["name"]: field(described) for described in thing.get("fields", [])}


def reactions(described: dict[str, Any]) -> list[str]:
    emoji = next(one for one in described["types"]["ReactionTypeEmoji"]["fields"] if one["name"] == "emoji")
    return REACTION.findall(emoji["description"])


def table(described: dict[str, Any]) -> dict[str, Any]:
    kinds = described["types"]
    return {
        "version": described["version"],
        "methods": {name: fields(method) for name, method in described["methods"].items()},
        "types": {name: fields(kind) for name, kind in kinds.items() if not kind.get("subtypes")},
        "unions": {name: kind["subtypes"] for name, kind in kinds.items() if kind.get("subtypes")},
        "reactions": reactions(described),
    }


def main() -> None:
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    target = Path(sys.argv[2]) if len(sys.argv) == 3 else TARGET
    made = table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    # One method or type on a line, so that a new version of the Bot API can be read as a difference.
    text = text.replace("},", "},\n").replace('"methods":{', '\n"methods":{\n').replace('"types":{', '\n"types":{\n')
    target.write_text(text + "\n", encoding="utf-8")
    print(f"{target}: {len(made['methods'])} methods, {len(made['types'])} types, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
