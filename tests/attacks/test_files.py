"""27 and 28: a file comes from the Bot API's server or not at all, and lies where we put it, under our own name."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest
from aiohttp import web

from bot.building import serving
from bot.channels.base import FetchFailed
from bot.channels.telegram import TelegramChannel, fetching, transport
from media.store import FolderStore
from tests.attacks.door import KNOWS, Door, update
from tests.cast import HOLE
from tests.handlers.seeing import tickets

TOKEN = "7000001:a-token-nobody-may-see"
SEED, MANY = 20261122, 150
PIECES = ["..", "../", "/", "//", "\\", "..\\", "%2e%2e", "%2f", "%5c", "%00", "\x00", "C:\\", "file:///", "http://",
          "https:", "@", ":", "?", "#", "photos", "file_1.jpg", ".", "~", "etc/passwd", "\u2215",
          "\u202e", "\uff0e\uff0f", "%252e", ";", " ",
          "\r\nHost: x", "{canary}", "//{canary}", "http://{canary}/", "@{canary}/", "\\\\{canary}\\x"]  # fmt: skip


class Canary:
    """A server nobody should ask; and the Bot API server that tells of it."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.asked: list[str] = []
        self.path, self.redirects = "", False
        self.address = ""

    async def bird(self, request: web.Request) -> web.Response:
        self.hits.append(request.raw_path)
        return web.Response(body=b"canary")

    async def api(self, request: web.Request) -> web.Response:
        self.asked.append(request.raw_path)
        if request.path.endswith("/getMe"):
            return web.json_response({"ok": True, "result": {"id": 7000001, "is_bot": True, "first_name": "x",
                                                             "username": "x_bot"}})  # fmt: skip
        if request.path.endswith("/getFile"):
            told = {"file_id": "a", "file_unique_id": "b", "file_path": self.path}
            return web.Response(text=json.dumps({"ok": True, "result": told}), content_type="application/json")
        if self.redirects:
            return web.Response(status=302, headers={"Location": f"http://{self.address}/stolen"})
        return web.Response(body=b"bytes")


@asynccontextmanager
async def between() -> AsyncIterator[tuple[Canary, TelegramChannel]]:
    canary = Canary()
    nest, server = web.Application(), web.Application()
    nest.router.add_route("*", "/{rest:.*}", canary.bird)
    server.router.add_route("*", "/{rest:.*}", canary.api)
    async with serving(nest, "127.0.0.1", 0) as there, serving(server, "127.0.0.1", 0) as here:
        canary.address = f"127.0.0.1:{there}"
        channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{here}")
        await channel.open()
        try:
            yield canary, channel
        finally:
            await channel.close()


def paths(canary: Canary, count: int) -> Iterator[str]:
    chance = Random(SEED)
    for _ in range(count):
        yield "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 6))).replace("{canary}", canary.address)


async def fetched(canary: Canary, channel: TelegramChannel) -> list[str]:
    """Everything that was asked of our own server outside its files, and every hit of the other."""
    reasons: list[str] = []
    for path in paths(canary, MANY):
        canary.path = path
        try:
            await channel.fetch("ref", 1000)
        except FetchFailed as failed:
            reasons.append(failed.reason)
    assert [reason for reason in reasons if TOKEN in reason or canary.address in reason] == []
    below = f"/file/bot{TOKEN}/"
    known = (f"/bot{TOKEN}/getFile", f"/bot{TOKEN}/getMe")
    others = [one for one in canary.asked if one not in known]
    return [one for one in others if not one.startswith(below) or ".." in one or "%" in one] + canary.hits


async def test_no_path_leads_anywhere_else() -> None:
    async with between() as (canary, channel):
        assert await fetched(canary, channel) == []


async def test_no_redirect_is_followed() -> None:
    async with between() as (canary, channel):
        canary.path, canary.redirects = "photos/file_1.jpg", True
        with pytest.raises(FetchFailed):
            await channel.fetch("ref", 1000)
        assert canary.hits == []


async def test_control_any_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_path", lambda told: str(told["file_path"]))
    async with between() as (canary, channel):
        assert await fetched(canary, channel) != []


async def test_control_redirects_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    request = transport.aiohttp.ClientSession.request
    monkeypatch.setattr(
        transport.aiohttp.ClientSession, "request",
        lambda self, *given, **named: request(self, *given, **{**named, "allow_redirects": True}),
    )  # fmt: skip
    async with between() as (canary, channel):
        canary.path, canary.redirects = "photos/file_1.jpg", True
        await channel.fetch("ref", 1000)
        assert canary.hits == ["/stolen"]


# --- names of files ------------------------------------------------------------------------------

NAMES = [
    "../../etc/cron.d/x", "/etc/passwd", "C:\\Windows\\x.jpg", "..\\..\\x", "x\x00.jpg", "a" * 4000, "\u202egpj.exe",
    "．．／x", "%2e%2e%2fx", "CON", ".", "..", "", "~/.ssh/id", "x\n.jpg", "-rf", "$(reboot)", "`id`", "é\u0301.jpg",
]  # fmt: skip


async def written(door: Door, around: Path) -> list[str]:
    """Reports with pictures sent as files, of such names; what lies about that was not put by its key."""
    town = door.town
    told = await town.lin.posts("西柳小区1号楼路灯不亮")
    for number, name in enumerate(NAMES):
        said = update(number + 1, HOLE)
        file = {"file_id": told.raw["photo"][-1]["file_id"], "file_unique_id": f"u{number}", "file_name": name,
                "mime_type": "image/jpeg", "file_size": 900}  # fmt: skip
        said["message"] |= {"document": file, "caption": f"柳桥{number}巷路面塌陷"}
        del said["message"]["text"]
        assert await door.post(json.dumps(said).encode(), **KNOWS) == 200
        await town.settles()
    media = around / "media"
    found = [path for path in around.rglob("*") if path.is_file()]
    known = ("town.db", "simulator", "seen", "lock")
    strange = [str(path) for path in found if media not in path.parents and not any(one in str(path) for one in known)]
    return strange + [str(one) for one in media.rglob("*") if one.is_file() and not _is_key(one.name)]


def _is_key(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


async def test_a_files_name_names_no_file_of_ours(door: Door, tmp_path: Path) -> None:
    assert await written(door, tmp_path) == []
    assert len(await tickets(door.town)) >= 2


async def test_control_a_store_that_asks_for_names(tmp_path: Path) -> None:
    """The store takes keys alone: a name is refused before it becomes a path."""
    store = FolderStore(tmp_path / "media")
    await store.open()
    for name in NAMES:
        with pytest.raises(ValueError, match="64 hexadecimal"):
            await store.get(name)
    (tmp_path / "secret").write_text("x")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("media.store._path", lambda key: key)
        assert await store.get("../secret") == b"x"
