"""What the bot said to whom, as the simulated Telegram took it: new messages, not edits."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulator.town import Town as Simulator

NUMBER = re.compile(r"#(LH\d{10})")
NEW = frozenset({"sendMessage", "sendPhoto"})
EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup"})


@dataclass
class Said:
    """One message of the bot, as it stands now. answers: the message it replies to, or None."""

    chat: int
    id: int
    at: datetime
    first: str
    """As it was when it rang."""
    text: str
    answers: int | None
    buttons: dict[str, str] = field(default_factory=dict)
    asked: bool = False
    """It answers a command or a press of the one who reads it."""
    is_question: bool = False
    """It had buttons when it rang, or told whoever reads it to do something."""

    @property
    def number(self) -> str | None:
        found = NUMBER.search(self.first)
        return found[1] if found else None


class Ear:
    """Stands between the bot and the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.said: dict[tuple[int, int], Said] = {}
        self.by_number: dict[tuple[int, str], list[Said]] = defaultdict(list)
        self.in_chat: dict[int, list[Said]] = defaultdict(list)
        self.commands: set[tuple[int, int]] = set()
        """Messages of people that were commands: what answers them was asked for."""
        self.acting: set[int] = set()
        """In whose private chats something was done in this moment: what is said there now was asked for."""
        self.simulator = simulator
        self._call = simulator.call
        simulator.call = self._heard  # type: ignore[method-assign]

    async def _heard(
        self, token: str, method: str, params: Mapping[str, Any] | None = None, files: Any = None
    ) -> dict[str, Any]:
        answer: dict[str, Any] = await self._call(token, method, params, files)
        result = answer.get("result")
        if answer["ok"] and isinstance(result, dict) and method in NEW | EDITS:
            self._keep(method, params or {}, result)
        return answer

    def _keep(self, method: str, params: Mapping[str, Any], message: dict[str, Any]) -> None:
        chat, number = int(message["chat"]["id"]), int(message["message_id"])
        text = str(message.get("text") or message.get("caption") or "")
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = {button["text"]: button.get("callback_data", "") for row in rows for button in row}
        if method in EDITS:
            known = self.said.get((chat, number))
            if known is not None:
                known.text, known.buttons = text or known.text, buttons
                self._file(known)
            return
        at = datetime.fromtimestamp(self.simulator.now, tz=UTC)
        answers = message.get("reply_to_message", {}).get("message_id")
        said = Said(chat, number, at, text, text, answers, buttons)
        said.asked = (chat, answers) in self.commands or (chat > 0 and chat in self.acting)
        said.is_question = bool(buttons) or text.startswith(("⏰", "📥", "📷"))
        self.said[chat, number] = said
        self.in_chat[chat].append(said)
        self._file(said)

    def _file(self, said: Said) -> None:
        for number in NUMBER.findall(said.text):
            there = self.by_number[said.chat, number]
            if said not in there[-3:]:
                there.append(said)

    def with_button(self, chat: int, number: str, label: str) -> Said | None:
        """The newest message about a ticket under which this button stands."""
        return next((said for said in reversed(self.by_number[chat, number]) if label in said.buttons), None)
