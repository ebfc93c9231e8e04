"""The commands as an operator meets them: processes, judged by exit code, by what they print and the chats show."""

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.faults import district
from tests.faults.records import InFile, in_server
from tests.machine import Postgres
from tests.processes import BOT, STOP_S, TOKEN, BotProcess, Process, SimulatorProcess, fetch, until

DEAD = "http://127.0.0.1:9"
REPORT = "平安街8号对面路灯不亮"
TOLD = "SELECT count(*) FROM inbox WHERE channel = 'telegram'"  # the clock and the errands knock there too


@pytest.fixture(scope="module")
def unmoved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """For those who say nothing there."""
    with SimulatorProcess(tmp_path_factory.mktemp("simulator"), district.town()).start() as process:
        yield process


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[SimulatorProcess]:
    with SimulatorProcess(tmp_path / "simulator", district.town()).start() as process:
        yield process


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database without a table, for the bot of this test."""
    if database_kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.create())


Stored = Callable[[str], int]


@pytest.fixture
def stored(database_url: str, tmp_path: Path) -> Iterator[Stored]:
    """What the bot has written, asked beside it."""
    is_file = database_url.startswith("sqlite")
    with nullcontext(InFile(tmp_path / "town.db")) if is_file else in_server(database_url) as records:
        yield lambda question: int(records.rows(question)[0][0])


# --- what is wrong is said in one line ------------------------------------------------------


def test_help_is_everywhere(tmp_path: Path) -> None:
    code, out, _ = Process(tmp_path, [*BOT, "--help"]).run()
    assert code == 0
    assert all(command in out for command in ("demo", "run", "load", "check"))
    for command, told in (("demo", "--play"), ("load", "district folder"), ("run", "Migrates"), ("check", "reached")):
        code, out, err = Process(tmp_path, [*BOT, command, "--help"]).run()
        assert (code, err) == (0, ""), command
        assert told in out


BAD = {
    "DATABASE_URL": "mysql://town",
    "SEND_LIMITS": "fast",
    "BOT_API_URL": "no address",
    "PUBLIC_URL": "ftp://town",
    "HTTP_PORT": "70000",
    "MEDIA_URL": "ftp://town",
    "ADMIN_IDS": "1,shen",
    "LOCALE": "xx",
    "LOG_LEVEL": "LOUD",
}


def test_each_bad_setting_is_one_line_that_names_it(tmp_path: Path) -> None:
    code, out, err = BotProcess(tmp_path, DEAD, **BAD).run()
    assert (code, out) == (2, "")
    assert sorted(line.partition(":")[0] for line in err.splitlines()) == sorted(BAD)
    assert not list(tmp_path.iterdir()), "nothing was begun"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("BOT_TOKEN", ""),
        ("DATABASE_URL", "sqlite+aiosqlite:////proc/nowhere/town.db"),
        ("DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:9/town"),
        ("MEDIA_URL", "file:/proc/nowhere"),
        ("BOT_API_URL", DEAD),
        ("HTTP_HOST", "192.0.2.1"),
        ("DISTRICT", "/nowhere"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_its_setting(
    tmp_path: Path, unmoved: SimulatorProcess, setting: str, value: str
) -> None:
    code, out, err = BotProcess(tmp_path, unmoved.address, **{setting: value}).run()
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert setting in line
    assert TOKEN not in line


def test_a_rehearsals_clock_is_refused_against_a_foreign_server(tmp_path: Path) -> None:
    code, _, err = BotProcess(tmp_path, "https://api.telegram.org", CLOCK_SHIFT="3600").run()
    assert code == 2
    assert err.startswith("CLOCK_SHIFT: ")
    assert len(err.splitlines()) == 1


def test_a_wrong_token_is_one_line_and_is_never_told(tmp_path: Path, unmoved: SimulatorProcess) -> None:
    wrong = "7000001:another-token-nobody-may-see"
    code, _, err = BotProcess(tmp_path, unmoved.address, BOT_TOKEN=wrong).run()
    assert code == 2
    assert err.startswith("BOT_TOKEN")
    assert len(err.splitlines()) == 1
    assert wrong not in err
    assert "nobody-may-see" not in err


# --- load and check ---------------------------------------------------------------------------


def test_load_is_whole_or_nothing_and_never_doubles(tmp_path: Path, database_url: str, stored: Stored) -> None:
    folder = district.write_district(tmp_path / "district")
    bot = BotProcess(tmp_path, DEAD, words=(*BOT, "load", str(folder)), DATABASE_URL=database_url)
    departments = folder / "departments.csv"
    good = departments.read_text("utf-8")

    departments.write_text(good + "roads,又一个市政中心,,,,x\n,没有名字,,,,\n", "utf-8")
    code, out, err = bot.run()
    assert (code, out) == (2, "")
    assert len([line for line in err.splitlines() if "departments.csv:5" in line]) >= 1
    assert len([line for line in err.splitlines() if "departments.csv:6" in line]) >= 1
    assert "Traceback" not in err
    assert stored("SELECT count(*) FROM departments") == 0
    assert stored("SELECT count(*) FROM grids") == 0

    departments.write_bytes(b"\xef\xbb\xbf" + good.encode())
    code, out, err = bot.run()
    assert (code, err) == (0, "")
    assert "试验区" in out
    counts = ("departments", "grids", "categories", "chats")
    once = [stored(f"SELECT count(*) FROM {table}") for table in counts]
    assert once[:2] == [len(district.OFFICES), district.GRIDS + 1]
    assert bot.run()[0] == 0
    assert [stored(f"SELECT count(*) FROM {table}") for table in counts] == once

    code, out, err = BotProcess(tmp_path, DEAD, words=(*BOT, "load", str(tmp_path / "nowhere"))).run()
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_check_ends_well_only_when_run_would_work(tmp_path: Path, unmoved: SimulatorProcess, database_url: str) -> None:
    where = {"DATABASE_URL": database_url}
    folder = str(district.write_district(tmp_path / "district"))
    assert BotProcess(tmp_path, unmoved.address, words=(*BOT, "load", folder), **where).run()[0] == 0
    check = (*BOT, "check")
    code, out, err = BotProcess(tmp_path, unmoved.address, words=check, **where).run()
    assert code == 0, out + err
    for settings, named in (
        ({"BOT_TOKEN": ""}, "BOT_TOKEN"),
        ({"BOT_API_URL": DEAD}, "BOT_API_URL"),
    ):
        code, out, err = BotProcess(tmp_path, unmoved.address, words=check, **(where | settings)).run()
        assert code != 0
        assert any("ERROR" in line and named in line for line in (out + err).splitlines()), out + err
        assert "Traceback" not in err
        assert TOKEN not in out + err


# --- run ----------------------------------------------------------------------------------------


def test_run_answers_tells_how_it_is_and_ends_when_asked(
    tmp_path: Path, simulator: SimulatorProcess, database_url: str
) -> None:
    where = {"DATABASE_URL": database_url}
    folder, port = district.write_district(tmp_path / "district"), free_port()
    page = f"http://127.0.0.1:{port}"
    with BotProcess(tmp_path, simulator.address, HTTP_PORT=str(port), LOG_LEVEL="DEBUG", **where).start() as bot:
        until(lambda: _listens(page), "the bot's own page")
        assert fetch(f"{page}/health") == (200, b'{"ok": true}')
        assert fetch(f"{page}/ready")[0] == 503  # no district yet
        assert fetch(f"{page}/telegram", b"{}")[0] == 404  # polling: nobody may bring updates

        code, out, err = BotProcess(tmp_path, simulator.address, words=(*BOT, "load", str(folder)), **where).run()
        assert (code, err) == (0, ""), "the running bot does the loading"
        assert "试验区" in out
        until(lambda: fetch(f"{page}/ready")[0] == 200, "the bot to be ready")
        folder.joinpath("people.csv").write_text("telegram_id,name,role,scope\nx,谁,admin,\n", "utf-8")
        code, _, err = BotProcess(tmp_path, simulator.address, words=(*BOT, "load", str(folder)), **where).run()
        assert code == 2
        assert "people.csv:2" in err

        simulator.post("messages", **{"as": district.RIDER, "chat": district.GROUP, "text": f"/report {REPORT}"})
        (card,) = until(lambda: simulator.said_by_bot(district.GROUP), "the card")
        assert "#SY" in card["text"]
        status, metrics = fetch(f"{page}/metrics")
        assert status == 200
        assert b"# TYPE" in metrics
        assert REPORT.encode() not in metrics

        written = tmp_path / "corrections.csv"
        for words in (("check",), ("pictures",), ("corrections", str(written))):
            code, out, err = BotProcess(tmp_path, simulator.address, words=(*BOT, *words), **where).run()
            assert code == 0, f"{words} beside the running bot: {out}{err}"
        assert written.exists()

        since = time.monotonic()
        assert bot.stop(signal.SIGTERM) == 0
        assert time.monotonic() - since < STOP_S
    log = bot.log.read_text("utf-8")
    assert bot.told(), "not a line of log"
    for secret in (TOKEN, TOKEN.partition(":")[2], REPORT, "骑手1", "平安街"):
        assert secret not in log


def _listens(page: str) -> bool:
    try:
        return fetch(f"{page}/health")[0] == 200
    except OSError:
        return False


def test_a_webhook_takes_updates_from_nobody_but_telegram(
    tmp_path: Path, simulator: SimulatorProcess, database_url: str, stored: Stored
) -> None:
    folder, port = district.write_district(tmp_path / "district"), free_port()
    page, secret = f"http://127.0.0.1:{port}", "only-the-two-of-us-know"
    settings = {
        "HTTP_PORT": str(port),
        "PUBLIC_URL": page,
        "WEBHOOK_SECRET": secret,
        "DISTRICT": str(folder),
        "DATABASE_URL": database_url,
    }
    chat = {"id": district.GROUP, "type": "supergroup", "title": "第1网格"}
    rider = {"id": district.RIDER, "is_bot": False, "first_name": "骑手1"}
    told = {"message_id": 900, "date": 1_795_000_000, "chat": chat, "from": rider, "text": f"/report {REPORT}"}
    told["entities"] = [{"type": "bot_command", "offset": 0, "length": 7}]
    update = json.dumps({"update_id": 5, "message": told}).encode()
    header = "X-Telegram-Bot-Api-Secret-Token"
    with BotProcess(tmp_path, simulator.address, **settings).start() as bot:
        until(lambda: _listens(page), "the bot's own page")
        for headers in ({}, {header: ""}, {header: "guess"}, {header: secret + "x"}, {header: secret.upper()}):
            assert fetch(f"{page}/telegram", update, headers)[0] == 403
        assert stored(TOLD) == 0
        known = {header: secret}
        for body, status in (
            (b"{", 400),
            (b"[]", 400),
            (b'{"message": {}}', 400),
            (b"\xff", 400),
            (b"x" * 2_000_000, 413),
        ):
            assert fetch(f"{page}/telegram", body, known)[0] == status
        assert fetch(f"{page}/telegram", headers=known)[0] == 405
        assert stored(TOLD) == 0
        for _ in range(2):  # brought again, it is a repeat
            assert fetch(f"{page}/telegram", update, known)[0] == 200
            assert stored(TOLD) == 1
        until(lambda: simulator.said_by_bot(district.GROUP), "the card")
        simulator.post("messages", **{"as": district.RIDER, "chat": district.GROUPS[1], "text": f"/report {REPORT}"})
        until(lambda: simulator.said_by_bot(district.GROUPS[1]), "the card of a report that the server brings")
        assert bot.stop(signal.SIGINT) == 0
    log = bot.log.read_text("utf-8")
    assert all(word not in log for word in (secret, TOKEN, REPORT))
