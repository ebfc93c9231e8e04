"""A small town for the simulator's own tests: riders Lin and Mei, leader Qiao, a group, an old group, and the bot."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from simulator.checks import Reader
from simulator.table import bot_api
from simulator.town import Town, Upload

TOKEN = "1000:abc"
BOT, LIN, MEI, QIAO, STRANGER = 1000, 11, 12, 13, 14
GROUP, OLD_GROUP = -1001, -200
Json = dict[str, Any]

SEED: Json = {
    "bot": {"token": TOKEN, "username": "roving_grid_bot", "first_name": "流动网格员"},
    "people": [
        {"id": LIN, "first_name": "小林", "username": "xiaolin", "note": "骑手"},
        {"id": MEI, "first_name": "小梅", "note": "骑手"},
        {"id": QIAO, "first_name": "乔", "note": "网格长"},
        {"id": STRANGER, "first_name": "路人"},
    ],
    "chats": [
        {"id": GROUP, "title": "印校网格", "members": [LIN, MEI, QIAO], "admins": [QIAO], "bot_member": "member"},
        {"id": OLD_GROUP, "type": "group", "title": "老群", "members": [LIN, QIAO], "bot_member": "member"},
    ],
}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_795_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        self.seconds += seconds


class Bot:
    """Calls the town and judges every good answer by the Bot API's own types."""

    def __init__(self, town: Town) -> None:
        self.town = town

    async def __call__(self, method: str, files: Mapping[str, Upload] | None = None, **params: Any) -> Any:
        answer = await self.town.call(TOKEN, method, params, files)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, files: Mapping[str, Upload] | None = None, **params: Any) -> tuple[int, str]:
        answer = await self.town.call(TOKEN, method, params, files)
        assert not answer["ok"], answer
        return answer["error_code"], answer["description"]

    async def says(self, text: str = "你好", chat: int = GROUP, **params: Any) -> Json:
        message = await self("sendMessage", chat_id=chat, text=text, **params)
        is_a("Message", message)
        return message

    async def hears(self, **params: Any) -> list[Json]:
        """Everything that waits, confirmed."""
        updates = await self("getUpdates", **params)
        for update in updates:
            is_a("Update", update)
        if updates:
            await self("getUpdates", offset=updates[-1]["update_id"] + 1, limit=1)
        return updates


def is_a(kind: str, value: Json) -> None:
    """Nothing in it that the Bot API does not know, and nothing missing that it promises."""
    Reader(bot_api(), form=False).fields(bot_api().types[kind], value, kind)


def new_town(folder: Path, clock: Clock) -> Town:
    town = Town(folder, now=clock, samples=folder / "samples")
    town.seed(SEED)
    return town


def picture(width: int = 64, height: int = 48, *, gps: bool = False, kind: str = "JPEG") -> bytes:
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    exif = Image.Exif()
    if gps:
        exif[0x0112] = 6  # lies on its side
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 12.0)})
    out = io.BytesIO()
    image.save(out, kind, **({"exif": exif} if gps else {}))
    return out.getvalue()


def buttons(*data: str) -> Json:
    return {"inline_keyboard": [[{"text": one, "callback_data": one} for one in data]]}
