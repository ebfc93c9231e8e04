"""Log injection, and secrets in errors: a line stays a line, and no line opens a door."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot import log as logs
from bot.__main__ import app
from bot.settings import load
from tests.attacks.door import KNOWS, Door, opened, true, update
from tests.attacks.door import SECRET as HOOK
from tests.cast import HOLE, Town
from tests.processes import fetch

SECRET = "Canary-7f3a/9d+e2"
TOKEN = f"7000009:{SECRET.replace('/', '_').replace('+', '-')}-0123456789"
FAKE = '{"event": "running", "level": "critical"}'
INJECTED = [
    f"x\n{FAKE}", f"x\r{FAKE}", f"x\r\n{FAKE}", f"x\u2028{FAKE}", f"x\u2029{FAKE}", f"x\x85{FAKE}", f"x\x0b{FAKE}",
    f"x\x0c{FAKE}", f"x\x1c{FAKE}", "\x1b[2J\x1b[1;31mroot@grid:~#", "\x9b31mred", "\x1b]0;title\x07", "a\x08\x08b",
    '"}\n{"event":"forged', "\u202egnp.exe", "\x00", "%s %d %(name)s {0} {}", "\ud800", "\x7f", "${jndi:ldap://x}",
]  # fmt: skip


class Screen(StringIO):
    """Where log lines go. watched: a terminal."""

    def __init__(self, watched: bool) -> None:
        super().__init__()
        self.watched = watched

    def isatty(self) -> bool:
        return self.watched


Lines = Callable[[bool], Screen]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Logging as the bot sets it up, on a screen of ours; put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, structlog.get_config()
    monkeypatch.setattr(logs, "_secrets", ())

    def set_up(watched: bool) -> Screen:
        screen = Screen(watched)
        monkeypatch.setattr(sys, "stderr", screen)
        logs.set_up("DEBUG", (TOKEN, SECRET))
        return screen

    yield set_up
    root.handlers[:], root.level = before[0], before[1]
    structlog.configure(**before[2])


def spoken(words: str) -> None:
    """The same in every way a line comes about."""
    log = structlog.get_logger()
    log.info("said", reason=words, parts=[words, {"of": words}], pair=(words,), fault=ValueError(words))
    log.warning(words)
    try:
        raise RuntimeError(words)
    except RuntimeError as fault:
        log.error("failed", exc_info=fault)
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", words)
    logging.getLogger("asyncio").error(words.replace("%", "%%"), stack_info=True)


WRITTEN = 5
COLOURS = ("\x1b[0m", "\x1b[1m", "\x1b[2m", *(f"\x1b[{n}m" for n in range(30, 38)))


def wrong(screen: Screen, *, watched: bool) -> list[str]:
    """Lines that are none of ours, and what would paint a terminal or turn its writing round."""
    told = screen.getvalue()
    found = told.split("\n")[:-1]
    for colour in COLOURS:
        told = told.replace(colour, "") if watched else told
    complaints = [f"{len(found)} lines"] if len(found) != WRITTEN or len(told.splitlines()) != WRITTEN else []
    complaints += [f"{one!r}" for one in told if one != "\n" and logs.UNSEEN.match(one)]
    if not watched:
        complaints += [line for line in found if not _is_json(line)]
        complaints += [line for line in found if _is_json(line) and json.loads(line).get("event") == "running"]
    return complaints


def _is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


@pytest.mark.parametrize("watched", [False, True], ids=["file", "terminal"])
@pytest.mark.parametrize("words", INJECTED, ids=range(len(INJECTED)))
def test_a_line_stays_a_line(lines: Lines, words: str, watched: bool) -> None:
    screen = lines(watched)
    spoken(words)
    assert wrong(screen, watched=watched) == []


def test_whatever_is_written_a_line_stays_a_line(lines: Lines) -> None:
    screen = lines(False)

    @settings(max_examples=150, derandomize=True)
    @given(st.text() | st.text(alphabet='\n\r\x1b[\u2028\x85{}"%s\\'))
    def each(words: str) -> None:
        screen.seek(0)
        screen.truncate()
        spoken(words)
        assert wrong(screen, watched=False) == []

    each()


@pytest.mark.parametrize("watched", [False, True], ids=["file", "terminal"])
def test_control_lines_as_they_come(lines: Lines, monkeypatch: pytest.MonkeyPatch, watched: bool) -> None:
    monkeypatch.setattr(logs, "masked", lambda text: text)
    screen = lines(watched)
    spoken(INJECTED[4] + INJECTED[9] + "\n")
    assert wrong(screen, watched=watched)


async def test_nothing_a_stranger_sends_makes_a_line_of_its_own(lines: Lines, town: Town) -> None:
    """Names, words, titles, headers, paths and secrets that are none: all the bot logs meanwhile is its own."""
    screen = lines(False)
    async with opened(town) as door:
        await _all_ways(door)
    told = screen.getvalue().splitlines()
    assert told, "the bot logs its turns"
    assert [line for line in told if not _is_json(line)] == []
    assert not any("forged-by-hand" in line for line in told)


async def _all_ways(door: Door) -> None:
    evil = "forged-by-hand\n" + FAKE
    said = update(1, f"{HOLE}{evil}")
    said["message"]["from"] |= {"first_name": evil, "username": evil}
    said["message"]["chat"] |= {"title": evil}
    said["message"]["photo"] = [{"file_id": evil, "file_unique_id": evil, "width": 1, "height": 1}]
    said["message"]["caption"] = said["message"].pop("text")
    assert await door.post(json.dumps(said).encode(), **KNOWS) == 200
    assert await door.post(json.dumps({"update_id": 8000002, evil: evil}).encode(), **KNOWS) == 200
    press = {"id": evil, "from": said["message"]["from"], "data": evil, "message": said["message"]}
    assert await door.post(json.dumps({"update_id": 8000003, "callback_query": press}).encode(), **KNOWS) == 200
    await door.post(true(4), f"/{FAKE.replace(' ', '')}forged-by-hand", X_Evil="forged-by-hand\x1b[31m")
    await door.asks(b"forged-by-hand \x1b[31m\r\n\r\n")
    await door.town.simulator.call("7000001:test", "getMe", {})
    while await door.town.machine.worker.turn():
        pass


SETTINGS: dict[str, dict[str, str]] = {
    "a token that is none": {"BOT_TOKEN": SECRET},
    "a token nobody takes": {"BOT_TOKEN": TOKEN},
    "a secret of letters no header takes": {"WEBHOOK_SECRET": SECRET + "!"},
    "a password nobody listens to": {"DATABASE_URL": f"postgresql+asyncpg://u:{SECRET[:6]}@127.0.0.1:1/x"},
    "a password in the place of the port": {"DATABASE_URL": f"postgresql+asyncpg://u:p@127.0.0.1:{SECRET[:6]}/x"},
    "an unknown driver": {"DATABASE_URL": f"mysql://u:{SECRET}@127.0.0.1/x"},
    "no address of a database": {"DATABASE_URL": f"u:{SECRET}@127.0.0.1"},
    "a password in the query": {"DATABASE_URL": f"postgresql+asyncpg://u@127.0.0.1:1/x?password={SECRET[:6]}"},
    "keys in the bucket": {"MEDIA_URL": f"s3://AKIA:{SECRET}@bucket/x"},
    "another kind of store": {"MEDIA_URL": f"ftp://u:{SECRET}@host/x"},
    "a server with a password": {"BOT_TOKEN": TOKEN, "BOT_API_URL": f"http://u:{SECRET[:6]}@127.0.0.1:1"},
    "a server that is no address": {"BOT_TOKEN": TOKEN, "BOT_API_URL": f"//u:{SECRET}@host"},
    "a webhook with a password": {"BOT_TOKEN": TOKEN, "PUBLIC_URL": f"ftp://u:{SECRET}@host"},
    "secrets in the wrong drawer": {"HTTP_PORT": SECRET, "LOG_LEVEL": SECRET, "LOCALE": SECRET},
    "ids that are a token": {"ADMIN_IDS": TOKEN},
}
COMMANDS = [
    line.split()
    for line in ("check", "run", "load nowhere", "corrections out.csv", "pictures", "trace LH2611200001", "backup kept",
                 "restore kept")
]  # fmt: skip


def leaks(words: list[str], given: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a command prints; asserts that it ends kindly."""
    monkeypatch.chdir(folder)
    free = {"HTTP_PORT": "0", "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/a.db", "MEDIA_URL": f"file:{folder}/m"}
    ended = CliRunner().invoke(app, words, env={"BOT_API_URL": "http://127.0.0.1:1", **free, **given})
    told = ended.output + ended.stderr
    assert ended.exit_code in (0, 2), (words, ended.exit_code, told, ended.exception)
    assert "Traceback" not in told, told
    return told


