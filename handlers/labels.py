"""Buttons as handlers think of them, and as the outbox keeps them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers import words


@dataclass(frozen=True, slots=True)
class Label:
    """A button of ours: the key of its words (or the words themselves), and what it carries."""

    key: str = ""
    verb: str = ""
    ticket: str | None = None
    argument: str | None = None
    text: str | None = None
    url: str | None = None
    start: str | None = None


Rows = Sequence[Sequence[Label]]


def draw_buttons(locale: str, rows: Iterable[Iterable[Label]]) -> list[list[dict[str, Any]]]:
    """Buttons as the outbox keeps them: words in the chat's language, and what they carry."""
    return [
        [
            {
                "label": label.text if label.text is not None else words.plain(locale, label.key),
                **{
                    name: value
                    for name in ("verb", "ticket", "argument", "url", "start")
                    if (value := getattr(label, name))
                },
            }
            for label in row
        ]
        for row in rows
        if row
    ]
