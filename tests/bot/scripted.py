"""A Bot API server that gives one written answer after another, and remembers what it was asked."""

import json
from collections.abc import Callable
from typing import Any

from telegram.request import RequestData

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.transport import Wire

TOKEN = "7:a-token-nobody-may-see"
ME = {"id": 7, "is_bot": True, "first_name": "流动网格员", "username": "roving_grid_bot"}
Answer = tuple[int, bytes] | Exception
Answering = Callable[[str, dict[str, Any]], Answer]


def good(result: Any) -> Answer:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def bad(code: int, description: str, **parameters: Any) -> Answer:
    answer = {"ok": False, "error_code": code, "description": description}
    return code, json.dumps(answer | ({"parameters": parameters} if parameters else {})).encode()


class Scripted(Wire):
    """`answering` is given method and parameters; getMe is answered by itself. calls: all the others, in order."""

    def __init__(self, answering: Answering, files: dict[str, Answer] | None = None) -> None:
        self.answering, self.files = answering, files or {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.downloads: list[str] = []
        self.files_sent: list[Any] = []

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def exchange(self, url: str, data: RequestData | None, deadline: float) -> tuple[int, bytes]:
        method = url.rpartition("/")[2]
        if method == "getMe":
            return _given(good(ME))
        parameters = dict(data.parameters) if data else {}
        self.calls.append((method, parameters))
        self.files_sent += (data.multipart_data if data else {}).values()
        return _given(self.answering(method, parameters))

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        self.downloads.append(url)
        return _given(self.files[url])


def _given(answer: Answer) -> tuple[int, bytes]:
    if isinstance(answer, Exception):
        raise answer
    return answer


async def opened(wire: Wire, **settings: Any) -> TelegramChannel:
    channel = TelegramChannel(TOKEN, "http://api.test", wire=wire, **settings)
    await channel.open()
    return channel
