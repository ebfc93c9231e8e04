"""29: whoever knocks at the webhook without the secret leaves nothing behind; whoever knows it brings only updates."""

import asyncio
import json
import time
import tracemalloc
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from sqlalchemy import select

from bot import web as page
from bot.channels.telegram import TelegramChannel, parsing
from models.mail import Inbox
from tests.attacks.door import KNOWS, SECRET, Door, answered, chunked, head, opened, request, true, update
from tests.attacks.forged import storm
from tests.cast import Town

HEADER = "X-Telegram-Bot-Api-Secret-Token"
Knock = Callable[[Door], Awaitable[int]]
BIG = b"x" * (page.UPDATE_LIMIT + 1)


def _as(secret: str) -> dict[str, str]:
    return {HEADER: secret}


FORGED: dict[str, tuple[Knock, int]] = {
    "without the secret": (lambda door: door.post(true(1)), 403),
    "with an empty one": (lambda door: door.post(true(1), **_as("")), 403),
    "with a wrong one": (lambda door: door.post(true(1), **_as("guessed")), 403),
    "with the beginning of it": (lambda door: door.post(true(1), **_as(SECRET[:-1])), 403),
    "with more than it": (lambda door: door.post(true(1), **_as(SECRET + "x")), 403),
    "in capitals": (lambda door: door.post(true(1), **_as(SECRET.upper())), 403),
    "with letters of no header": (lambda door: door.post(true(1), **_as("密钥\x80")), 403),
    "in the address": (lambda door: door.post(true(1), f"/telegram?secret_token={SECRET}"), 403),
    "as a password": (lambda door: door.post(true(1), Authorization=f"Bearer {SECRET}"), 403),
    "another path": (lambda door: door.post(true(1), "/telegram/", **KNOWS), 404),
    "a path that climbs": (lambda door: door.post(true(1), "/telegram/../telegram2", **KNOWS), 404),
    "the root": (lambda door: door.post(true(1), "/", **KNOWS), 404),
    "asked for by GET": (lambda door: door.post(b"", verb="GET", **KNOWS), 405),
    "put": (lambda door: door.post(true(1), verb="PUT", **KNOWS), 405),
    "no verb of HTTP": (lambda door: door.asks(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), 400),
    "a length that lies below zero": (lambda door: door.post(true(1), **{**KNOWS, "Content-Length": "-5"}), 400),
    "two lengths": (
        lambda door: door.asks(request(true(1), **KNOWS).replace(b"Host:", b"Content-Length: 3\r\nHost:")), 400
    ),
    "a length and chunks": (
        lambda door: door.asks(request(true(1), **KNOWS, Transfer_Encoding="chunked")), 400
    ),
    "endless headers": (lambda door: door.asks(request(true(1), X_A="a" * 20_000, **KNOWS)), 400),
    "a thousand headers": (
        lambda door: door.asks(request(true(1), **{f"X-{n}": "a" for n in range(1000)}, **KNOWS)), 400
    ),
    "too long": (lambda door: door.post(BIG, **KNOWS), 413),
    "too long, without the secret": (lambda door: door.post(BIG), 403),
    "no JSON": (lambda door: door.post(b"{'update_id': 8}", **KNOWS), 400),
    "half of it": (lambda door: door.post(true(1)[:-1], **KNOWS), 400),
    "nothing": (lambda door: door.post(b"", **KNOWS), 400),
    "no text": (lambda door: door.post(b"\xff\xfe\x00\x80", **KNOWS), 400),
    "a list": (lambda door: door.post(b"[" + true(1) + b"]", **KNOWS), 400),
    "a number": (lambda door: door.post(b"8", **KNOWS), 400),
    "without a number": (lambda door: door.post(b'{"message": {}}', **KNOWS), 400),
    "with words for a number": (lambda door: door.post(b'{"update_id": "8"}', **KNOWS), 400),
    "with a number too long to read": (
        lambda door: door.post(b'{"update_id": %s}' % (b"8" * 5000), **KNOWS), 400
    ),
    "deeper than anybody reads": (lambda door: door.post(_deep(100_000), **KNOWS), 400),
    "deeper than anybody writes": (lambda door: door.post(_deep(900), **KNOWS), 400),
}  # fmt: skip


def _deep(levels: int) -> bytes:
    return b'{"update_id": 8000001, "x": %s%s}' % (b"[" * levels, b"]" * levels)


async def persisted(door: Door) -> int:
    """Knock in every forged way; how many of them left something in the database."""
    for name, (knock, status) in FORGED.items():
        assert await knock(door) == status, name
    return len(await door.kept())


async def test_nothing_forged_or_broken_is_kept(door: Door) -> None:
    assert await persisted(door) == 0
    assert await door.post(true(1), **KNOWS) == 200
    assert [row.update for row in await door.kept()] == ["8000001"]


