"""The people's side over HTTP: docs/simulator.md, line for line, and the page's files."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from simulator.files import SHOWN
from simulator.posting import Post, sample
from simulator.refusal import Refused, bad
from simulator.town import Town

PAGE = Path(__file__).parent / "page"
Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
    ),
}
POST_PARTS = set(Post.__slots__)


class Window:
    """Each method answers one line of the page's interface."""

    def __init__(self, town: Town) -> None:
        self.town = town

    async def seed(self, asked: Json) -> Json:
        self.town.seed(asked)
        return {}

    async def post(self, asked: Json) -> Json:
        said = {name: asked[name] for name in POST_PARTS if asked.get(name) is not None}
        return {"messages": self.town.post(number(asked, "as"), number(asked, "chat"), **said)}

    async def edit(self, asked: Json) -> Json:
        message = self.town.edit(*spot(asked), asked.get("text"), asked.get("location"))
        return {"message": message}

    async def delete(self, asked: Json) -> Json:
        self.town.delete(*spot(asked))
        return {}

    async def press(self, asked: Json) -> Json:
        return {
            "callback_id": self.town.press(*spot(asked), str(asked.get("data", "")), forged=bool(asked.get("forged")))
        }

    async def react(self, asked: Json) -> Json:
        self.town.react(*spot(asked), str(asked.get("emoji") or ""))
        return {}

    async def start(self, asked: Json) -> Json:
        return {"message": self.town.start(number(asked, "as"), str(asked.get("payload") or ""))}

    async def members(self, asked: Json) -> Json:
        by = number(asked, "by") if asked.get("by") is not None else None
        return {"chat": self.town.member(number(asked, "chat"), number(asked, "person"), str(asked.get("status")), by)}

    async def migrate(self, asked: Json) -> Json:
        return {"chat": self.town.migrate(number(asked, "chat"))}

    async def faults(self, asked: Json) -> Json:
        return {"rules": self.town.faults(asked.get("rules", []), asked.get("seed"))}

    async def limits(self, asked: Json | None) -> Json:
        self.town.limits(asked or None)
        return {}

    async def clock(self, asked: Json) -> Json:
        return {"now": self.town.set_clock(float(asked.get("shift", 0)))}

    async def quiet_week(self, asked: Json) -> Json:
        self.town.jump_updates(number(asked, "next_update_id"))
        return {}

    # What is only looked at

    async def view(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.town.view())

    async def chats(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.town.chats(number(request.query, "as")))

    async def messages(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        after = number(query, "after") if "after" in query else None
        limit = number(query, "limit") if "limit" in query else 100
        return web.json_response(self.town.messages(viewer(query), number(query, "chat"), after, limit))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.town.answer(request.match_info["press"]))

    async def log(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.town.log(*page_of(request)))

    async def updates(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.town.updates(*page_of(request)))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        name = request.headers.get("X-File-Name")
        if not name:
            raise bad("an upload has the header X-File-Name")
        return web.json_response({"upload": self.town.upload(await request.read(), unquote(name))})

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        try:
            async with aclosing(self.town.events(viewer(request.query))) as happening:
                async for event in happening:
                    await response.write(f"data: {json.dumps(event)}\n\n".encode() if event else b": here\n\n")
        except ConnectionResetError:
            pass
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        files = self.town.records.files
        row = files.row(request.match_info["unique"])
        headers = {"Cache-Control": "private, max-age=31536000, immutable", **SAFE}
        if row["mime"] not in SHOWN:
            headers["Content-Disposition"] = "attachment"
        kind = row["mime"] if row["mime"] in SHOWN else "application/octet-stream"
        return web.Response(body=files.content(row["unique_id"]), content_type=kind, headers=headers)

    async def sample(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(sample(self.town.samples, request.match_info["name"]), headers=SAFE)

    async def page(self, request: web.Request) -> web.StreamResponse:
        path = (PAGE / (request.match_info["path"] or "index.html")).resolve()
        if not path.is_relative_to(PAGE) or not path.is_file():
            raise Refused(404, "Not Found")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache", **SAFE})


def add_routes(app: web.Application, town: Town) -> None:
    window = Window(town)
    told: dict[str, Callable[[Any], Awaitable[Json]]] = {
        "seed": window.seed, "messages": window.post, "edit": window.edit, "delete": window.delete,
        "press": window.press, "react": window.react, "start": window.start, "members": window.members,
        "migrate": window.migrate, "faults": window.faults, "limits": window.limits, "clock": window.clock,
        "quiet-week": window.quiet_week,
    }  # fmt: skip
    looked_at: dict[str, Handler] = {
        "/api/town": window.view, "/api/chats": window.chats, "/api/messages": window.messages,
        "/api/presses/{press}": window.answer, "/api/log": window.log, "/api/updates": window.updates,
        "/api/events": window.events, "/api/files/{unique}": window.file, "/samples/{name}": window.sample,
    }  # fmt: skip
    for name, work in told.items():
        app.router.add_post(f"/api/{name}", at_home(from_json(work)))
    app.router.add_post("/api/uploads", at_home(window.upload))
    for path, show in looked_at.items():
        app.router.add_get(path, at_home(show))
    app.router.add_get("/{path:.*}", at_home(window.page))


def at_home(handler: Handler) -> Handler:
    """Only for who names this machine by address or as localhost: no page of another site may play in the town."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        host = (request.url.host or "").strip("[]")
        if host != "localhost":
            try:
                ipaddress.ip_address(host)
            except ValueError:
                raise Refused(403, "Forbidden: open the town by its address") from None
        return await handler(request)

    return guarded


def from_json(work: Callable[[Any], Awaitable[Json]]) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.can_read_body and request.content_type != "application/json":  # no form of another site can
            raise Refused(415, "Unsupported Media Type: send application/json")
        try:
            asked = await request.json() if request.can_read_body else None
        except (ValueError, RecursionError):
            raise bad("can't parse JSON object") from None
        if asked is not None and not isinstance(asked, dict):
            raise bad("expected a JSON object")
        try:
            return web.json_response(await work(asked))
        except (TypeError, AttributeError, KeyError, ValueError, OverflowError) as wrong:
            raise bad(f"not understood: {wrong}") from wrong

    return handler


def number(asked: Any, name: str) -> int:
    try:
        return int(asked[name])
    except (KeyError, TypeError, ValueError):
        raise bad(f"{name} must be a number") from None


def spot(asked: Json) -> tuple[int, int, int]:
    """Who, in which chat, about which message."""
    return number(asked, "as"), number(asked, "chat"), number(asked, "message_id")


def viewer(query: Any) -> int | None:
    return None if query.get("as") == "*" else number(query, "as")


def page_of(request: web.Request) -> tuple[int, int]:
    query = request.query
    return number(query, "after") if "after" in query else 0, number(query, "limit") if "limit" in query else 1000
