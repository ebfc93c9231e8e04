"""The workshop gives what photos gives, a few at a time, and whatever happens to a worker happens to one picture."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from media import framing, worker
from media.child import Child, WorkerLost
from media.photos import BadPicture, Picture, clean
from media.workshop import Workshop
from tests.media.pictures import HUIZHOU, PUNCTUAL, encode, exif, four_colours

PROGRAM = ("-m", "tests.hostile.misbehaving")
GOOD = encode(four_colours(), exif=exif(gps=HUIZHOU, times=PUNCTUAL))


@pytest_asyncio.fixture
async def workshop() -> AsyncIterator[Workshop]:
    """Two workers at most, started when there is something to do."""
    async with Workshop(program=PROGRAM, niceness=0) as opened:
        yield opened


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last
        await asyncio.sleep(0.01)


async def pid_of(workshop: Workshop) -> int:
    told, _ = await workshop.work("tell_pid", [])
    return int(told["pid"])


async def reason(workshop: Workshop, job: str, **words: Any) -> str:
    with pytest.raises(BadPicture) as refused:
        await workshop.work(job, [], **words)
    return refused.value.reason


async def still_works(workshop: Workshop) -> None:
    assert (await workshop.clean(GOOD)) == clean(GOOD)


async def test_it_gives_what_clean_gives(workshop: Workshop) -> None:
    for data in (GOOD, encode(four_colours((3000, 2000)), "PNG"), encode(four_colours(), "WEBP")):
        assert await workshop.clean(data) == clean(data)


async def test_it_pairs(workshop: Workshop) -> None:
    shots = [{"party": None}, {"party": 0}]
    paired = await workshop.pair([GOOD, GOOD], shots, {"before": "前", "after": "后"})
    assert paired.used == [0, 1]
    assert paired.image.startswith(b"\xff\xd8")
    assert paired.scene == [None]  # four plain colours tell of no place


async def test_a_refusal_comes_through(workshop: Workshop) -> None:
    with pytest.raises(BadPicture) as refused:
        await workshop.clean(b"<html>")
    assert refused.value.reason == "not_a_picture"


async def test_what_is_too_large_is_not_even_sent(workshop: Workshop) -> None:
    with pytest.raises(BadPicture) as refused:
        await workshop.clean(bytes(21 * 1024 * 1024))
    assert refused.value.reason == "too_large"


async def test_two_work_side_by_side_and_no_more(workshop: Workshop) -> None:
    pids = {await pid for pid in asyncio.as_completed([pid_of(workshop) for _ in range(12)])}
    assert 1 <= len(pids) <= 2
    assert os.getpid() not in pids


@pytest.mark.parametrize(
    ("job", "words", "answer"),
    [
        ("crash", {"sign": signal.SIGSEGV}, "broken"),
        ("crash", {"sign": signal.SIGABRT}, "broken"),
        ("crash", {"sign": signal.SIGKILL}, "too_much"),  # as the system does when its memory is gone
        ("crash", {"sign": signal.SIGXCPU}, "too_slow"),
        ("end", {"code": 0}, "broken"),
        ("take_memory", {"megabytes": 1000}, "too_much"),
    ],
)
async def test_what_kills_a_worker_is_one_bad_picture(
    workshop: Workshop, job: str, words: dict[str, int], answer: str
) -> None:
    beside = asyncio.create_task(workshop.clean(GOOD))
    assert await reason(workshop, job, **words) == answer
    assert await beside == clean(GOOD)
    await still_works(workshop)


async def test_a_picture_that_takes_too_long_is_given_up() -> None:
    async with Workshop(1, program=PROGRAM, niceness=0, picture_s=0.4) as workshop:
        spoiled = await pid_of(workshop)
        assert await reason(workshop, "spin") == "too_slow"
        assert not is_there(spoiled)
        assert workshop.deaths == 1


async def test_a_worker_that_was_kept_from_its_work_does_not_blame_the_picture() -> None:
    # The machine slept, or others had the processor: the errand tries again (OSError), the picture is not refused.
    async with Workshop(1, program=PROGRAM, niceness=0, picture_s=0.4) as workshop:
        with pytest.raises(WorkerLost):
            await workshop.work("sleep", [])
        assert await pid_of(workshop)


async def test_a_fault_of_ours_is_told_and_ends_nothing(workshop: Workshop) -> None:
    before = await pid_of(workshop)
    with pytest.raises(RuntimeError, match="KeyError: 'a fault of ours'"):
        await workshop.work("trip", [])
    with pytest.raises(RuntimeError, match="KeyError"):
        await workshop.work("no such job", [])
    assert await pid_of(workshop) == before


async def test_what_a_library_prints_is_not_taken_for_an_answer(workshop: Workshop) -> None:
    assert await workshop.work("chatter", [b"a", b""]) == ({}, [b"a", b""])


async def test_a_worker_writes_no_file(workshop: Workshop, tmp_path: Path) -> None:
    with pytest.raises((RuntimeError, BadPicture)):
        await workshop.work("write_file", [], path=str(tmp_path / "x"))
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


async def test_a_worker_knows_no_secret(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("BOT_TOKEN", "DATABASE_URL", "WEBHOOK_SECRET", "AWS_SECRET_ACCESS_KEY", "MEDIA_URL")
    for name in secrets:
        monkeypatch.setenv(name, "7000001:secret")
    told, _ = await workshop.work("tell_secrets", [])
    assert "PATH" in told
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"size": [1], "place": None, "taken_at": None, "hidden": 0, "likeness": ""},
        {"size": ["x", 1], "place": None, "taken_at": None, "hidden": 0, "likeness": ""},
        {"size": [1, 1], "place": "here", "taken_at": None, "hidden": 0, "likeness": ""},
        {"size": [1, 1], "place": None, "taken_at": "soon", "hidden": 0, "likeness": ""},
        {"size": [1, 1], "place": None, "taken_at": None, "hidden": 0, "likeness": "no hex"},
    ],
)
async def test_a_worker_that_lies_is_not_believed(workshop: Workshop, told: dict[str, Any]) -> None:
    words, files = await workshop.work("lie", [b"image", b"thumbnail"], told=told)
    with pytest.raises((TypeError, ValueError, KeyError)):
        Picture.heard(words, files)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"[" * 200_000,
        b'{"words": 1, "sizes": []}',
        b'{"words": {}, "sizes": [-1]}',
        b'{"words": {}, "sizes": ["1"]}',
        b'{"words": {}, "sizes": [true]}',
        b'{"words": {}, "sizes": [99999999999]}',
    ],
)
def test_what_is_no_frame_is_garbled(raw: bytes) -> None:
    with pytest.raises(framing.Garbled):
        framing.read_head(raw)
    with pytest.raises(framing.Garbled):
        framing.head_length(b"\xff\xff\xff\xff")


def test_what_is_too_much_for_a_frame_is_not_sent() -> None:
    with pytest.raises(ValueError, match="too much"):
        framing.framed({}, [bytes(framing.BODY_BYTES), b"1"])


async def test_close_ends_all_within_a_second_and_drops_what_waits() -> None:
    workshop = Workshop(1, program=PROGRAM, niceness=0)
    busy = await pid_of(workshop)
    first = asyncio.create_task(workshop.work("sleep", []))
    second = asyncio.create_task(workshop.clean(GOOD))
    await until(lambda: len(workshop._busy) == 1)
    began = time.monotonic()
    await workshop.close()
    assert time.monotonic() - began < 1
    with pytest.raises(RuntimeError):
        await first
    with pytest.raises(asyncio.CancelledError):
        await second
    assert not is_there(busy)
    with pytest.raises(RuntimeError):
        await workshop.clean(GOOD)


async def test_workers_go_when_there_is_nothing_to_do() -> None:
    async with Workshop(1, program=PROGRAM, niceness=0, rest_s=0.05) as workshop:
        first = await pid_of(workshop)
        await until(lambda: not is_there(first))
        assert await pid_of(workshop) != first


async def test_a_worker_that_does_not_start_is_an_error_of_the_system(capfd: pytest.CaptureFixture[str]) -> None:
    async with Workshop(1, program=("-m", "media.nothing_of_that_name")) as workshop:
        with pytest.raises(OSError, match="did not start"):
            await workshop.clean(GOOD)
    assert "No module named" in capfd.readouterr().err  # the operator sees why


def test_nothing_is_left_behind_when_the_bot_is_killed(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\nfrom media.workshop import Workshop\n"
        "async def run():\n    workshop = Workshop(1, program=('-m', 'tests.hostile.misbehaving'))\n"
        "    print((await workshop.work('tell_pid', []))[0]['pid'], flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(run())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as bot:
        assert bot.stdout is not None
        pid = int(bot.stdout.readline())
        assert is_there(pid)
        bot.kill()
    asyncio.run(until(lambda: not is_there(pid)))


def test_ctrl_c_is_the_bots_business() -> None:
    child = Child(PROGRAM)
    try:
        child.ask("tell_pid", [], {}, 10)
        for sign in (signal.SIGINT, signal.SIGTERM):
            os.kill(child._process.pid, sign)
        assert child.ask("tell_pid", [], {}, 10)[0]["pid"] == child._process.pid
    finally:
        child.stop()


async def test_without_limits_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    # And what the limits are for: this worker takes what it likes.
    async with Workshop(1, program=(*PROGRAM, "unconfined"), niceness=0) as workshop:
        with caplog.at_level(logging.WARNING):
            assert (await workshop.work("take_memory", [], megabytes=450))[0] == {"held": 450}
    assert workshop.peak_kb > 400_000
    assert "memory" in caplog.text


def test_every_job_is_called_by_its_name() -> None:
    assert set(worker.JOBS) >= {"clean", "pair"}
