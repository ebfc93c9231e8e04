"""Is this call what the Bot API's table allows? Stricter than Telegram: an unknown parameter is refused too."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from simulator.refusal import Refused, bad
from simulator.table import Field, Fields, Table

FOREVER = 0x7FFFFFFF  # a live location without end; stands outside the documented range
TRUE, FALSE = ("true", "1", "yes"), ("false", "0", "no")
WHOLE, DECIMAL = re.compile(r"-?[0-9]{1,19}"), re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
# What Telegram says where a required parameter is missing, when it has words of its own for it.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}


class Upload:
    """A file that came with a call."""

    __slots__ = ("content", "name")

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content


def checked(table: Table, method: str, params: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
    """The parameters in their native types. They may come as form data does: numbers as text, objects as JSON text.

    Raises Refused (400) for an unknown, missing, mistyped or ill-sized parameter, and for a file nobody asked for.
    """
    fields = table.methods[method]
    given = {name: value for name, value in params.items() if value is not None}
    for name, field in fields.items():
        if "InputFile" in field.kinds and name in files and name not in given:
            given[name] = f"attach://{name}"
    native = Reader(table, form=True).fields(fields, given, method)
    unasked = set(files) - set(attached(native))
    if unasked:
        raise bad(f"the file {sorted(unasked)[0]!r} belongs to no parameter of {method}")
    return native


def attached(value: Any) -> list[str]:
    """The names of all files a value refers to as attach://name."""
    if isinstance(value, str):
        return [value.removeprefix("attach://")] if value.startswith("attach://") else []
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for item in inside for name in attached(item)]


class Reader:
    """Reads values by the table. `form`: at the top of a call anything may come as text; inside JSON it may not."""

    def __init__(self, table: Table, *, form: bool) -> None:
        self.table = table
        self.form = form

    def fields(self, fields: Fields, given: Mapping[str, Any], where: str) -> dict[str, Any]:
        for name in given:
            if name not in fields:
                raise bad(f"unknown parameter {name!r} in {where}")
        for name, field in fields.items():
            if field.required and name not in given:
                words = f"parameter {name!r} is required in {where}"
                raise bad(MISSING.get(name, words) if self.form else words)
        return {name: self.value(fields[name], value, f"{where}.{name}") for name, value in given.items()}

    def value(self, field: Field, value: Any, where: str) -> Any:
        native = self.either(field.kinds, value, where)
        if field.word is not None and native != field.word:
            raise bad(f"{where} must be {field.word!r}")
        measure(field, native, where)
        return native

    def either(self, kinds: tuple[str, ...], value: Any, where: str) -> Any:
        kinds = tuple(one for kind in kinds for one in self.table.unions.get(kind, (kind,)))
        failures: list[tuple[int, Refused]] = []
        for kind in kinds:
            try:
                return self.kind(kind, value, where)
            except Refused as refused:
                failures.append((self.likeness(kind, value), refused))
        # Of several possible types, complain in the name of the one most likely meant.
        raise max(failures, key=lambda failure: failure[0])[1]

    def kind(self, kind: str, value: Any, where: str) -> Any:
        if plain := PLAIN.get(kind):
            native = plain(value, self.form)
            if native is None:
                raise bad(f"{where} must be of type {kind}")
            return native
        value = self.unpacked(value, where)
        if kind.startswith("["):
            if not isinstance(value, list):
                raise bad(f"{where} must be an array")
            inner, inside = tuple(kind[1:-1].split("|")) if "[" not in kind[1:-1] else (kind[1:-1],), self.inside()
            return [inside.either(inner, item, f"{where}[{place}]") for place, item in enumerate(value)]
        if not isinstance(value, dict):
            raise bad(f"{where}: object expected as {kind}")
        return self.inside().fields(self.table.types[kind], value, f"{where} ({kind})")

    def unpacked(self, value: Any, where: str) -> Any:
        if not (self.form and isinstance(value, str)):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad(f"can't parse {where} as JSON") from None

    def inside(self) -> Reader:
        return Reader(self.table, form=False) if self.form else self

    def likeness(self, kind: str, value: Any) -> int:
        if self.form and isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return 0
        fields = self.table.types.get(kind)
        if fields is None or not isinstance(value, dict):
            return 0
        words = sum(2 for name, field in fields.items() if field.word is not None and value.get(name) == field.word)
        return words + len(fields.keys() & value.keys())


def measure(field: Field, value: Any, where: str) -> None:
    limit = field.limit
    if limit is None or limit.unit == "e":  # a text's length counts once its entities are parsed: see formatting.py
        return
    if isinstance(value, str):
        size = len(value.encode()) if limit.unit == "b" else len(value)
        if limit.unit == "b" and where.endswith(".callback_data") and not limit.low <= size <= limit.high:
            raise bad("BUTTON_DATA_INVALID")
    elif isinstance(value, list):
        size = len(value)
    else:
        size = value
    if not limit.low <= size <= limit.high and size != FOREVER:
        raise bad(f"{where} must be {limit.low} to {limit.high}, not {size}")


def integer(value: Any, form: bool) -> int | None:
    """Whole numbers of 64 bits, as Telegram's are."""
    if isinstance(value, str) and form:
        value = int(value) if WHOLE.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None


def number(value: Any, form: bool) -> float | None:
    if isinstance(value, str) and form:
        value = float(value) if DECIMAL.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        native = float(value)
    except OverflowError:
        return None
    return native if math.isfinite(native) else None


def yes(value: Any, form: bool) -> bool | None:
    if isinstance(value, str) and form:
        return True if value.lower() in TRUE else False if value.lower() in FALSE else None
    return value if isinstance(value, bool) else None


def text(value: Any, form: bool) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return value


PLAIN: dict[str, Callable[[Any, bool], Any]] = {
    "Integer": integer,
    "Float": number,
    "Boolean": yes,
    "String": text,
    "InputFile": text,  # by now attach://name
}
