"""The house rules, read from the source itself: who may know whom, who may write, and how large a file may grow."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.all import metadata
from models.types import Base

ROOT = Path(__file__).parents[1]
MAY_KNOW = {
    "bot": {"handlers", "models", "reading", "media"},
    "handlers": {"models", "reading"},
    "models": set[str](),
    "reading": set[str](),
    "media": set[str](),
    "simulator": set[str](),
}
"""docs/house.md. Nothing points back."""
KNOW_THE_SIMULATOR = {"bot/demo.py", "bot/story/playing.py"}
TELEGRAM = "bot/channels/telegram/"
NETWORK = {"aiohttp", "httpx", "socket", "ssl", "requests", "urllib.request", "http.client", "telegram"}
"""What opens a line to somewhere. handlers, models and reading need none of it, and media leaves it to its store."""
WRITERS = {
    "bot/worker.py": "a turn",
    "bot/sender.py": "what is said",
    "bot/notes.py": "how it went",
    "bot/errands.py": "work outside a turn",
    "bot/town.py": "what came in, and what is purged",
    "bot/retention.py": "what is kept only for a while",
    "bot/channels/clock.py": "timers that ring",
    "bot/district/loading.py": "a district folder",
    "bot/moving/target.py": "a town that is brought here",
}
"""Who opens a transaction that writes; docs/decisions/0001."""
COMMITTERS = {"bot/database.py", "bot/migrating.py"}
LONGEST = 250
NAMELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "service",
    "services",
}

Check = Callable[[str, ast.Module], list[str]]


def source() -> Iterator[tuple[str, ast.Module]]:
    for room in MAY_KNOW:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def room_of(file: str) -> str:
    return file.partition("/")[0]


def imported(file: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module a file names, also within functions and for types only; with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = file.removesuffix(".py").split("/")[: -node.level] if node.level else []
            module = ".".join([*here, node.module] if node.module else here)
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call and the last part of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "attr", "") or getattr(node.func, "id", "")


# --- the rules: each gives its complaints about one file ---------------------------------


def wrong_arrows(file: str, tree: ast.Module) -> list[str]:
    """Rooms know only the rooms below them; nobody imports the tests or the scripts."""
    allowed = MAY_KNOW[room_of(file)] | {room_of(file)} | ({"simulator"} if file in KNOW_THE_SIMULATOR else set())
    strange = ({*MAY_KNOW, "tests", "scripts", "docs"}) - allowed
    return [f"{file}:{line} {name}" for line, name in imported(file, tree) if name.partition(".")[0] in strange]


def wrong_lines(file: str, tree: ast.Module) -> list[str]:
    """python-telegram-bot in one folder only; no line to anywhere from where rules, words and pictures are."""
    banned = set() if file.startswith(TELEGRAM) else {"telegram"}
    if room_of(file) not in ("bot", "simulator"):
        banned = NETWORK
    return [
        f"{file}:{line} {name}"
        for line, name in imported(file, tree)
        if any(f"{name}.".startswith(f"{one}.") for one in banned)
    ]


def wrong_writers(file: str, tree: ast.Module) -> list[str]:
    """Nobody commits but the machine, and there only who is named above. The simulator keeps its own books."""
    if room_of(file) == "simulator" or "migrations" in file or file in COMMITTERS:
        return []
    found = [
        f"{file}:{call.lineno} {name}"
        for call, name in calls(tree)
        if name in ("commit", "rollback", "begin", "sessionmaker", "async_sessionmaker")
    ]
    if file not in WRITERS:
        opens = (
            (call, call.func.value)
            for call, name in calls(tree)
            if name == "write" and isinstance(call.func, ast.Attribute)
        )
        found += [
            f"{file}:{call.lineno} write"
            for call, owner in opens
            if (getattr(owner, "attr", "") or getattr(owner, "id", "")) == "database"
        ]
    return found


def wrong_waiting(file: str, tree: ast.Module) -> list[str]:
    """Models and reading never wait; neither they nor handlers ask for the time: it is passed in"""
    room = room_of(file)
    found = []
    if room in ("models", "reading") and "migrations" not in file:
        waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
        found += [f"{file}:{node.lineno} waits" for node in ast.walk(tree) if isinstance(node, waiting)]
    if room in ("models", "reading", "handlers"):
        asked = ("now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep")
        clocks = ("datetime", "date", "time", "asyncio")
        found += [
            f"{file}:{call.lineno} asks for the time"
            for call, name in calls(tree)
            if name in asked and isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") in clocks
        ]
    return found


def wrong_fetching(file: str, tree: ast.Module) -> list[str]:
    """A negative offset or drop_pending_updates throws away reports that Telegram still holds."""
    if room_of(file) == "simulator":  # it stands for Telegram, which takes them
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value == "drop_pending_updates":
            found.append(f"{file}:{node.lineno} drop_pending_updates")
        if isinstance(node, ast.keyword) and node.arg == "drop_pending_updates":
            found.append(f"{file}:{node.value.lineno} drop_pending_updates")
        given: list[tuple[object, ast.expr]] = []
        if isinstance(node, ast.keyword):
            given = [(node.arg, node.value)]
        elif isinstance(node, ast.Dict):
            given = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
        elif isinstance(node, ast.Assign):
            given = [(_name(target), node.value) for target in node.targets]
        for name, value in given:
            if name == "offset" and isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
                found.append(f"{file}:{value.lineno} a negative offset")
    return found


def wrong_names(file: str, tree: ast.Module) -> list[str]:
    """A function lives with the noun it knows."""
    found = [f"{file} is no name" for part in Path(file).with_suffix("").parts if part in NAMELESS]
    ending = re.compile(r"(Manager|Service|Helper|Utils?|Repository)$")
    return found + [
        f"{file}:{n.lineno} {n.name}" for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and ending.search(n.name)
    ]


def _name(target: ast.expr) -> object:
    """offset = …, self.offset = …, asked["offset"] = …"""
    if isinstance(target, ast.Subscript):
        return getattr(target.slice, "value", None)
    return getattr(target, "id", None) or getattr(target, "attr", None)


# --- the source keeps them -----------------------------------------------------------------


@pytest.mark.parametrize("rule", [wrong_arrows, wrong_lines, wrong_writers, wrong_waiting, wrong_fetching, wrong_names])
def test_the_source_keeps_the_rule(rule: Check) -> None:
    assert [complaint for file, tree in source() for complaint in rule(file, tree)] == []


def test_every_room_is_there_and_read() -> None:
    read = {room_of(file) for file, _ in source()}
    assert read == set(MAY_KNOW)
    assert {file for file, _ in source()} >= {*WRITERS, *COMMITTERS, *KNOW_THE_SIMULATOR}


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    files = [path for room in MAY_KNOW for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    long = {
        str(path.relative_to(ROOT)): lines for path in files if (lines := path.read_text("utf-8").count("\n")) > LONGEST
    }
    assert long == {}


def test_no_relationship_loads_by_itself() -> None:
    # A lazy load would be network or disk work in the middle of a rule (docs/decisions/0001).
    relationships = [one for mapper in Base.registry.mappers for one in mapper.relationships]
    assert relationships
    assert [str(one) for one in relationships if one.lazy not in ("raise", "raise_on_sql", "write_only")] == []


def test_every_time_in_the_database_is_aware() -> None:
    naive = [
        f"{table}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if type(column.type).__name__ == "DateTime"
    ]
    assert naive == []


# --- and a file that breaks one is found ------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "file", "text"),
    [
        (wrong_arrows, "models/ticket/ticket.py", "from handlers.desk import Desk"),
        (wrong_arrows, "models/ticket/ticket.py", "def f():\n    import handlers.words"),
        (wrong_arrows, "models/x.py", "from ..handlers import words"),
        (wrong_arrows, "handlers/x.py", "from media.photos import clean"),
        (wrong_arrows, "handlers/x.py", "import bot"),
        (wrong_arrows, "reading/x.py", "from models.grid import Grid"),
        (wrong_arrows, "simulator/x.py", "from bot.settings import Settings"),
        (wrong_arrows, "bot/worker.py", "from simulator.town import Town"),
        (wrong_arrows, "bot/worker.py", "from tests.cast import Town"),
        (wrong_lines, "bot/sender.py", "from telegram import Bot"),
        (wrong_lines, "bot/sender.py", "from telegram.error import RetryAfter"),
        (wrong_lines, "handlers/x.py", "import aiohttp"),
        (wrong_lines, "media/x.py", "from urllib.request import urlopen"),
        (wrong_writers, "handlers/x.py", "async def f(desk):\n    await desk.session.commit()"),
        (wrong_writers, "handlers/x.py", "async def f(desk):\n    await desk.session.rollback()"),
        (wrong_writers, "bot/letters.py", "async def f(runtime):\n    async with runtime.database.write() as s: ..."),
        (wrong_writers, "bot/worker.py", "async def f(session):\n    async with session.begin(): ..."),
        (wrong_waiting, "models/x.py", "async def f(): ..."),
        (wrong_waiting, "models/x.py", "def f():\n    return datetime.now(UTC)"),
        (wrong_waiting, "handlers/x.py", "def f():\n    return time.time()"),
        (wrong_fetching, "bot/x.py", "bot.delete_webhook(drop_pending_updates=True)"),
        (wrong_fetching, "bot/x.py", "ask(bot, 'setWebhook', **{'drop_pending_updates': True})"),
        (wrong_fetching, "bot/x.py", "bot.get_updates(offset=-1)"),
        (wrong_fetching, "bot/x.py", "asked['offset'] = -last"),
        (wrong_fetching, "bot/x.py", "ask(bot, 'getUpdates', **{'offset': -1})"),
        (wrong_names, "handlers/utils.py", ""),
        (wrong_names, "handlers/x.py", "class TicketManager: ..."),
    ],
)
def test_a_file_that_breaks_the_rule_is_found(rule: Check, file: str, text: str) -> None:
    assert rule(file, ast.parse(text))


@pytest.mark.parametrize(
    ("rule", "file", "text"),
    [
        (wrong_arrows, "bot/demo.py", "from simulator.town import Town"),
        (
            wrong_arrows,
            "bot/worker.py",
            "from handlers.desk import Desk\nfrom models.mail import Inbox\nimport media.store",
        ),
        (
            wrong_arrows,
            "handlers/x.py",
            "from handlers import words\nfrom models.grid import Grid\nfrom reading.place import Landmark",
        ),
        (wrong_lines, "bot/channels/telegram/x.py", "from telegram import Bot"),
        (wrong_writers, "bot/worker.py", "async def f(runtime):\n    async with runtime.database.write() as s: ..."),
        (wrong_writers, "bot/letters.py", "file.write(b'')"),
        (wrong_fetching, "bot/x.py", "bot.get_updates(offset=last + 1)"),
    ],
)
def test_a_file_that_keeps_it_is_left_in_peace(rule: Check, file: str, text: str) -> None:
    assert rule(file, ast.parse(text)) == []
