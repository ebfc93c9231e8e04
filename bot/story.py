"""`demo --play`: the story of one hole in the road, played by itself and judged only by what the chats show."""

import asyncio
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.demo import demo_town
from bot.log import set_up
from simulator.town import Town as Simulator

LIN, MEI, LU, STRANGER = 1001, 1002, 1022, 1023
GROUP, OFFICE = -1002610199001, -1002610199102
WAIT_S = 20
NUMBER = re.compile(r"#([A-Z]{2,4}\d{10,})(?=\s|$)")
Message = dict[str, Any]


class Broken(Exception):
    """A step of the story that did not hold."""


async def play_story() -> int:
    """0 only if every step held."""
    set_up("ERROR")
    with tempfile.TemporaryDirectory(prefix="roving-story-") as folder:
        async with demo_town(Path(folder), 0) as (simulator, town, address):
            running = asyncio.create_task(town.run())
            print(f"演示小镇 {address}\n")
            story = Story(simulator)
            try:
                await story.play()
            except Broken as broken:
                print(f"\n✗ {broken}")
                return 1
            finally:
                town.stop()
                with suppress(Exception):
                    await running
    print("\n✓ 每一步都对。")
    return 0


class Story:
    """Plays the cast on the people's side of the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.press = ""
        self.names = {person["id"]: person["first_name"] for person in simulator.view()["people"]}

    async def play(self) -> None:
        report = self.says(
            LIN,
            GROUP,
            "团结西路印刷技校门口,路面有一处塌陷 <b>小心</b>",
            photos=[{"sample": self.sample("hole", "collapse", "塌陷")}],
        )
        card = await self.sees(
            GROUP,
            "群里的工单卡片",
            lambda m: self.ours(m) and m.get("reply_to_message", {}).get("message_id") == report,
        )
        number = self.number(card)
        self.shows(card, "路面塌陷", "市政中心", "团结西路", "前")
        job = await self.sees(OFFICE, "部门的卡片", lambda m: self.ours(m) and number in self.text(m))
        self.shows(job, "<b>小心</b>", "路面塌陷", "接单")
        if "photo" not in job:
            raise Broken("部门的卡片没有照片")

        self.simulator.member(OFFICE, STRANGER, "member")
        self.presses(STRANGER, OFFICE, job, "接单")
        await self.refused("接单")
        self.says(MEI, GROUP, "中午吃啥，我点了麻辣烫")
        self.presses(MEI, GROUP, card, "我也遇到")
        self.presses(LU, OFFICE, job, "接单")
        await self.sees(
            GROUP, "卡片变成处置中", lambda m: m["message_id"] == card["message_id"] and "处置中" in self.text(m)
        )
        mended = self.sample("mended", "repaired", "修")
        self.says(LU, OFFICE, "完成", photos=[{"sample": mended}], reply_to=job["message_id"])
        fix = await self.sees(
            GROUP, "修复的照片回到群里", lambda m: self.ours(m) and "photo" in m and number in self.text(m)
        )
        if fix.get("reply_to_message", {}).get("message_id") != report:
            raise Broken("修复的照片没有回复在上报人的消息下面")
        self.shows(fix, self.names[LIN], self.names[MEI], "已解决", "没解决")

        self.presses(LIN, GROUP, fix, "已解决")
        await self.sees(
            GROUP, "卡片变成已结案", lambda m: m["message_id"] == card["message_id"] and "已结案" in self.text(m)
        )
        ours = [m for m in self.messages(GROUP) if self.ours(m)]
        if len(ours) != 2:
            raise Broken(f"群里应当只有两条机器人的消息，却有 {len(ours)} 条")
        print("\n群里机器人一共只说了两次。")

    # --- what people do --------------------------------------------------------------

    def says(self, who: int, chat: int, text: str, **said: Any) -> int:
        print(f"【{self.names[who]}】{'📷 ' if said.get('photos') else ''}{text}")
        message: int = self.simulator.post(who, chat, text, **said)[0]["message_id"]
        return message

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
