"""Rows of buttons as Telegram's keyboards, and what a button carries."""

import re
from collections.abc import Sequence
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.base import Button
from bot.channels.telegram.drawing import cut

LABEL_LIMIT: Final = 64  # UTF-16 units; a phone shows fewer
DATA_LIMIT: Final = 64  # bytes
PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
START_LINK: Final = re.compile(r'<a href="start:([A-Za-z0-9_-]{1,64})"></a>')
VERB: Final = re.compile(r"[a-z][a-z_]{0,31}\Z")


def keyboard(rows: Sequence[Sequence[Button]], username: str) -> InlineKeyboardMarkup | None:
    """None without buttons. Raises ValueError for a button no server would take: that is a mistake of ours."""
    drawn = [[_button(button, username) for button in row] for row in rows if row]
    return InlineKeyboardMarkup(drawn) if drawn else None


def linked(markup: str, username: str) -> str:
    """With the addresses that open our private chat written out, for people to pass on."""
    return START_LINK.sub(lambda found: f"https://t.me/{username}?start={found[1]}", markup)


def _button(button: Button, username: str) -> InlineKeyboardButton:
    label = cut(button.label, LABEL_LIMIT)
    if button.start is not None:
        if not PAYLOAD.match(button.start):
            raise ValueError("a start link whose payload Telegram would not take")
        return InlineKeyboardButton(label, url=f"https://t.me/{username}?start={button.start}")
    if button.url is not None:
        return InlineKeyboardButton(label, url=button.url)
    return InlineKeyboardButton(label, callback_data=pack(button.verb, button.ticket, button.argument))


def pack(verb: str, ticket: str | None = None, argument: str | None = None) -> str:
    """`verb|ticket|argument`, without what is missing at the end. Raises ValueError where `unpack` reads otherwise."""
    data = f"{verb}|{ticket or ''}|{argument or ''}".rstrip("|")
    if not verb or len(data.encode()) > DATA_LIMIT or unpack(data) != (verb, ticket or None, argument or None):
        raise ValueError(f"a button {verb!r} that carries more than it can")
    return data


def unpack(data: str) -> tuple[str, str | None, str | None]:
    """The verb is "" for data that no button of ours carries; anybody may forge data that one does."""
    verb, ticket, argument = [*data.split("|", 2), "", ""][:3]
    if len(data.encode("utf-8", "replace")) > DATA_LIMIT or not VERB.match(verb):
        return "", None, None
    return verb, ticket or None, argument or None
