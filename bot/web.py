"""The bot's own web: the webhook, and what an operator's machines ask for."""

import json
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import counts
from bot.channels.telegram import TelegramChannel
from bot.showing import Shown
from bot.town import Town
from models.mail import Errand, Inbox, Outbox

log = structlog.get_logger()

UPDATE_LIMIT = 1024 * 1024
"""An update is at most some hundred kilobytes; anything larger is not one."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
WAITING = (
    ("inbox", Inbox.state.in_(("new",)), Inbox.received_at),
    ("outbox", Outbox.state.in_(("pending", "sending")), Outbox.created_at),
    ("errands", Errand.state.in_(("waiting", "underway")), Errand.due_at),
)


def make_app(town: Town, *, secret: str | None = None, addresses: bytes | None = None) -> web.Application:
    """`secret` set: webhook mode. `addresses`: the secret of the addresses of pictures; without it none is served."""
    app = web.Application(client_max_size=UPDATE_LIMIT)
    pages = Pages(town, secret)
    if addresses is not None:
        app.add_routes([web.get("/pictures/{address}", Shown(town.runtime, addresses).picture)])
    app.add_routes(
        [web.get("/health", pages.health), web.get("/ready", pages.ready), web.get("/metrics", pages.metrics)]
    )
    if secret is not None:
        app.add_routes([web.post("/telegram", pages.webhook)])
    return app


class Pages:
    def __init__(self, town: Town, secret: str | None) -> None:
        self.town, self.secret = town, secret

    async def health(self, request: web.Request) -> web.Response:
        """The process lives and its loop turns."""
        return web.json_response({"ok": True})

    async def ready(self, request: web.Request) -> web.Response:
        """It can work: the database answers and a district is loaded. Else 503 and what is wrong."""
        wrong: list[str] = []
        try:
            async with self.town.runtime.database.read() as session:
                if await self.town.runtime.book(session) is None:
                    wrong.append("no district is loaded")
        except (SQLAlchemyError, OSError) as fault:
            wrong.append(f"database: {type(fault).__name__}")
        if self.town.runtime.stopping.is_set():
            wrong.append("stopping")
        return web.json_response({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        now = self.town.runtime.clock.now()
        async with self.town.runtime.database.read() as session:
            for table, waits, since in WAITING:
                number, first = (await session.execute(select(func.count(), func.min(since)).where(waits))).one()
                counts.waiting.labels(table).set(number)
                counts.oldest.labels(table).set(max(0.0, (now - first).total_seconds()) if first else 0)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def webhook(self, request: web.Request) -> web.Response:
        """200 only after the commit. Who does not know the secret is turned away before a byte of the body is read."""
        if not TelegramChannel.verify(request.headers.get(SECRET_HEADER), self.secret or ""):
            return web.Response(status=403)
        try:
            update: Any = json.loads(await request.read())
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        await self.town.keep(self.town.runtime.channel("telegram"), [update])
        return web.Response()
