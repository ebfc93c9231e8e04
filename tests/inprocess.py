"""The real Telegram channel against a simulated town, without a socket: what passes is still the Bot API's JSON."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram.request import RequestData

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.transport import Broken, TooLarge, Wire
from simulator import town as simulator

ADDRESS = "http://town.test"


class InProcess(Wire):
    """Hands calls to `Town.call`. Faults of the line are told at once: nobody waits for a hanging or slow server."""

    __slots__ = ("town",)

    def __init__(self, town: simulator.Town) -> None:
        self.town = town

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def exchange(self, url: str, data: RequestData | None, deadline: float) -> tuple[int, bytes]:
        token, _, method = url.removeprefix(f"{ADDRESS}/bot").rpartition("/")
        params = data.json_parameters if data else {}
        parts = data.multipart_data if data else {}
        files = {
            name: simulator.Upload(filename, content if isinstance(content, bytes) else content.read())
            for name, (filename, content, _) in parts.items()
        }
        try:
            answer = await self.town.call(token, method, params, files)
        except simulator.Broken as broken:
            return 200, _left_of(broken, json.dumps(broken.answer).encode())
        return 200 if answer["ok"] else answer["error_code"], json.dumps(answer).encode()

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        token, _, path = url.removeprefix(f"{ADDRESS}/file/bot").partition("/")
        try:
            body = self.town.file(token, path)
        except simulator.Refused as refused:
            return int(refused.answer["error_code"]), json.dumps(refused.answer).encode()
        except simulator.Broken as broken:
            body = _left_of(broken, broken.answer["content"] if broken.answer else b"")
        if len(body) > limit:
            raise TooLarge("the file is larger than asked for")
        return 200, body


def _left_of(broken: simulator.Broken, body: bytes) -> bytes:
    """What arrives of an answer, as simulator/server.py does it to a real line."""
    match broken.kind:
        case "slow":
            return body
        case "garbled":
            return b"\x1f\x8b<html>\xff\xfe502 {ok:"
        case "empty":
            return b""
        case "truncated":
            return body[: len(body) // 2]
        case _:
            raise Broken(f"the connection broke ({broken.kind})")


@asynccontextmanager
async def telegram(town: simulator.Town, **settings: Any) -> AsyncIterator[TelegramChannel]:
    """The town's bot, connected. Seed the town with its bot first. `settings`: as TelegramChannel takes them."""
    channel = TelegramChannel(
        town.records.bot["token"], ADDRESS, wire=InProcess(town), **{"sleep": _at_once, **settings}
    )
    await channel.open()
    try:
        yield channel
    finally:
        await channel.close()


async def _at_once(_: float) -> None:
    """No test sleeps, but others get their turn."""
    await asyncio.sleep(0)


__all__ = ["ADDRESS", "InProcess", "telegram"]
