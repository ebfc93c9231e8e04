"""The workshop gives what photos and pairs give, a few at a time."""

import asyncio
import threading

import pytest
from PIL import Image

from media import photos
from media.photos import BadPicture, clean
from media.workshop import Workshop
from tests.media.pictures import encode, four_colours


async def test_it_gives_what_clean_gives() -> None:
    data = encode(four_colours())
    async with Workshop() as workshop:
        assert await workshop.clean(data) == clean(data)


async def test_it_pairs() -> None:
    data = encode(Image.new("RGB", (90, 120)))
    async with Workshop() as workshop:
        assert (await workshop.pair(data, data, ("前", "后"))).startswith(b"\xff\xd8")


async def test_a_refusal_comes_through() -> None:
    async with Workshop() as workshop:
        with pytest.raises(BadPicture):
            await workshop.clean(b"<html>")


async def test_no_more_than_its_threads_work_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, most, lock = 0, 0, threading.Lock()
    both_in = threading.Barrier(2, timeout=10)

    def watched(data: bytes) -> str:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        both_in.wait()  # passes only in twos: two do work side by side
        with lock:
            at_work -= 1
        return threading.current_thread().name

    monkeypatch.setattr(photos, "clean", watched)
    async with Workshop(threads=2) as workshop:
        names = {str(name) for name in await asyncio.gather(*(workshop.clean(b"") for _ in range(10)))}
    assert most == 2
    assert threading.main_thread().name not in names


async def test_close_finishes_what_is_in_hand_and_drops_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(data: bytes) -> bytes:
        begun.set()
        assert may_end.wait(10)
        return data

    monkeypatch.setattr(photos, "clean", slow)
    workshop = Workshop(threads=1)
    first = asyncio.create_task(workshop.clean(b"first"))
    second = asyncio.create_task(workshop.clean(b"second"))
    assert await asyncio.to_thread(begun.wait, 10)
    closing = asyncio.create_task(workshop.close())
    with pytest.raises(asyncio.CancelledError):
        await second
    may_end.set()
    assert await first == b"first"  # type: ignore[comparison-overlap]
    await closing
    with pytest.raises(RuntimeError):
        await workshop.clean(b"third")
