"""The bot's own web: the webhook, and what an operator's machines ask for."""

import asyncio
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.parsing import parsed
from bot.measuring import Measuring
from bot.readiness import Readiness
from bot.showing import Shown
from bot.town import Town

log = structlog.get_logger()

UPDATE_LIMIT = 1024 * 1024
"""An update is at most some hundred kilobytes; anything larger is not one."""
BODY_S = 10
"""Telegram sends an update in one go; who dribbles is cut off."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


def make_app(
    town: Town, *, secret: str | None = None, addresses: bytes | None = None, webhook: str | None = None
) -> web.Application:
    """`secret` set: webhook mode; `webhook`: the address Telegram was then asked to call. `addresses`: the secret of
    the addresses of pictures; without it none is served."""
    app = web.Application(client_max_size=UPDATE_LIMIT)
    pages = Pages(town, secret, webhook)
    if addresses is not None:
        app.add_routes([web.get("/pictures/{address}", Shown(town.runtime, addresses).picture)])
    app.add_routes(
        [web.get("/health", pages.health), web.get("/ready", pages.ready), web.get("/metrics", pages.metrics)]
    )
    if secret is not None:
        app.add_routes([web.post("/telegram", pages.webhook)])
    return app


class Pages:
    def __init__(self, town: Town, secret: str | None, webhook: str | None = None) -> None:
        self.town, self.secret = town, secret
        self.measuring, self.readiness = Measuring(town.runtime), Readiness(town, webhook)

    async def health(self, request: web.Request) -> web.Response:
        """The process lives and its loop turns."""
        return web.json_response({"ok": True})

    async def ready(self, request: web.Request) -> web.Response:
        """It can work: the database answers and a district is loaded. Else 503 and what is wrong (bot/readiness.py)."""
        told = await self.readiness.told()
        answer = {"ready": not told.wrong, "wrong": told.wrong, "warnings": told.warnings}
        return web.json_response(answer, status=503 if told.wrong else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        await self.measuring.take()
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def webhook(self, request: web.Request) -> web.Response:
        """200 only after the commit. Who does not know the secret is turned away before a byte of the body is read."""
        if not TelegramChannel.verify(request.headers.get(SECRET_HEADER), self.secret or ""):
            return web.Response(status=403)
        try:
            # Nearly always the body is here with the head, and no clock need be set.
            async with asyncio.timeout(None if request.content.is_eof() else BODY_S):
                update: Any = parsed(await request.read())
        except TimeoutError:
            return web.Response(status=408)
        except ValueError:
            return web.Response(status=400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        await self.town.keep(self.town.runtime.channel("telegram"), [update])
        return web.Response()
