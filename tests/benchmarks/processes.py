"""The simulator and a bot as processes of their own, and what the simulator's people do, over HTTP."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo import demo_district
from tests.benchmarks.street import TOKEN, Report, picture

START_S = 60.0
STOP_S = 15.0


@asynccontextmanager
async def process(*arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python ARGUMENTS`, ended with SIGTERM. It gets no setting but those given here."""
    kept: Mapping[str, str] = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    started = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env={**kept, "PYTHONUNBUFFERED": "1", **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.returncode is None:
            started.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(started.communicate(), STOP_S)
            except TimeoutError:
                started.kill()
                await started.wait()


def our_bot(folder: Path, address: str, district: Path) -> dict[str, str]:
    """The settings of `python -m bot run` against the simulator, its pace off."""
    return {
        "BOT_TOKEN": TOKEN, "BOT_API_URL": address, "SEND_LIMITS": "off", "DISTRICT": str(district), "HTTP_PORT": "0",
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bot.db'}", "MEDIA_URL": f"file:{folder / 'media'}",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip


class Street:
    """The people's side of a simulator in another process."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address, self.session = address, session
        self.upload = ""

    async def bring_picture(self) -> None:
        given = await self._post("uploads", data=picture(0), headers={"X-File-Name": "picture.jpg"})
        self.upload = given["upload"]

    async def post(self, report: Report) -> int:
        """The message's number."""
        said = {"as": report.rider, "chat": report.group, "text": report.text, "photos": [{"upload": self.upload}]}
        given = await self._post("messages", json=said)
        return int(given["messages"][0]["message_id"])

    async def updates(self) -> list[dict[str, Any]]:
        return await self._all("updates", "seq")

    async def calls(self) -> list[dict[str, Any]]:
        return await self._all("log", "id")

    async def _all(self, what: str, key: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            async with self.session.get(
                f"{self.address}/api/{what}", params={"after": rows[-1][key] if rows else 0, "limit": 1000}
            ) as answer:
                page = await answer.json()
            rows += page
            if len(page) < 1000:
                return rows

    async def _post(self, what: str, **body: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.address}/api/{what}", **body) as answer:
            answer.raise_for_status()
            given: dict[str, Any] = await answer.json()
            return given


@asynccontextmanager
async def simulator(folder: Path) -> AsyncIterator[Street]:
    """A simulator with the demo district's people, on any free port."""
    with demo_district() as district:
        async with process(
            "-m", "simulator", "--data", str(folder), "--token", TOKEN, "--seed", str(district / "town.json")
        ) as started:
            assert started.stdout is not None
            address = (await asyncio.wait_for(started.stdout.readline(), START_S)).decode().strip()
            async with aiohttp.ClientSession() as session:
                street = Street(address, session)
                await street.bring_picture()
                yield street
