"""Updates taken in by the webhook, each answered after its commit, against an aiohttp handler that only parses them.

`python -m tests.benchmarks.webhook FOLDER HOW` serves, ours or the bare handler, and prints its port; both are asked by
the same client in this process, over as many lines as Telegram keeps open.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.building import serving
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import Database
from bot.migrating import migrate
from bot.pace import Limits, Pace
from bot.runtime import Runtime
from bot.town import Town
from bot.web import SECRET_HEADER, make_app
from media.store import open_store
from media.workshop import Workshop
from tests.benchmarks.figures import Line, ratio
from tests.benchmarks.grounds import on_postgres

AIM = 0.5
LINES = 40
"""Telegram's own default, `max_connections`."""
SECRET = "a-secret-of-the-benchmark"


async def measured(folder: Path, *, count: int, rounds: int) -> list[Line]:
    folder.mkdir(exist_ok=True)
    lines = []
    async with on_postgres() as grounds:
        for name in ("SQLite", "PostgreSQL"):
            ours, theirs = [], []
            for number in range(rounds):
                sqlite = f"sqlite+aiosqlite:///{folder / f'round{number}.db'}"
                url = sqlite if name == "SQLite" else await grounds.copy()
                ours.append(count / await _round(url, "ours", count))
                theirs.append(count / await _round(url, "bare", count))
            note = f"{count} updates over {LINES} lines, each answered after its commit"
            lines.append(ratio(f"webhook receipt, {name}", "1/s", ours, theirs, AIM, note))
    return lines


async def _round(url: str, how: str, count: int) -> float:
    """Seconds until all were answered with 200."""
    pipe = asyncio.subprocess.PIPE
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.webhook", url, how, stdin=pipe, stdout=pipe
    )
    try:
        assert serving.stdout is not None
        port = int(await serving.stdout.readline())
        shares = [range(at, count, LINES) for at in range(LINES)]
        await asyncio.gather(*(_line(port, range(-at - 2, -at - 1)) for at in range(LINES)))  # nothing is built then
        began = time.perf_counter()
        await asyncio.gather(*(_line(port, share) for share in shares))
        return time.perf_counter() - began
    finally:
        await serving.communicate(b"\n")


async def _line(port: int, updates: range) -> None:
    """One connection kept open: an update, its answer, the next."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number in updates:
            body = json.dumps(_update(number)).encode()
            head = (
                f"POST /telegram HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                f"{SECRET_HEADER}: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200 "), answer
    finally:
        writer.close()


def _update(number: int) -> dict[str, Any]:
    """A photo with a line of words, as Telegram sends it."""
    sizes = [{"file_id": "A" * 80, "file_unique_id": f"u{number}", "width": 1280, "height": 960, "file_size": 200_000}]
    message = {
        "message_id": number + 1_000,
        "date": 1_800_000_000,
        "chat": {"id": -1002610199001, "type": "supergroup", "title": "第一网格"},
        "from": {"id": 1001, "is_bot": False, "first_name": "小林"},
        "photo": sizes * 4,
        "caption": f"团结西路{number}号门口,路面有一处塌陷",
    }
    return {"update_id": number + 1_000, "message": message}


@asynccontextmanager
async def _ours(url: str) -> AsyncIterator[web.Application]:
    async with AsyncExitStack() as open_:
        database = Database.opened(url)
        open_.push_async_callback(database.close)
        await migrate(database)
        channel, clock = TelegramChannel("7000001:benchmark", "http://127.0.0.1:9"), Clock()
        store, pace = open_store("file:/nowhere"), Pace(Limits(), clock.monotonic)
        town = Town(Runtime(database, clock, {channel.name: channel}, store, Workshop(), pace))
        yield make_app(town, secret=SECRET)


@asynccontextmanager
async def _bare(_url: str) -> AsyncIterator[web.Application]:
    async def parsed(request: web.Request) -> web.Response:
        json.loads(await request.read())
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/telegram", parsed)])
    yield app


async def _serve(url: str, how: str) -> None:
    async with _ours(url) if how == "ours" else _bare(url) as app, serving(app, "127.0.0.1", 0) as port:
        print(port, flush=True)
        await asyncio.to_thread(sys.stdin.readline)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.webhook", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("how", choices=("ours", "bare"))
    asked = parser.parse_args()
    asyncio.run(_serve(asked.url, asked.how))


if __name__ == "__main__":
    main()
