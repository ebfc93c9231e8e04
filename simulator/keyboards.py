"""The buttons under a bot's message."""

from __future__ import annotations

import re
from typing import Any

from simulator.refusal import bad

ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
ADDRESS = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)+[\w-]{2,}(?::\d+)?(?:[/?#]\S*)?|https?://(?:localhost|[\d.]+)(?::\d+)?(?:[/?#]\S*)?|tg://\S+"
)
MOST = 100  # buttons


def inline(markup: dict[str, Any] | None) -> dict[str, Any]:
    """The message's field reply_markup; nothing for other keyboards, which are shown outside the message."""
    if markup is None or "inline_keyboard" not in markup:
        return {}
    rows = [row for row in markup["inline_keyboard"] if row]
    buttons = [button for row in rows for button in row]
    if len(buttons) > MOST:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        check(button)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def check(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    actions = ACTIONS & button.keys()
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: only one of {sorted(actions)} may be used")
    if "url" in button and not ADDRESS.fullmatch(button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