@pytest.mark.parametrize("name", [name for name, (_, status) in FORGED.items() if status == 403][:6])
async def test_control_where_nobody_asks_for_the_secret(door: Door, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(TelegramChannel, "verify", staticmethod(lambda given, secret: True))
    assert await FORGED[name][0](door) == 200
    assert len(await door.kept()) == 1


async def test_the_same_brought_again_is_one_row(door: Door) -> None:
    """Telegram repeats what was not answered; whoever recorded a call plays it again."""
    bodies = [true(1)] * 20 + [true(1, "other words under the same number")] * 5
    assert set(await asyncio.gather(*(door.post(body, **KNOWS) for body in bodies))) == {200}
    assert len(await door.kept()) == 1
    await door.town.settles()
    assert set(await asyncio.gather(*(door.post(body, **KNOWS) for body in bodies))) == {200}
    (row,) = await door.kept()
    assert row.state == "done"


async def test_control_a_number_changed_is_another(door: Door) -> None:
    assert await door.post(true(1), **KNOWS) == await door.post(true(2), **KNOWS) == 200
    assert len(await door.kept()) == 2


@pytest.mark.parametrize("called", ["application/json; charset=UTF-8", "text/json", "text/plain", "application/x-what"])
async def test_telegram_may_call_its_letters_what_it_likes(door: Door, called: str) -> None:
    assert await door.post(true(1), **KNOWS, Content_Type=called) == 200
    whole = true(2)
    said = {"Host": "x", "Content-Type": called, "Transfer-Encoding": "chunked", HEADER: SECRET}
    assert await door.asks(head("POST", "/telegram", said), chunked(whole[:9], whole[9:])) == 200
    assert len(await door.kept()) == 2


ODD = {
    "NaN": b'{"update_id": 8000001, "a": NaN, "b": [Infinity, -Infinity], "c": 1e999, "d": -1e999}',
    "whole numbers of any length": b'{"update_id": 8000001, "a": %s}' % (b"9" * 4000),
    "a number of an update beyond 64 bits": b'{"update_id": 8%s}' % (b"0" * 30),
    "the same key twice": b'{"update_id": 3, "update_id": 8000001, "message": 1, "message": {}}',
    "halves of a letter": b'{"update_id": 8000001, "a": "\\ud800", "\\udfff": "\\udfff\\ud800"}',
    "halves not even escaped": b'{"update_id": 8000001, "a": "\xed\xa0\x80"}',
    "NUL": b'{"update_id": 8000001, "a": "\\u0000", "b\\u0000": ["\\u0000x"]}',
    "another encoding": json.dumps({"update_id": 8000001, "a": "塌陷"}, ensure_ascii=False).encode("utf-16"),
    "the name of a thing we do not know": b'{"update_id": 8000001, "tomorrow": {"message": {}}}',
    "a million commas": b'{"update_id": 8000001, "a": [%s0]}' % (b"0," * 400_000),
}


async def test_whatever_is_json_is_kept_once_and_stops_nothing(either: Town) -> None:
    async with opened(either) as door:
        for number, body in enumerate(ODD.values()):
            body = body.replace(b"8000001", b"80000%d" % (10 + number))
            assert await door.post(body, **KNOWS) == await door.post(body, **KNOWS) == 200
            await either.settles()
        assert await door.post(true(2, "/help"), **KNOWS) == 200
        await either.settles()
        async with either.machine.runtime.database.read() as session:
            rows = (await session.execute(select(Inbox.update, Inbox.state))).all()
    assert [state for _, state in rows if state != "done"] == []
    brought = [update for update, _ in rows if not update.isdigit() or update.startswith("8")]
    assert len(brought) == len(ODD) + 1


NASTY = "印刷技校门口\x00路面塌陷\ud83d \udc00 '); DROP TABLE tickets;--\x1b[31m\u202e"


async def test_text_no_database_takes_is_a_report_on_both(either: Town) -> None:
    photo = [{"file_id": "a\x00b", "file_unique_id": "c\ud800\x00", "width": 9, "height": 9}]
    sender = {"id": 1001, "is_bot": False, "first_name": "小\x00林\udfff", "username": "xiao\x00lin"}
    async with opened(either) as door:
        said = update(1, "x", photo=photo, caption=NASTY)
        del said["message"]["text"]
        said["message"] |= {"from": sender, "chat": {**said["message"]["chat"], "title": "柳\x00桥\udc00"}}
        assert await door.post(json.dumps(said).encode(), **KNOWS) == 200
        await either.settles()
        (row,) = await door.kept()
        assert (row.state, row.reason) == ("done", None)
    assert "路面塌陷" in either.card.text or "道路塌陷" in either.card.text


async def test_control_numbers_that_are_none(either: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as Python reads them, such numbers are refused by PostgreSQL, and the update comes again for a day."""
    monkeypatch.setattr(page, "parsed", json.loads)
    async with opened(either) as door:
        status = await door.post(ODD["NaN"], **KNOWS)
    assert status == (200 if either.machine.runtime.database.is_sqlite else 500)


async def test_control_deeper_than_anybody_writes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the bound it is kept, and whoever wants to write it anew may have no room on his stack."""
    monkeypatch.setattr(parsing, "_is_deep", lambda value: False)
    assert await door.post(_deep(900), **KNOWS) == 200
    assert len(await door.kept()) == 1


async def test_a_long_one_is_turned_away_while_it_comes(door: Door) -> None:
    """Said to be long, or in chunks without end: memory holds no more of it than an update may have."""
    endless = {"Host": "x", "Transfer-Encoding": "chunked", HEADER: SECRET}
    piece, sent = b"x" * 65_536, 0
    tracemalloc.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        writer.write(head("POST", "/telegram", endless))
        while sent < 64 * 1024 * 1024 and not reader.at_eof():
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            try:
                await asyncio.wait_for(writer.drain(), 5)
            except (ConnectionError, TimeoutError):
                break
            sent += len(piece)
            if reader._buffer:  # type: ignore[attr-defined]
                break
        status = await answered(reader)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        writer.close()
    assert status == 413
    assert sent < 16 * 1024 * 1024
    assert peak < 24 * 1024 * 1024, f"{peak / 1e6:.0f} MB"
    assert await door.kept() == []


async def test_control_where_any_length_is_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "UPDATE_LIMIT", 64 * 1024 * 1024)
    async with opened(town) as door:
        assert await door.post(true(1, "x" * 2_000_000), **KNOWS) == 200
        assert len(await door.kept()) == 1


SLOW = 60


async def slowly(door: Door, first: bytes) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Many lines at once, each with the beginning of a request, and then a letter now and then."""
    lines = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(SLOW)]
    for _, writer in lines:
        writer.write(first)
    return lines


async def still_open(lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], seconds: float) -> int:
    """How many of them are held open `seconds` later, a letter having come on each now and then."""
    until, ended = time.monotonic() + seconds, set[int]()
    while time.monotonic() < until and len(ended) < len(lines):
        for number, (reader, writer) in enumerate(lines):
            if number not in ended:
                writer.write(b"a")
                if reader._buffer or reader.at_eof() or reader.exception() or writer.is_closing():  # type: ignore[attr-defined]
                    ended.add(number)
        await asyncio.to_thread(time.sleep, 0.05)
    for _, writer in lines:
        writer.close()
    return len(lines) - len(ended)


BEGINNINGS = {
    "the head": b"POST /telegram HTTP/1.1\r\nHost: x\r\nX-Long: ",
    "the body": head("POST", "/telegram", {"Host": "x", "Content-Length": "100000", HEADER: SECRET}),
    "the body, without the secret": head("POST", "/telegram", {"Host": "x", "Content-Length": "100000"}),
    "nothing at all": b"",
}


def hasty(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The same patience, shorter, so that no test waits for it."""
    monkeypatch.setattr("bot.building.SILENT_S", seconds)
    monkeypatch.setattr("bot.building.LINGER_S", seconds)
    monkeypatch.setattr(page, "BODY_S", seconds)


@pytest.mark.parametrize("name", BEGINNINGS)
async def test_who_dribbles_is_cut_off_and_true_ones_are_answered_meanwhile(
    town: Town, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    hasty(monkeypatch, 0.3)
    async with opened(town) as door:
        lines = await slowly(door, BEGINNINGS[name])
        begun = time.monotonic()
        assert await door.post(true(1), **KNOWS) == 200
        assert time.monotonic() - begun < 2
        assert await still_open(lines, 5) == 0
        assert len(await door.kept()) == 1


@pytest.mark.parametrize("name", ["the head", "the body"])
async def test_control_without_patience_running_out(town: Town, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    hasty(monkeypatch, 3600)
    async with opened(town) as door:
        assert await still_open(await slowly(door, BEGINNINGS[name]), 0.7) == SLOW


def test_the_patience_is_bounded() -> None:
    from bot import building

    assert max(building.SILENT_S, building.LINGER_S, page.BODY_S) <= 30


def compared(monkeypatch: pytest.MonkeyPatch) -> int:
    """Of four secrets given, how many are compared in a time that tells nothing."""
    slowly: list[tuple[object, object]] = []

    def compare(one: bytes, two: bytes) -> bool:
        slowly.append((one, two))
        return one == two

    monkeypatch.setattr("bot.channels.telegram.channel.hmac.compare_digest", compare)
    for given in (SECRET, SECRET[:-1], "", None):
        assert TelegramChannel.verify(given, SECRET) is (given == SECRET)
    return len(slowly)


def test_the_secret_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compared(monkeypatch) == 4, "every comparison goes that way"


def test_control_compared_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TelegramChannel, "verify", staticmethod(lambda given, secret: given == secret))
    assert compared(monkeypatch) == 0


async def test_of_many_forged_none_is_kept_and_true_ones_do_not_wait(door: Door) -> None:
    told = await storm(door, forged=600, true=20, lines=8, seed=1)
    assert (told.persisted, told.refused, told.lost) == (0, 600, 0), told


async def test_control_of_many_forged(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def every(pages: page.Pages, request: web.Request) -> web.Response:
        request._cache = {}
        monkeypatch.setattr(TelegramChannel, "verify", staticmethod(lambda given, secret: True))
        return await webhook(pages, request)

    webhook = page.Pages.webhook
    monkeypatch.setattr(page.Pages, "webhook", every)
    async with opened(door.town) as open_door:
        told = await storm(open_door, forged=100, true=2, lines=4, seed=1)
    assert told.persisted > 0
