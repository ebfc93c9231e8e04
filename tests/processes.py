"""The simulator and the bot as processes of their own, as an operator starts them; polled, never waited for blindly."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Protocol, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).parent.parent
TOKEN = "7000001:a-token-nobody-may-see"
BOT = ("-m", "bot")
START_S, STOP_S = 60, 10
STEP_S = 0.02
Json = dict[str, Any]
_direct = build_opener(ProxyHandler({}))


def until(holds: Callable[[], Any], what: str, seconds: float = START_S) -> Any:
    """Ask again and again until there is an answer that is true; give it. Fails by its name after `seconds`."""
    last = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < last, f"waited {seconds:g} s in vain for {what}"
        time.sleep(STEP_S)
    return found


def fetch(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, method: str | None = None
) -> tuple[int, bytes]:
    """One request; status and body, also of a refusal. Raises OSError where nobody listens."""
    try:
        with _direct.open(Request(url, body, dict(headers or {}), method=method), timeout=30) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        return refused.code, refused.read()


class Started(Protocol):
    """What we ask of a process that was started, however it was: subprocess.Popen has it."""

    pid: int
    stdout: IO[bytes] | None

    def poll(self) -> int | None: ...

    def wait(self, timeout: float) -> int: ...

    def kill(self) -> None: ...

    def send_signal(self, sign: signal.Signals) -> None: ...


class Starter(Protocol):
    """Starts lives more cheaply than from nothing (tests/faults/zygote.py)."""

    def start(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Started: ...


class Process:
    """A program of ours in an environment of its own: no `.env`, no setting but those given."""

    starter: Starter | None = None

    def __init__(self, folder: Path, words: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.folder, self.words = folder, [sys.executable, *words]
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1",
            **(environment or {}),
        }  # fmt: skip
        self.log = folder / f"{words[1].replace('.', '-')}.log"
        self._running: Started | None = None

    @property
    def running(self) -> Started:
        assert self._running is not None, "never started"
        return self._running

    @property
    def lives(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def start(self) -> Self:
        if self.starter is not None:
            self._running = self.starter.start(self.words[1:], self.folder, self.environment, self.log)
            return self
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                self.words, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log
            )
        return self

    def run(self, seconds: float = START_S) -> tuple[int, str, str]:
        """To its end: exit code, stdout, stderr."""
        done = subprocess.run(
            self.words, cwd=self.folder, env=self.environment, capture_output=True, timeout=seconds, check=False
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def first_line(self) -> str:
        assert self.running.stdout is not None
        return self.running.stdout.readline().decode().strip()

    def kill(self) -> None:
        """SIGKILL: no last word, no clearing up."""
        self.running.kill()
        self._gone(STOP_S)

    def stop(self, sign: signal.Signals = signal.SIGTERM, seconds: float = STOP_S) -> int:
        """Asked kindly. Returns the exit code; fails where it takes longer than promised."""
        if self.lives:
            self.running.send_signal(sign)
        return self._gone(seconds)

    def _gone(self, seconds: float) -> int:
        code = self.running.wait(seconds)
        if self.running.stdout is not None:
            self.running.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.lives:
            self.kill()

    def told(self) -> list[Json]:
        """Its log so far, line by line; fails on a line that is no JSON."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.strip()]


class SimulatorProcess(Process):
    """Telegram on a port of this machine, in another process than the bot."""

    def __init__(self, folder: Path, seed: Json) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "seed.json").write_text(json.dumps(seed), "utf-8")
        super().__init__(folder, ["-m", "simulator", "--data", "telegram", "--token", TOKEN, "--seed", "seed.json"])
        self.address = ""

    def start(self) -> Self:
        super().start()
        self.address = self.first_line()
        assert self.address.startswith("http://"), self.log.read_text("utf-8")
        return self

    def get(self, path: str, **query: Any) -> Any:
        return self._answer(*fetch(f"{self.address}/api/{path}?{urlencode({'as': '*', **query})}"))

    def post(self, path: str, **body: Any) -> Any:
        told = json.dumps(body).encode()
        return self._answer(*fetch(f"{self.address}/api/{path}", told, {"Content-Type": "application/json"}))

    def upload(self, content: bytes) -> str:
        headers = {"X-File-Name": "picture.jpg", "Content-Type": "application/octet-stream"}
        uploaded: str = self._answer(*fetch(f"{self.address}/api/uploads", content, headers))["upload"]
        return uploaded

    def calls(self, after: int = 0) -> Iterator[Json]:
        """Every call the bot made, as the server saw it."""
        while page := self.get("log", after=after, limit=1000):
            yield from page
            after = page[-1]["id"]

    def updates(self) -> Iterator[Json]:
        after = 0
        while page := self.get("updates", after=after, limit=1000):
            yield from page
            after = page[-1]["seq"]

    def said_by_bot(self, chat: int) -> list[Json]:
        return [message for message in self.get("messages", chat=chat) if message["from"]["is_bot"]]

    @staticmethod
    def _answer(status: int, body: bytes) -> Any:
        assert status == 200, body.decode(errors="replace")
        return json.loads(body)


class BotProcess(Process):
    """`python -m bot run` (or another start of it) beside a simulator."""

    def __init__(
        self,
        folder: Path,
        address: str,
        *,
        words: Sequence[str] = (*BOT, "run"),
        starter: Starter | None = None,
        **settings: str,
    ) -> None:
        super().__init__(
            folder,
            words,
            {
                "BOT_TOKEN": TOKEN,
                "BOT_API_URL": address,
                "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'town.db'}",
                "MEDIA_URL": f"file:{folder / 'media'}",
                "HTTP_PORT": "0",
                "SEND_LIMITS": "off",
                **settings,
            },
        )
        self.database, self.starter = folder / "town.db", starter
