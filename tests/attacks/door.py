"""The webhook behind a real socket, and callers who write their requests by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.building import serving
from bot.web import SECRET_HEADER, make_app
from models.mail import Inbox
from tests.cast import GROUP, LIN, MORNING, Town

SECRET = "only-telegram-knows-it_42"
PATIENCE_S = 30.0
TITLE = "柳桥路网格群"


@dataclass
class Door:
    """Where the webhook listens, and the town behind it."""

    town: Town
    port: int

    async def post(self, body: bytes, path: str = "/telegram", verb: str = "POST", **headers: str) -> int:
        """One request as a well-behaved caller writes it; the status it is answered with."""
        return await self.asks(request(body, path, verb, **headers))

    async def asks(self, *pieces: bytes) -> int:
        """These bytes, piece by piece; 0 where the line is closed without a word."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await answered(reader)
        except ConnectionError:
            return 0
        finally:
            writer.close()

    async def kept(self) -> list[Inbox]:
        """What the database holds of what came in by this door."""
        async with self.town.machine.runtime.database.read() as session:
            return list(await session.scalars(select(Inbox).where(Inbox.update.like("8%")).order_by(Inbox.id)))


async def answered(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(PATIENCE_S):
        line = await reader.readline()
    return int(line.split()[1]) if line else 0


def request(body: bytes, path: str = "/telegram", verb: str = "POST", **headers: str) -> bytes:
    told = {"Host": "town.test", "Content-Type": "application/json", "Content-Length": str(len(body))}
    return head(verb, path, told | {name.replace("_", "-"): value for name, value in headers.items()}) + body


def head(verb: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{verb} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def true(number: int, text: str = "hello", **beside: Any) -> bytes:
    """An update as Telegram would bring it. Their numbers begin with 8, as no other's here."""
    return json.dumps(update(number, text, **beside)).encode()


def update(number: int, text: str = "hello", **beside: Any) -> dict[str, Any]:
    sender = {"id": LIN, "is_bot": False, "first_name": "小林"}
    chat = {"id": GROUP, "type": "supergroup", "title": TITLE}
    message = {"message_id": 900_000 + number, "date": int(MORNING.timestamp()), "from": sender, "chat": chat}
    return {"update_id": 8_000_000 + number, "message": {**message, "text": text, **beside}}


@asynccontextmanager
async def opened(town: Town) -> AsyncIterator[Door]:
    async with serving(make_app(town.machine, secret=SECRET), "127.0.0.1", 0) as port:
        yield Door(town, port)


KNOWS = {SECRET_HEADER.replace("-", "_"): SECRET}
"""Headers of who knows the secret."""
