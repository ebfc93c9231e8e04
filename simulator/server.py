"""The town on a port: the Bot API, its files, the people's API and the web chat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from simulator import people_api
from simulator.checks import Upload
from simulator.faults import Broken
from simulator.refusal import Refused, bad
from simulator.town import Town
from simulator.webhook import Postman

TOWN = web.AppKey("town", Town)
BODY_LIMIT = 64 * 1024 * 1024  # the largest document and its form
GARBAGE = b"\x1f\x8b<html>\xff\xfe502 {ok:"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(town: Town) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[plain_refusals])
    app[TOWN] = town
    app.router.add_route("*", "/bot{token}/{method}", bot_api)
    app.router.add_get("/file/bot{token}/{path:.+}", bot_file)
    people_api.add_routes(app, town)
    app.cleanup_ctx.append(posting)
    return app


async def posting(app: web.Application) -> AsyncIterator[None]:
    """While the server runs, a webhook that is set gets its updates."""
    postman = asyncio.create_task(Postman(app[TOWN]).run())
    yield
    postman.cancel()
    await asyncio.gather(postman, return_exceptions=True)


@web.middleware
async def plain_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return answered(refused.answer)


def answered(answer: dict[str, Any]) -> web.Response:
    return web.json_response(answer, status=200 if answer["ok"] else answer["error_code"])


async def bot_api(request: web.Request) -> web.StreamResponse:
    if request.method not in ("GET", "POST"):
        return answered(Refused(404, "Not Found").answer)
    params, files = await given(request)
    try:
        answer = await request.app[TOWN].call(request.match_info["token"], request.match_info["method"], params, files)
    except Broken as broken:
        body = b"" if broken.answer is None else json.dumps(broken.answer).encode()
        return await break_line(request, broken, body, "application/json")
    return answered(answer)


async def bot_file(request: web.Request) -> web.StreamResponse:
    try:
        content = request.app[TOWN].file(request.match_info["token"], request.match_info["path"])
    except Broken as broken:
        body = b"" if broken.answer is None else broken.answer["content"]
        return await break_line(request, broken, body, "application/octet-stream")
    return web.Response(body=content, content_type="application/octet-stream")


async def given(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters from the query, and from a body of JSON, of form data, or of parts with files."""
    params: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    kind = request.content_type
    if not request.can_read_body:
        return params, files
    if kind == "application/json":
        try:
            body = await request.json()
        except (ValueError, RecursionError):
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("expected a JSON object")
        params |= body
    elif kind == "application/x-www-form-urlencoded":
        params |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    elif kind == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise bad("nested parts are not understood")
            content = bytes(await part.read(decode=True))
            if part.filename is None:
                params[part.name] = content.decode("utf-8", "surrogateescape")
            else:
                files[part.name] = Upload(part.filename, content)
    return params, files


async def break_line(request: web.Request, broken: Broken, body: bytes, content_type: str) -> web.StreamResponse:
    """Do to the connection what the fault says."""
    if broken.kind in ("reset_before", "reset_after"):
        return hang_up(request)
    if broken.kind == "hang":
        await asyncio.sleep(broken.seconds)
        return hang_up(request)
    if broken.kind == "slow":
        return await dribble(request, body, content_type, broken.seconds)
    wrong = {"garbled": GARBAGE, "empty": b"", "truncated": body[: len(body) // 2]}[broken.kind]
    return web.Response(body=wrong, content_type=content_type)


def hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def dribble(request: web.Request, body: bytes, content_type: str, seconds: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": content_type, "Content-Length": str(len(body))})
    await response.prepare(request)
    steps = max(1, min(len(body), 20))
    size = -(-len(body) // steps)
    for start in range(0, len(body), size):
        await asyncio.sleep(seconds / steps)
        await response.write(body[start : start + size])
    await response.write_eof()
    return response
