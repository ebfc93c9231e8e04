"""A picture comes from the configured server or not at all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import FetchFailed
from bot.channels.telegram.transport import Broken, NeverReached, TooLarge
from tests.bot.scripted import TOKEN, Answer, Scripted, bad, good, opened

ADDRESS = f"http://api.test/file/bot{TOKEN}/"
HOSTILE = [
    "//evil.example/x", "http://evil.example/x", "https:evil.example", "@evil.example/x", "file:///etc/passwd",
    "/etc/passwd", "../../etc/passwd", "photos/../../x", "photos/%2e%2e/x", "a//b", "..", ".", "", "/", "photos/",
    "photos/a@b",
    "photos/a..b", "a../b", "photos\\x", "C:\\x", "photos/.hidden", "photos/x\n", "photos/x\x00.jpg", "photos/x?y=1",
    "photos/x#y", "photos/图.jpg", "x" * 300, "a/" * 20 + "b",
]  # fmt: skip


class Server(Scripted):
    def __init__(self, told: Answer, body: Answer = (200, b"jpeg")) -> None:
        self.body = body
        super().__init__(lambda *_: told)

    async def download(self, url: str, limit: int) -> tuple[int, bytes]:
        self.downloads.append(url)
        if isinstance(self.body, Exception):
            raise self.body
        return self.body

    async def fetch(self, limit: int = 100) -> bytes:
        return await (await opened(self)).fetch("ref", limit)


def file(path: Any, **fields: Any) -> Answer:
    return good({"file_id": "ref", "file_unique_id": "R", "file_path": path, **fields})


@pytest.mark.parametrize("path", ["photos/file_7.jpg", "documents/file_12.HEIC", "file_1", "a/b-c/d.tar.gz"])
async def test_a_picture_is_brought(path: str) -> None:
    server = Server(file(path, file_size=4))
    assert await server.fetch() == b"jpeg"
    assert server.downloads == [ADDRESS + path]
    assert server.calls == [("getFile", {"file_id": "ref"})]


@pytest.mark.parametrize("path", HOSTILE)
async def test_a_path_that_is_no_path_is_never_asked_for(path: str) -> None:
    server = Server(file(path))
    with pytest.raises(FetchFailed):
        await server.fetch()
    assert server.downloads == []


@given(st.text(alphabet=st.sampled_from("ab/.@:%\\?# \n\x00é..//")) | st.text())
async def test_whatever_the_path_the_address_stays_below_ours(path: str) -> None:
    server = Server(file(path))
    try:
        await server.fetch()
    except FetchFailed:
        assert server.downloads == []
        return
    (asked,) = server.downloads
    assert asked == ADDRESS + path
    rest = asked.removeprefix(ADDRESS)
    assert all(part and not part.startswith(".") and ".." not in part for part in rest.split("/"))
    assert not set(rest) & set("@:%\\?# \n\x00")


@pytest.mark.parametrize(
    ("told", "body", "again"),
    [
        (bad(400, "Bad Request: file is too big"), (200, b""), False),
        (bad(400, "Bad Request: invalid file_id"), (200, b""), False),
        (bad(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), (200, b""), True),
        (bad(429, "Too Many Requests", retry_after=5), (200, b""), True),
        (bad(500, "Internal Server Error"), (200, b""), True),
        ((502, b"<html>"), (200, b""), True),
        (good(True), (200, b""), True),
        (good({"file_id": "ref"}), (200, b""), True),
        (file("photos/x.jpg", file_size=101), (200, b""), False),
        (file("photos/x.jpg", file_size=5), (200, b"jpeg"), True),
        (file("photos/x.jpg"), (404, b""), True),
        (file("photos/x.jpg"), (500, b""), True),
        (file("photos/x.jpg"), (403, b""), False),
        (file("photos/x.jpg"), (302, b""), False),
        (file("photos/x.jpg"), TooLarge("more than 100 bytes"), False),
        (file("photos/x.jpg"), NeverReached("no connection"), True),
        (file("photos/x.jpg"), Broken("cut off"), True),
    ],
)
async def test_a_failure_says_whether_another_try_can_help(told: Answer, body: Answer, again: bool) -> None:
    with pytest.raises(FetchFailed) as raised:
        await Server(told, body).fetch()
    assert raised.value.again is again
    assert TOKEN not in raised.value.reason


@pytest.mark.parametrize(
    ("told", "body"),
    [
        (bad(400, "Bad Request: file is too big"), (200, b"")),
        (file("photos/x.jpg", file_size=101), (200, b"")),
        (file("photos/x.jpg"), TooLarge("more than 100 bytes")),
    ],
)
async def test_what_is_too_large_is_told_in_one_word(told: Answer, body: Answer) -> None:
    with pytest.raises(FetchFailed) as raised:
        await Server(told, body).fetch()
    assert raised.value.reason == "too_large"
