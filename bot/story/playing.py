"""What people do in the story, and what the chats show them: the people's side of the simulator."""

import asyncio
import re
from collections.abc import Callable, Iterable
from typing import Any

from simulator.town import Town as Simulator

WAIT_S = 20
NUMBER = re.compile(r"#([A-Z]{2,4}\d{10,})(?=\s|$)")
Message = dict[str, Any]


class Broken(Exception):
    """A step of the story that did not hold."""


class Story:
    """Plays the cast on the people's side of the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.press = ""
        self.names = {person["id"]: person["first_name"] for person in simulator.view()["people"]}

    # --- what people do --------------------------------------------------------------

    def says(self, who: int, chat: int, text: str, **said: Any) -> int:
        print(f"【{self.names[who]}】{'📷 ' if said.get('photos') else ''}{text}")
        message: int = self.simulator.post(who, chat, text, **said)[0]["message_id"]
        return message

    def starts(self, who: int) -> None:
        """Opens the private chat, without which nobody can be written to."""
        self.simulator.start(who)

    def stands(self, who: int, chat: int, point: dict[str, float]) -> None:
        print(f"【{self.names[who]}】📍 {point['latitude']}, {point['longitude']}")
        self.simulator.post(who, chat, "", location=point)

    def presses(self, who: int, chat: int, message: Message, label: str) -> None:
        shown = next(m for m in self.messages(chat) if m["message_id"] == message["message_id"])
        data = next((b["callback_data"] for row in self.buttons(shown) for b in row if b["text"] == label), None)
        if data is None:
            raise Broken(f"没有按钮“{label}”")
        print(f"【{self.names[who]}】按“{label}”")
        self.press = self.simulator.press(who, chat, message["message_id"], data)

    # --- what the chats show ----------------------------------------------------------

    async def sees(self, chat: int, what: str, holds: Callable[[Message], bool]) -> Message:
        for _ in range(WAIT_S * 20):
            found = next((m for m in self.messages(chat) if holds(m)), None)
            if found is not None:
                print(f"  → {what}\n" + "\n".join(f"      {line}" for line in self.text(found).splitlines() if line))
                return found
            await asyncio.sleep(0.05)
        raise Broken(f"没有等到：{what}")

    async def sees_somewhere(self, chats: Iterable[int], what: str, holds: Callable[[Message], bool]) -> int:
        """In which of these chats it stands."""
        for _ in range(WAIT_S * 20):
            for chat in chats:
                if any(holds(message) for message in self.messages(chat)):
                    return chat
            await asyncio.sleep(0.05)
        raise Broken(f"没有等到：{what}")

    async def no_longer(self, chat: int, what: str, holds: Callable[[Message], bool]) -> None:
        for _ in range(WAIT_S * 20):
            if not any(holds(message) for message in self.messages(chat)):
                print(f"  → {what}")
                return
            await asyncio.sleep(0.05)
        raise Broken(f"没有等到：{what}")

    async def answer(self, chat: int, said: int, what: str) -> Message:
        """The card under what somebody said."""
        return await self.sees(
            chat, what, lambda m: self.ours(m) and m.get("reply_to_message", {}).get("message_id") == said
        )

    def offers(self, message: Message, number: str, label: str) -> bool:
        """Whether one of our messages is about this ticket and has this button."""
        labels = [button["text"] for row in self.buttons(message) for button in row]
        return self.ours(message) and number in self.text(message) and label in labels

    def demands(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise Broken(otherwise)

    async def refused(self, label: str) -> None:
        """The last press was answered with a sentence, to the one who pressed, and the card did not change."""
        for _ in range(WAIT_S * 20):
            answer = self.simulator.answer(self.press)
            if answer["answered"]:
                if not answer.get("text"):
                    raise Broken(f"外人按“{label}”没有被拒绝")
                print(f"  → 只有他看到：{answer['text']}")
                return
            await asyncio.sleep(0.05)
        raise Broken("按了按钮没有回应")

    def shows(self, message: Message, *wanted: str) -> None:
        labels = [button["text"] for row in self.buttons(message) for button in row]
        for words in wanted:
            if words not in self.text(message) and words not in labels:
                raise Broken(f"消息里没有“{words}”：{self.text(message)}")

    def number(self, message: Message) -> str:
        found = NUMBER.search(self.text(message))
        if found is None:
            raise Broken("卡片上没有工单号")
        return found[1]

    def messages(self, chat: int) -> list[Message]:
        return [m for m in self.simulator.messages(None, chat, 0, 100) if not m.get("deleted")]

    def sample(self, *hints: str) -> str:
        """A picture of the shelf, by a word of its name or title."""
        samples = self.simulator.view()["sandbox"]["samples"]
        for hint in hints:
            for sample in samples:
                if hint in sample["name"] or hint in sample["title"]:
                    name: str = sample["name"]
                    return name
        raise Broken(f"没有示例照片：{hints[0]}")

    @staticmethod
    def ours(message: Message) -> bool:
        return bool(message.get("from", {}).get("is_bot"))

    @staticmethod
    def text(message: Message) -> str:
        return message.get("text") or message.get("caption") or ""

    @staticmethod
    def buttons(message: Message) -> list[list[dict[str, Any]]]:
        return list(message.get("reply_markup", {}).get("inline_keyboard", []))