@pytest.mark.parametrize("name", SETTINGS)
def test_no_command_says_a_secret_whatever_is_wrong_with_the_settings(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    screen = lines(False)
    monkeypatch.setattr("bot.building.WAITS_S", ())
    for words in COMMANDS:
        told = leaks(words, SETTINGS[name], tmp_path, monkeypatch) + screen.getvalue()
        assert SECRET[:6] not in told, (words, told)
        assert TOKEN[8:] not in told, (words, told)


def test_control_a_complaint_that_repeats_the_value(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(False)
    monkeypatch.setattr("bot.settings._line", lambda where, message: f"{where}: not {SETTINGS['an unknown driver']}")
    monkeypatch.setattr(logs, "masked", lambda text: text)
    told = leaks(["check"], SETTINGS["an unknown driver"], tmp_path, monkeypatch)
    assert SECRET in told


def test_every_secret_is_known_to_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3-key-77")
    monkeypatch.setattr(logs, "_secrets", ())
    given = load(
        bot_token=TOKEN, webhook_secret="hook-88", database_url="postgresql+asyncpg://u:pass%2F99@h/x",
        bot_api_url="http://u:door-66@127.0.0.1", _env_file=None,
    )  # fmt: skip
    logs.keep_secret(*given.secrets)
    told = logs.masked(f"{TOKEN} hook-88 pass/99 pass%2F99 s3-key-77 door-66 http://a:b-c@h 1234567:AAAAAAAAAAAAA")
    assert told == "*** *** *** *** *** *** http://a:***@h ***"


PAGES = ("/health", "/ready", "/metrics", "/", "/telegram", "/pictures/x", "/.env", "/metrics?x=%0d%0aSet-Cookie:a")


async def test_neither_ready_nor_metrics_nor_any_page_tells_a_secret(door: Door) -> None:
    for path in PAGES:
        _, body = await asyncio.to_thread(fetch, f"http://127.0.0.1:{door.port}{path}")
        assert not any(secret in body for secret in (HOOK.encode(), b"7000001:test", b"Traceback"))
