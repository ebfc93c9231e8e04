"""The line to the server, over real sockets: what broke, and whether the request may have been carried out."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, TelegramError

from bot.channels.base import SendError
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.transport import (
    AiohttpWire,
    Broken,
    NeverReached,
    ServerFault,
    TooLarge,
    TooLong,
    TooMany,
    Wire,
)
from tests.bot.scripted import ME, TOKEN, Answer, Scripted, bad

Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = json.dumps({"ok": True, "result": True}).encode()
SHORT_S = 0.3


@asynccontextmanager
async def server(answer: Serving) -> AsyncIterator[str]:
    """A raw TCP server; yields its address. `answer` is called once the request's head has come."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


@asynccontextmanager
async def wired(deadline_s: float = 5.0) -> AsyncIterator[AiohttpWire]:
    wire = AiohttpWire(deadline_s)
    await wire.initialize()
    try:
        yield wire
    finally:
        await wire.shutdown()


def saying(body: bytes, head: bytes = b"HTTP/1.1 200 OK", length: int | None = None) -> Serving:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = len(body) if length is None else length
        writer.write(head + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % size + body)
        await writer.drain()

    return answer


async def _reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()  # until the other side gives up


async def _drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


HTML = b"<html><h1>Bad Gateway</h1></html>"
FAULTS: list[tuple[str, Serving, type[TelegramError]]] = [
    ("reset", _reset, Broken),
    ("silence", _silence, Broken),
    ("one byte at a time", _drip, Broken),
    ("truncated", saying(OK[:10], length=len(OK)), Broken),
    ("cut JSON", saying(OK[:10]), Broken),
    ("empty", saying(b""), Broken),
    ("garbage", saying(b"\x1f\x8b\xff{ok"), Broken),
    ("a list", saying(b"[1]"), Broken),
    ("no result", saying(b'{"ok":true}'), Broken),
    ("no HTTP", saying(b"", head=b"SMTP/1.1 200 hello"), Broken),
    ("200 in HTML", saying(HTML), Broken),
    ("502 in HTML", saying(HTML, b"HTTP/1.1 502 Bad Gateway"), Broken),
    ("502 in JSON", saying(bad(502, "Bad Gateway")[1], b"HTTP/1.1 502 Bad Gateway"), Broken),  # type: ignore[index]
    ("503 in HTML", saying(HTML, b"HTTP/1.1 503 Service Unavailable"), Broken),
    ("500 in JSON", saying(bad(500, "Internal Server Error")[1], b"HTTP/1.1 500 Oops"), ServerFault),  # type: ignore[index]
    ("407 in HTML", saying(HTML, b"HTTP/1.1 407 Proxy"), ServerFault),
    ("302", saying(b"", b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x"), ServerFault),
    ("huge", saying(b" " * 100, length=11 * 1024 * 1024), TooLong),
]


@pytest.mark.parametrize(("answer", "error"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
async def test_every_way_an_answer_can_fail(
    answer: Serving, error: type[TelegramError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with server(answer) as address, wired(SHORT_S) as wire:
        with pytest.raises(error) as raised:
            await wire.post(f"{address}/bot{TOKEN}/sendMessage")
    assert type(raised.value) is error
    told = f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
    assert TOKEN not in told
    assert "<html>" not in told


async def test_control_with_room_for_more_a_huge_answer_is_waited_for(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.transport.ANSWER_LIMIT", 10**9)
    with pytest.raises(Broken) as raised:
        await test_every_way_an_answer_can_fail(*FAULTS[-1][1:], caplog)
    assert type(raised.value) is not TooLong


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://nowhere.invalid", "https://127.0.0.1:1", "nonsense"])
async def test_a_server_that_cannot_be_reached(address: str) -> None:
    async with wired() as wire:
        with pytest.raises(NeverReached) as raised:
            await wire.post(f"{address}/bot{TOKEN}/sendMessage")
    assert TOKEN not in str(raised.value)


async def test_plain_http_where_tls_was_wanted_was_never_reached() -> None:
    async with server(saying(OK)) as address, wired() as wire:
        with pytest.raises(NeverReached):
            await wire.post(f"{address.replace('http:', 'https:')}/bot{TOKEN}/sendMessage")


async def test_a_closed_wire_reaches_nobody() -> None:
    with pytest.raises(NeverReached):
        await AiohttpWire().post("http://127.0.0.1:1/x")


async def test_a_broken_call_is_made_once() -> None:
    """Not by the client either: aiohttp repeats what it thinks harmless."""
    seen = 0

    async def count_and_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        if seen == 1:  # keep the line open once, so that the next call comes on a line that dies
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OK) + OK)
            await writer.drain()
            await reader.readuntil(b"\r\n\r\n")
            seen += 1
        writer.transport.abort()

    async with server(count_and_reset) as address, wired() as wire:
        assert await wire.post(f"{address}/bot{TOKEN}/sendMessage") is True
        with pytest.raises(Broken):
            await wire.post(f"{address}/bot{TOKEN}/sendMessage")
    assert seen == 2


@pytest.mark.parametrize(
    ("answer", "method", "error"),
    [
        (bad(429, "Too Many Requests", retry_after=37), "sendMessage", TooMany),
        (bad(401, "Unauthorized"), "sendMessage", InvalidToken),
        (bad(404, "Not Found"), "getMe", InvalidToken),
        (bad(404, "Not Found"), "setMessageReaction", EndPointNotFound),
        (bad(413, "Request Entity Too Large"), "sendPhoto", BadRequest),
        (
            (200, b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":37}}'),
            "sendMessage",
            TooMany,
        ),
        ((200, b'{"ok":false,"error_code":400,"description":"Bad Request: no"}'), "sendMessage", BadRequest),
        ((200, b'{"ok":false}'), "sendMessage", BadRequest),
    ],
)
async def test_what_the_server_says_is_judged_by_its_meaning(
    answer: Answer, method: str, error: type[TelegramError]
) -> None:
    class One(Scripted):
        async def exchange(self, url: str, data: object, deadline: float) -> tuple[int, bytes]:
            assert not isinstance(answer, Exception)
            return answer

    with pytest.raises(error) as raised:
        await One(lambda *_: answer).post(f"http://api.test/bot{TOKEN}/{method}")
    if isinstance(raised.value, TooMany):
        assert raised.value.seconds == 37


@pytest.mark.parametrize("body", [b"slow down", b'{"ok":false,"error_code":429,"parameters":{"retry_after":"soon"}}'])
async def test_a_429_without_seconds_still_means_a_pause(body: bytes) -> None:
    with pytest.raises(TooMany) as raised:
        await Scripted(lambda *_: (429, body)).post("http://api.test/bot7:x/sendMessage")
    assert raised.value.seconds > 0


async def test_fields_and_files_arrive_as_any_bot_api_server_reads_them() -> None:
    seen: list[tuple[str, dict[str, object]]] = []

    async def take(request: web.Request) -> web.Response:
        if request.path.endswith("getMe"):
            return web.json_response({"ok": True, "result": ME})
        form = await request.post()
        fields: dict[str, object] = {
            name: (value.filename, value.content_type, value.file.read()) if isinstance(value, web.FileField) else value
            for name, value in form.items()
        }
        seen.append((request.content_type, fields))
        return web.json_response(
            {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}
        )

    app = web.Application()
    app.router.add_post("/{any:.*}", take)
    async with _listening(app) as address:
        wire = AiohttpWire()
        bot = Bot("7:x", f"{address}/bot", request=wire, get_updates_request=wire)
        async with bot:
            await bot.send_message(5, "你好 & = ?", disable_notification=True)
            await bot.send_photo(5, InputFile(b"\xff\xd8jpeg", filename="photo.jpg"), caption="洞")
    assert seen[0] == (
        "application/x-www-form-urlencoded",
        {"chat_id": "5", "text": "你好 & = ?", "disable_notification": "true"},
    )
    assert seen[1] == (
        "multipart/form-data",
        {"chat_id": "5", "caption": "洞", "photo": ("photo.jpg", "image/jpeg", b"\xff\xd8jpeg")},
    )


@asynccontextmanager
async def _listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("length", [None, 10])
async def test_a_file_is_not_taken_beyond_its_limit(length: int | None) -> None:
    async def chunked(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\n12345\r\n" * 3 + b"0\r\n\r\n")
        await writer.drain()

    async with server(chunked if length is None else saying(b"x" * length)) as address, wired() as wire:
        with pytest.raises(TooLarge):
            await wire.download(f"{address}/file", 9)
        assert (await wire.download(f"{address}/file", 15))[0] == 200


async def test_a_redirected_file_is_not_followed() -> None:
    canary = 0

    async def bird(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal canary
        canary += 1
        await saying(b"sung")(_, writer)

    async with server(bird) as elsewhere:
        head = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/x".encode()
        async with server(saying(b"", head)) as address, wired() as wire:
            assert (await wire.download(f"{address}/file", 100))[0] == 302
    assert canary == 0


async def test_the_token_is_in_no_error_and_in_no_log_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    unauthorized = saying(bad(401, "Unauthorized")[1], b"HTTP/1.1 401 Unauthorized")  # type: ignore[index]
    for answer in (unauthorized, saying(HTML), _reset):
        async with server(answer) as address:
            channel = TelegramChannel(TOKEN, address)
            with pytest.raises(SendError) as raised:
                await channel.open()
            await channel.close()
        assert TOKEN not in f"{raised.value!r} {raised.value.__cause__!r}"
        assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert TOKEN not in caplog.text


def test_nothing_of_the_wire_can_be_left_out() -> None:
    assert Wire.__abstractmethods__ >= {"exchange", "download"}
    assert issubclass(aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorError)
    assert issubclass(aiohttp.ClientConnectorDNSError, aiohttp.ClientConnectorError)
